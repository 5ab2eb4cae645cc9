// The five verdicts on a 440, each with clients for whom it is the truth.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { describe } from 'node:test'
import { scriptPath } from '../harness.js'
import { childrenOf } from '../who_holds/clients.js'
import { Gate } from '../who_holds/gate.js'
import {
  FIGHT, REPLACED, assertConflict, doctor, fight, logging, logOf, onlyVerdict, pidsOf, protect, sorted,
} from './checkup.js'

/// A directory that lies in none of the row's places.
function elsewhere(row, dir) {
  const away = row.stage.directory(`away-${row.number}`)
  cpSync(dir, away, { recursive: true })
  return away
}

/// A client that nothing ties to its directory.
async function hiddenRival(row, away, more = []) {
  const rival = row.script('rival', 'stand_ins/told.js', ['--dir-from', 'stdin', ...row.clientArguments, ...more])
  rival.write({ dir: away })
  await rival.until({ connection: 'open' })
  return rival
}

/// A fighting client among processes that see none outside, as in a container; wasession runs there, too.
async function containedClient(row, dir) {
  const script = [process.execPath, scriptPath('clients/connect.js'), ...row.clientArguments]
  const command = [...script, '--dir', dir, '--pino', logOf(row, 'client'), ...FIGHT].join(' ')
  // The first process of a container is a shell: nothing signals it by accident.
  const container = row.program('container', 'unshare', ['--pid', '--fork', '--mount-proc', '/bin/sh', '-c', `${command}; true`])
  row.whenOver(() => childrenOf(container).forEach((pid) => process.kill(pid, 'SIGKILL')))
  await container.until({ connection: 'open' })
  const [shell] = childrenOf(container)
  row.launcher = ['nsenter', '--target', `${shell}`, '--pid', '--mount']
  return container
}

function assertOwnFault(answer, client, id) {
  const finding = onlyVerdict(answer, 'two-sockets')
  assertConflict(answer, finding)
  assert.deepEqual(finding.pids, [client.pid])
  assert.deepEqual(finding.sessions, [id])
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
      assert.equal(finding.remedy[0], `wasession disconnect pid:${second.pid} --keep pid:${first.pid} --force`, 'the one that came later is the one to stop')
    })

    row('a fight that no log tells of is an error too, although one of the two always waits', async (row) => {
      const { dir } = await row.credential('one')
      const [first, second] = await fight(row, dir, row.copy(dir, 'two'))
      const answer = await doctor(row, [])
      const finding = onlyVerdict(answer, 'copied-credential')
      assert.equal(finding.severity, 'error', JSON.stringify(finding))
      assert.equal(answer.status, 1)
      assert.deepEqual(finding.pids, pidsOf(first, second))
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
      assert.equal(finding.remedy[0], `wasession disconnect pid:${second.pid} --keep pid:${first.pid} --force`, 'the one that came later is the one to stop')
    })

    row('a process that replaced itself and is connected twice is named alone', async (row) => {
      const { dir } = await row.credential()
      const gate = await Gate.open(row)
      gate.holdAfter(2)
      const client = await logging(row, 'client', dir, ['--sockets', '2', ...FIGHT])
      await client.until({ socket: 0, ...REPLACED })
      await gate.untilHeld()
      assertOwnFault(await doctor(row, ['client']), client, await row.id(dir))
    })

    row('a process that replaces itself again and again is named alone: nobody is sent to look for a rival', async (row) => {
      const { dir } = await row.credential()
      const client = await logging(row, 'client', dir, ['--sockets', '2', ...FIGHT])
      for (const socket of [0, 1]) await client.until({ socket, ...REPLACED })
      assertOwnFault(await doctor(row, ['client']), client, await row.id(dir))
    })

    row('a rival whose directory is out of sight is told as one, with the process to look at first', async (row) => {
      const { dir } = await row.credential()
      const away = elsewhere(row, dir)
      await Gate.open(row)
      const client = await logging(row, 'client', dir)
      const rival = await hiddenRival(row, away)
      await client.until(REPLACED)
      const answer = await doctor(row, ['client'])
      const finding = onlyVerdict(answer, 'conflict-elsewhere')
      assertConflict(answer, finding)
      assert.deepEqual(finding.sessions, [await row.id(dir)])
      assert.deepEqual(finding.pids, [rival.pid])
    })

    const skip = process.getuid() !== 0 && 'namespaces need root'
    row('a rival outside of the container that doctor runs in is told as one', { skip }, async (row) => {
      const { dir } = await row.credential()
      const away = elsewhere(row, dir)
      const client = await containedClient(row, dir)
      const rival = await hiddenRival(row, away, FIGHT)
      for (const fighter of [client, rival]) await fighter.until(REPLACED)
      const answer = await doctor(row, ['client'])
      const finding = onlyVerdict(answer, 'conflict-elsewhere')
      assertConflict(answer, finding)
      assert.deepEqual(finding.sessions, [await row.id(dir)])
      assert.deepEqual(finding.pids, [], 'somebody of the container is accused')
      assert.match(finding.remedy.join('\n'), /Linked devices/)
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
