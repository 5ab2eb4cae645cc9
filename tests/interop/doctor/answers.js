// What else doctor answers about clients: after a fight, about a device that was removed, and with each option.
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { credentials } from '../stage.js'
import {
  FIGHT, REPLACED, VERDICTS, doctor, fight, logging, logOf, logs, protect, setModes, theFinding,
} from './checkup.js'

/// The first second that is over after the row's last disconnect: --since knows no fractions.
const afterTheLast = ({ incidents }) => new Date(Date.parse(incidents.last_at) + 1000).toISOString().replace(/\.\d+Z/, 'Z')

/// Name, mode and time of the last change of a directory and all that is in it.
function statesOf(dir) {
  return ['.', ...readdirSync(dir)].map((name) => {
    const { mode, ctimeMs } = statSync(join(dir, name))
    return { name, mode: (mode & 0o777).toString(8), ctimeMs }
  })
}

const verdictsOf = ({ findings }) => findings.filter(({ code }) => VERDICTS.includes(code))

export function answers(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('answers', { concurrency: 1 }, () => {
    row('when the rival is stopped and its copy removed, all is well since then', async (row) => {
      const { dir } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const client = await logging(row, 'first', dir, FIGHT)
      const rival = await logging(row, 'second', copy)
      await client.until(REPLACED)
      await client.until({ connection: 'open' })
      await rival.until(REPLACED)
      await rival.stop()
      rmSync(copy, { recursive: true })
      protect(dir)
      const before = await doctor(row, ['first', 'second'])
      assert.ok(before.incidents.by_status['440'] >= 2, JSON.stringify(before.incidents))
      const answer = await doctor(row, ['first', 'second'], '--since', afterTheLast(before))
      assert.equal(answer.incidents.total, 0)
      assert.equal(answer.verdict, 'healthy', JSON.stringify(answer.findings))
      assert.equal(answer.status, 0)
    })

    matrix.rowOfEachVersion('a removed device is told as logged out and not as a conflict, although its log says so', async (row) => {
      const { dir } = await row.stage.link(row.version, `1555000${3000 + row.number}`, `removed-${row.number}`)
      const { id } = credentials(dir).me
      const bot = row.copy(dir, 'bot')
      protect(bot)
      const client = await logging(row, 'client', bot)
      row.stage.server.unlink(id.split('@')[0])
      const close = await client.until({ connection: 'close', statusCode: 401 })
      assert.equal(close.message, 'Stream Errored (conflict)')
      assert.match(readFileSync(logOf(row, 'client'), 'utf8'), /conflict/)
      // The login's save may end after the 401: this client shall have been online for an hour.
      await client.stop()
      const hourAgo = new Date(Date.now() - 3600000)
      utimesSync(join(bot, 'creds.json'), hourAgo, hourAgo)
      const answer = await doctor(row, ['client'], '--fail-on', 'warning')
      assert.deepEqual(answer.incidents.by_status, { 401: 1 })
      assert.deepEqual(verdictsOf(answer), [])
      const finding = theFinding(answer, 'logged-out')
      assert.deepEqual(finding.sessions, [await row.id(bot)])
      assert.equal(answer.status, 1)
    })

    row('a copy that nobody uses fails a script only if it asks for warnings', async (row) => {
      const { dir } = await row.credential('one')
      row.copy(dir, 'two')
      for (const name of ['one', 'two']) protect(row.path(name))
      await logging(row, 'client', dir)
      const answer = await doctor(row, ['client'])
      assert.equal(theFinding(answer, 'copied-credential').severity, 'warning')
      assert.equal(answer.verdict, 'warnings')
      assert.equal(answer.status, 0)
      for (const [severity, status] of [['error', 0], ['warning', 1]]) {
        assert.equal((await doctor(row, ['client'], '--fail-on', severity)).status, status, severity)
      }
    })

    row('what is pasted into a bug report shows no number, on the screen or in JSON', async (row) => {
      const { dir, id } = await row.credential('device')
      const number = id.split(':')[0]
      const lid = credentials(dir).me.lid.split(/[:@]/)[0]
      const [one, two] = [`bot-${number}`, `copy-${number}`]
      row.copy(dir, two)
      await fight(row, row.copy(dir, one), row.path(two), [one, two])
      rmSync(dir, { recursive: true })
      for (const format of [[], ['--json']]) {
        const { status, stdout, stderr } = await row.run('doctor', '--redact', ...format, ...logs(row, [one, two]))
        assert.equal(status, 1, stderr)
        assert.ok(stdout.includes('copied-credential'), stdout)
        for (const secret of [number, lid]) {
          for (const text of [stdout, stderr]) assert.ok(!text.includes(secret), `${secret} is shown: ${text}`)
        }
      }
    })

    matrix.rowOfEachVersion('--fix takes the credential from other users, and the client notices nothing', async (row) => {
      const { dir, id } = await row.credential()
      const client = await logging(row, 'client', dir, FIGHT)
      const { connection } = row.stage.server.devices.get(id)
      // A directory above that is closed to others protects what is below.
      for (const above of [row.stage.directory('.'), row.root]) chmodSync(above, 0o711)
      setModes(dir, 0o755, 0o644)
      const exposed = theFinding(await doctor(row, ['client']), 'world-readable-secrets')
      assert.equal(exposed.fixable, true)

      const fixed = await doctor(row, ['client'], '--fix')
      assert.ok(fixed.outcome.length > 0)
      assert.deepEqual(fixed.outcome.filter(({ result }) => result !== 'done'), [])
      assert.equal(fixed.verdict, 'healthy', JSON.stringify(fixed.findings))
      const states = statesOf(dir)
      // The pre-keys keep their modes: nobody comes to them through a closed directory.
      for (const [name, wanted] of [['.', '700'], ['creds.json', '600']]) {
        assert.equal(states.find((state) => state.name === name).mode, wanted, name)
      }

      const again = await doctor(row, ['client'], '--fix')
      assert.deepEqual([again.plan ?? [], again.outcome ?? []], [[], []])
      assert.deepEqual(statesOf(dir), states, 'a second --fix changed something')

      assert.equal(row.stage.server.devices.get(id).connection, connection, 'the client had to log in again')
      assert.ok(connection.isOpen, 'the client lost its connection')
      row.stage.server.drop(id)
      await client.until({ connection: 'close' })
      await client.until({ connection: 'open' })
    })
  })
}
