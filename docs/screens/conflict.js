// The fight that render.js draws, and its end. Runs in the namespaces that render.js makes:
//   node conflict.js HOME WASESSION-BINARY
// prints [{"command":…,"output":…}], the output as the terminal got it.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { untilOnline } from '../../tests/interop/disconnect/fight.js'
import { Program, scriptPath } from '../../tests/interop/harness.js'
import { Stage } from '../../tests/interop/stage.js'

const VERSION = '7.0.0-rc14'
const NUMBER = '15550001111'
const REPLACED = { connection: 'close', statusCode: 440 }
const GATEWAY_PID = 4711
const BOT_PID = 5120

const [home, binary] = process.argv.slice(2)
process.umask(0o077)
const env = { ...process.env, PATH: `${home}/bin:/usr/bin:/bin` }

/// A node program of this world, as a shell starts it, with this pid.
function program(pid, args, options) {
  writeFileSync('/proc/sys/kernel/ns_last_pid', `${pid - 1}`)
  const one = new Program(join(home, 'bin/node'), args, { argv0: 'node', ...options })
  if (one.pid !== pid) throw new Error(`pid ${pid} was to be had, and it is ${one.pid}`)
  return one
}

/// OpenClaw 2026.2's gateway: its title, its lock, and a real Baileys client with its waits.
function gateway(url) {
  const state = join(home, '.openclaw')
  const config = join(state, 'openclaw.json')
  writeFileSync(config, JSON.stringify({ channels: { whatsapp: { accounts: { default: {} } } } }))
  const words = ['--generation', '2026.2', '--config', config, '--state', state]
  const client = ['--connection', 'baileys', '--baileys', VERSION, '--url', url]
  return program(GATEWAY_PID, [scriptPath('stand_ins/openclaw_gateway.js'), ...words, ...client], { cwd: home, env })
}

/// A bot of one's own, which is told its directory by a variable and keeps a log.
function bot(url, dir) {
  const folder = join(home, 'bot')
  mkdirSync(folder)
  const words = ['--baileys', VERSION, '--url', url, '--reconnect', '--initial-ms', '400', '--pino', 'bot.log']
  writeFileSync(join(folder, 'bot.js'), `process.argv.splice(2, Infinity, ...${JSON.stringify(words)}, '--dir', process.env.AUTH_DIR)
import(${JSON.stringify(scriptPath('clients/connect.js'))})
`)
  return program(BOT_PID, ['bot.js'], { cwd: folder, env: { ...env, AUTH_DIR: dir } })
}

/// What a person sees who types the command on a terminal of 100 columns.
function type(endpoint, command, status) {
  const line = `stty columns 100 rows 50 && exec ${command}`
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: home, env: { ...env, WASESSION_ENDPOINTS: endpoint }, stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  return new Promise((resolve, reject) =>
    child.on('close', (code) => {
      if (code === status) resolve({ command, output })
      else reject(new Error(`${command} ended with ${code}: ${output}`))
    }))
}

const stage = new Stage()
await stage.open()
const { dir, id } = await stage.link(VERSION, NUMBER, 'device')
const accounts = join(home, '.openclaw/credentials/whatsapp')
mkdirSync(accounts, { recursive: true })
const [original, copy] = ['default', 'default.bak'].map((name) => join(accounts, name))
renameSync(dir, original)
cpSync(original, copy, { recursive: true })
symlinkSync(binary, join(home, 'bin/wasession'))

const { url, port } = stage.server
const first = gateway(url)
await first.until({ connection: 'open' })
const second = bot(url, copy)
for (let times = 0; times < 2; times += 1) await second.until(REPLACED)

const endpoint = `127.0.0.1:${port}`
const printed = [
  await type(endpoint, 'wasession doctor --log bot/bot.log', 1),
  await type(endpoint, 'wasession disconnect --force', 0),
  await type(endpoint, 'wasession purge-creds openclaw/default.bak --yes', 0),
]
await second.ended()
await untilOnline({ stage }, id)
printed.push(await type(endpoint, 'wasession doctor', 0))
await first.stop()
await stage.close()
process.stdout.write(JSON.stringify(printed))
