// The five verdicts on a 440, each with clients for whom it is the truth.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { describe } from 'node:test'
import { FIGHT, REPLACED, assertConflict, doctor, logging, onlyVerdict, pidsOf, protect, sorted } from './checkup.js'

/// Two clients that have replaced each other, and go on.
async function fight(row, dir, rivals) {
  const first = await logging(row, 'first', dir, FIGHT)
  const second = await logging(row, 'second', rivals, FIGHT)
  for (const client of [first, second]) await client.until(REPLACED)
  return [first, second]
}

/// A directory that lies in none of the row's places.
function elsewhere(row, dir) {
  const away = row.stage.directory(`away-${row.number}`)
  cpSync(dir, away, { recursive: true })
  return away
}

/// A client that nothing ties to its directory.
async function hiddenRival(row, away) {
  const rival = row.script('rival', 'stand_ins/told.js', ['--dir-from', 'stdin', ...row.clientArguments, ...FIGHT])
  rival.write({ dir: away })
  await rival.until({ connection: 'open' })
  return rival
}

export function verdicts(matrix) {
  const row = (...args) => matrix.rowOfEachVersion(...args)

  describe('verdicts on a 440', { concurrency: 1 }, () => {
    row('of two clients that fight with copies of one credential, both are named, and one is to be stopped', async (row) => {
      const { dir } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const [first, second] = await fight(row, dir, copy)
      const answer = await doctor(row, ['first', 'second'])
      const finding = onlyVerdict(answer, 'copied-credential')
      assertConflict(answer, finding)
      assert.deepEqual(finding.pids, pidsOf(first, second))
      assert.deepEqual(sorted(finding.sessions), sorted([await row.id(dir), await row.id(copy)]))
      assert.equal(finding.remedy[0], `kill ${second.pid}`, 'the one that came later is the one to stop')
    })

    row('a fight is counted by its disconnects, of which Baileys logs several lines each', async (row) => {
      const { dir } = await row.credential('one')
      const clients = await fight(row, dir, row.copy(dir, 'two'))
      for (const client of clients) await client.stop()
      // Those of fight() were taken from the lines already.
      const closes = clients.flatMap(({ lines }) => lines.rest).filter(({ statusCode }) => statusCode === 440)
      const { incidents } = await doctor(row, ['first', 'second'])
      assert.equal(incidents.by_status['440'], clients.length + closes.length, JSON.stringify(incidents))
    })

    row('two processes on one directory are both named', async (row) => {
      const { dir } = await row.credential()
      const [first, second] = await fight(row, dir, dir)
      const answer = await doctor(row, ['first', 'second'])
      const finding = onlyVerdict(answer, 'two-holders')
      assertConflict(answer, finding)
      assert.deepEqual(finding.pids, pidsOf(first, second))
      assert.deepEqual(finding.sessions, [await row.id(dir)])
      assert.equal(finding.remedy[0], `kill ${second.pid}`, 'the one that came later is the one to stop')
    })

    row('a process that replaces itself is named alone: nobody is sent to look for a rival', async (row) => {
      const { dir } = await row.credential()
      const client = await logging(row, 'client', dir, ['--sockets', '2', ...FIGHT])
      for (const socket of [0, 1]) await client.until({ socket, ...REPLACED })
      const answer = await doctor(row, ['client'])
      const finding = onlyVerdict(answer, 'two-sockets')
      assertConflict(answer, finding)
      assert.deepEqual(finding.pids, [client.pid])
      assert.deepEqual(finding.sessions, [await row.id(dir)])
    })

    row('a rival whose directory is out of sight is told as one, with the process to look at first', async (row) => {
      const { dir } = await row.credential()
      const away = elsewhere(row, dir)
      const client = await logging(row, 'client', dir, FIGHT)
      const rival = await hiddenRival(row, away)
      await client.until(REPLACED)
      await rival.until(REPLACED)
      const answer = await doctor(row, ['client'])
      const finding = onlyVerdict(answer, 'conflict-elsewhere')
      assertConflict(answer, finding)
      assert.deepEqual(finding.sessions, [await row.id(dir)])
      assert.ok(!finding.pids?.includes(client.pid), 'the victim is accused')
    })

    row('two linked devices of one number are told apart from a conflict', async (row) => {
      const { dir, id } = await row.credential('one')
      const { dir: linked } = await row.stage.link(row.version, id.split(':')[0], `beside-${row.number}`)
      const other = row.copy(linked, 'other')
      for (const path of [dir, other]) protect(path)
      const clients = [await logging(row, 'first', dir), await logging(row, 'second', other)]
      const answer = await doctor(row, ['first', 'second'], '--fail-on', 'error')
      const finding = onlyVerdict(answer, 'not-a-rival')
      assert.equal(finding.severity, 'info')
      assert.deepEqual(sorted(finding.sessions), sorted([await row.id(dir), await row.id(other)]))
      assert.deepEqual(finding.pids, pidsOf(...clients))
      assert.equal(answer.verdict, 'healthy', JSON.stringify(answer.findings))
      assert.equal(answer.incidents.total, 0)
      assert.equal(answer.status, 0)
    })
  })
}
