// What `wasession doctor` says of a row of the matrix, and the clients with a log that it is about.
import assert from 'node:assert/strict'
import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/// Waits of a tenth: a fight of twelve rounds for each side, that lasts longer than a look.
export const FIGHT = ['--reconnect', '--initial-ms', '200']
export const REPLACED = { connection: 'close', statusCode: 440 }

/// Where a client of the row writes Baileys' own log.
export const logOf = (row, name) => row.path(`${name}.log`)

/// connect.js with a log, connected.
export function logging(row, name, dirs, more = []) {
  return row.connected(name, dirs, ['--pino', logOf(row, name), ...more])
}

/// Two clients that have replaced each other, and go on.
export async function fight(row, dir, other, names = ['first', 'second']) {
  const first = await logging(row, names[0], dir, FIGHT)
  const second = await logging(row, names[1], other, FIGHT)
  for (const client of [first, second]) await client.until(REPLACED)
  return [first, second]
}

/// Options of doctor that name the clients' logs.
export const logs = (row, names) => names.flatMap((name) => ['--log', logOf(row, name)])

/// The answer of `doctor --json`, with its exit status.
export async function doctor(row, names, ...more) {
  const { status, stdout, stderr } = await row.run('doctor', '--json', ...logs(row, names), ...more)
  assert.ok(status <= 1, `doctor ended with ${status}: ${stderr}`)
  const answer = { status, ...JSON.parse(stdout) }
  assert.equal(answer.schema, 'wasession.doctor/1')
  return answer
}

const shown = (answer) => JSON.stringify(answer, null, 1)

/// The only finding of this code, demanded.
export function theFinding(answer, code) {
  const found = answer.findings.filter((finding) => finding.code === code)
  assert.equal(found.length, 1, `one ${code} was expected: ${shown(answer)}`)
  return found[0]
}

/// Of the five verdicts on a 440 this one was given, and no other.
export const VERDICTS = ['copied-credential', 'two-holders', 'two-sockets', 'conflict-elsewhere', 'not-a-rival']
export function onlyVerdict(answer, code) {
  const others = answer.findings.filter((finding) => VERDICTS.includes(finding.code) && finding.code !== code)
  assert.deepEqual(others, [], `besides ${code} there is another verdict: ${shown(answer)}`)
  return theFinding(answer, code)
}

export const pidsOf = (...processes) => processes.map(({ pid }) => pid).sort((a, b) => a - b)

export const sorted = (list) => [...list].sort()

/// The error, the count and the exit status that every 440 of a fight here must lead to.
export function assertConflict(answer, finding) {
  assert.equal(finding.severity, 'error', shown(finding))
  assert.equal(answer.verdict, 'errors')
  assert.equal(answer.status, 1)
  assert.ok(answer.incidents.by_status['440'] > 0, `no 440 was counted: ${shown(answer.incidents)}`)
}

/// Gives the directory and each file in it these modes.
export function setModes(dir, ofDirectory, ofFiles) {
  for (const name of readdirSync(dir)) chmodSync(join(dir, name), ofFiles)
  chmodSync(dir, ofDirectory)
}

/// A directory that nobody else can read: nothing for doctor to say of it.
export const protect = (dir) => setModes(dir, 0o700, 0o600)
