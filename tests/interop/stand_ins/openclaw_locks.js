// The lock files of OpenClaw's gateways, written as 2026.2 and 2026.9 write them. Their descriptors
// stay open, as the gateway's do.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { fsyncSync, mkdirSync, openSync, readFileSync, realpathSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/// Field 22 of /proc/PID/stat: clock ticks between the boot and the start of the process.
export function startTicks(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
}

const uid = () => process.getuid()
const prefixOf = (hash, text) => createHash(hash).update(text).digest('hex').slice(0, 8)

/// 8 TABs, then a random number as 128 characters TAB or SPACE.
function tokenLine() {
  const bits = [...randomBytes(16)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return `${'\t'.repeat(8)}${bits.replaceAll('0', '\t').replaceAll('1', ' ')}\n`
}

function create(path, text) {
  const descriptor = openSync(path, 'wx', 0o600)
  writeSync(descriptor, text)
  fsyncSync(descriptor)
  return { path, descriptor }
}

const owner = (pid) => ({ pid, createdAt: new Date().toISOString() })
const pretty = (value) => `${JSON.stringify(value, null, 2)}\n${tokenLine()}`

/// Where 2026.2 keeps the lock of a configuration. os.tmpdir() follows TMPDIR.
export const gatewayLockPath2026_2 = (config, temporary = tmpdir()) =>
  join(temporary, `openclaw-${uid()}`, `gateway.${prefixOf('sha1', config)}.lock`)

export const gatewayLockText2026_2 = (config, pid, startTime) =>
  JSON.stringify({ ...owner(pid), configPath: config, startTime })

export function lockGateway2026_2(config) {
  const path = gatewayLockPath2026_2(config)
  mkdirSync(join(path, '..'), { recursive: true })
  return [create(path, gatewayLockText2026_2(config, process.pid, startTicks(process.pid)))]
}

export function lockGateway2026_9(config, state) {
  const folder = join(realpathSync(state), 'tmp', `openclaw-${uid()}`)
  mkdirSync(folder, { recursive: true })
  const text = pretty({
    pid: process.pid,
    ownerId: randomUUID(),
    cronOwnerProjection: 'dynamic-default-v1',
    createdAt: new Date().toISOString(),
    configPath: config,
    stateDir: state,
    port: 18789,
    startTime: startTicks(process.pid),
  })
  const names = [`gateway.${prefixOf('sha256', config)}.lock`, 'gateway.state.lock']
  return names.map((name) => create(join(folder, name), text))
}

/// The connection-owner lock of 2026.9 has its start time in lower case.
export const authLockText = (pid, starttime) => pretty({ ...owner(pid), starttime })

export const authLockPath = (dir) => `${realpathSync(dir)}.lock`

export const lockAuthDirectory = (dir) =>
  create(authLockPath(dir), authLockText(process.pid, startTicks(process.pid)))
