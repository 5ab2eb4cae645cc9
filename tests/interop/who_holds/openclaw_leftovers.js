// OpenClaw's lock files after their gateway is gone, or never were locks: nobody holds anything, and
// nothing breaks.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { authLockPath, authLockText, gatewayLockPath2026_2, gatewayLockText2026_2, startTicks } from '../stand_ins/openclaw_locks.js'
import { gatewayHome } from './openclaw.js'

/// Beyond what Linux gives to a process.
const NO_PID = 2 ** 22 + 1

/// Takes away what the gateways' locks left there, unless somebody else's lock is in it.
export function removeEmptyLockFolder(temporary) {
  const folder = dirname(gatewayLockPath2026_2('', temporary))
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}

const living = (row) => row.talking('innocent', '/bin/sh', ['-c', 'echo ready; exec sleep 1000'])

const procfs = (pid, name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')

/// A process that has ended and whose parent does not ask for it: a shell would, so its child ends
/// after the shell has become a program that never does.
async function zombie(row) {
  const becomeSleep = 'exec 3<&0; { read line; } <&3 & echo "{\\"pid\\":$!}"; exec sleep 1000'
  const parent = row.program('parent of a zombie', '/bin/sh', ['-c', becomeSleep])
  const { pid } = await parent.until({})
  while (procfs(parent.pid, 'comm') !== 'sleep\n') await setImmediate()
  parent.write('end')
  while (!/^State:\tZ/m.test(procfs(pid, 'status'))) await setImmediate()
  return row.called('zombie', pid)
}

/// What a left lock may be: [words, a function to the pid and start time in it, or to its text, or to
/// neither for a directory in its place].
const LEFTOVERS = [
  ['of a process that is gone', async (row) => ({ ...row.called('gone', NO_PID), start: 1 })],
  ['whose pid another process has now', async (row) => {
    const other = await living(row)
    return { pid: other.pid, start: startTicks(other.pid) - 1 }
  }],
  ['of a process that is a zombie', async (row) => {
    const { pid } = await zombie(row)
    return { pid, start: startTicks(pid) }
  }],
  ['that is garbage', async () => ({ text: '\0\xff{"pid":[[[' })],
  ['with a pid that is no pid', async () => ({ text: '{"pid":-1,"startTime":1e99,"starttime":"x","configPath":7}' })],
  ['that is empty', async () => ({ text: '' })],
  ['that is a directory', async () => ({})],
]

export function openclawLeftovers(matrix) {
  describe('locks that OpenClaw left', { concurrency: 1 }, () => {
    for (const [what, make] of LEFTOVERS) {
      matrix.row(`an OpenClaw lock ${what} accuses nobody and breaks nothing`, async (row) => {
        const { config, dirs } = await gatewayHome(row)
        const { pid, start, text } = await make(row)
        const dir = dirs.default
        const leave = (path, own) => {
          mkdirSync(dirname(path), { recursive: true })
          row.whenOver(() => rmSync(path, { recursive: true, force: true }))
          const content = text ?? own
          if (pid || text !== undefined) writeFileSync(path, content)
          else mkdirSync(path)
        }
        row.temporary = row.folder('tmp')
        for (const temporary of ['/tmp', row.temporary]) {
          leave(gatewayLockPath2026_2(config, temporary), gatewayLockText2026_2(config, pid, start))
        }
        leave(authLockPath(dir), authLockText(pid, start))
        const answer = await row.expect(pid ? [[dir, { pid }, 'nobody']] : [])
        assert.equal(answer.status, 1)
      })
    }
  })
}
