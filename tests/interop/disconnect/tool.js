// The commands that change something, run on a row of the matrix, and what must hold of what they say.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const shown = (answer) => JSON.stringify(answer, null, 1)

/// A state directory of the row's own, out of sight of its looks: what is in quarantine is nobody
/// else's.
function ownState(row) {
  if (row.variables.XDG_STATE_HOME) return
  row.variables.XDG_STATE_HOME = row.stage.directory(`state-${row.number}`)
  mkdirSync(row.variables.XDG_STATE_HOME)
}

/// {status, stdout, stderr} of a command as a person types it.
export function typed(row, command, ...words) {
  ownState(row)
  return row.run(command, ...words)
}

async function answered(row, command, status, words) {
  const { stdout, stderr, ...ended } = await typed(row, command, '--json', ...words)
  assert.equal(ended.status, status, `${command} ${words.join(' ')} ended with ${ended.status}: ${stderr}${stdout}`)
  const answer = { status, ...JSON.parse(stdout) }
  assert.equal(answer.schema, `wasession.${command}/1`)
  return answer
}

/// The answer of `disconnect --json WORDS…`, which must end with this status.
export const disconnect = (row, status, ...words) => answered(row, 'disconnect', status, words)

/// The same of purge-creds.
export const purge = (row, status, ...words) => answered(row, 'purge-creds', status, words)

/// The same of restore.
export const restore = (row, status, ...words) => answered(row, 'restore', status, words)

/// What came of the steps of this kind, as [target, result].
export const outcomesOf = (answer, kind) =>
  answer.outcome.filter(({ step }) => step === kind).map(({ target, result }) => [target, result])

/// What came of the only step of this kind, demanded.
export function outcomeOf(answer, kind) {
  const found = answer.outcome.filter(({ step }) => step === kind)
  assert.equal(found.length, 1, `one ${kind} was expected: ${shown(answer)}`)
  return found[0]
}

export function assertDone(answer, kind, target) {
  assert.deepEqual(outcomesOf(answer, kind), [[target, 'done']], shown(answer))
}

/// This process stays for this session, for this reason, and no other one is spoken of as staying.
export function assertKept(answer, session, { pid }, why) {
  assert.equal(answer.kept?.length, 1, `one was to be kept: ${shown(answer)}`)
  const [kept] = answer.kept
  assert.deepEqual({ session: kept.session, pid: kept.pid }, { session, pid }, shown(answer))
  assert.match(kept.why, why)
}

/// What was left standing names this process; returns its entry.
export function assertLeft(answer, { pid }) {
  const found = answer.left.filter(({ target }) => target === `pid:${pid}`)
  assert.equal(found.length, 1, `pid ${pid} was to be left standing, and said so: ${shown(answer)}`)
  return found[0]
}

/// Every process that some step stops.
export const targetsOf = (answer) =>
  answer.plan.map(({ target }) => target).filter((target) => target.startsWith('pid:')).sort()

export function isAlive({ pid }) {
  let stat
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return false
  }
  return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
}

/// Names, modes, times and contents of all that is in a directory.
export function contentsOf(dir) {
  return readdirSync(dir).sort().map((name) => {
    const { mode, mtimeMs, uid } = statSync(join(dir, name))
    const digest = createHash('sha256').update(readFileSync(join(dir, name))).digest('hex')
    return { name, mode, mtimeMs, uid, digest }
  })
}

/// Whether status 0 was said although somebody still holds one of the row's sessions.
export async function assertNobodyIsLeft(row) {
  const { sessions } = await row.look()
  const held = sessions.filter(({ holders }) => holders.some(({ confidence }) => confidence !== 'possible'))
  assert.deepEqual(held.map(({ id }) => id), [], 'it said that all is done, and somebody holds a session')
}
