// Real clients under `wasession run`, and what keeps others off.
import assert from 'node:assert/strict'
import { copyFileSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { OPEN, REPLACED, Silence, untilOnline } from '../disconnect/fight.js'
import { isAlive, typed } from '../disconnect/tool.js'
import { scriptPath } from '../harness.js'
import { authLockPath, authLockText, startTicks } from '../stand_ins/openclaw_locks.js'
import { gatewayHome } from '../who_holds/openclaw.js'

const REFUSAL =
  'Another WhatsApp session is active. Please disconnect other sessions before connecting.\n'
const QUIET_SECONDS = 5
const wacliBinary = process.env.WACLI_STAND_IN
const shared = process.env.WASESSION_SHARED ?? new URL('../../../../shared', import.meta.url).pathname
const wacliFixture = join(shared, 'fixtures', 'store-one', 'session.db')

/// A client on this directory as the command of `wasession run OPTIONS…`.
async function under(row, dir, ...options) {
  // typed() gives the row a state directory of its own.
  const { status } = await typed(row, 'list')
  assert.equal(status, 0)
  const client = [process.execPath, scriptPath('clients/connect.js'), ...row.clientArguments, '--dir', dir]
  const [program, ...words] = row.words('run', ...options, '--', ...client)
  return row.program('client under run', program, words, { env: row.surroundings })
}

/// `named`: one of these processes must be.
async function refused(row, named, ...options) {
  const { status, stdout, stderr } = await typed(row, 'run', ...options, '--', 'echo', 'started')
  assert.equal(status, 75, stderr + stdout)
  assert.equal(stdout, '')
  assert.ok(stderr.startsWith(REFUSAL), stderr)
  const told = [named].flat().some(({ pid }) => stderr.includes(`wasession disconnect pid:${pid}`))
  assert.ok(told, stderr)
}

export function starts(matrix) {
  describe('a start under run', { concurrency: 4 }, () => {
    matrix.rowOfEachVersion('of a copy is refused while the client is connected, and nobody is replaced', async (row) => {
      const { dir, id } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const first = await under(row, dir, '--session', await row.id(dir))
      await first.until(OPEN)
      const silence = new Silence(row, id)
      await refused(row, first, '--session', await row.id(copy))
      await refused(row, first, '--account', id.split(':')[0])
      await row.expect([[dir, first, 'certain'], [copy, first, 'nobody']])
      await silence.lasts(QUIET_SECONDS)
      assert.ok(isAlive(first))
    })

    matrix.row('that waits connects by itself when the one before is killed', async (row) => {
      const { dir, id } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const first = await under(row, dir, '--session', await row.id(dir))
      await first.until(OPEN)
      const second = await under(row, copy, '--session', await row.id(copy), '--wait', '60')
      process.kill(first.pid, 'SIGKILL')
      await second.until(OPEN)
      await untilOnline(row, id)
      assert.deepEqual(second.lines.rest.filter(({ statusCode }) => statusCode === 440), [])
    })

    matrix.row('sees a client that knows nothing of run, and takes over when it is told to', async (row) => {
      const { dir, id } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const first = await row.connected('first', dir, ['--reconnect'])
      await refused(row, first, '--session', await row.id(copy))
      assert.ok(isAlive(first))
      const second = await under(row, copy, '--session', await row.id(copy), '--take-over')
      await second.until(OPEN)
      assert.equal((await first.ended()).code, 0)
      assert.deepEqual(first.lines.rest.filter((line) => line.statusCode === REPLACED.statusCode), [])
      const silence = new Silence(row, id)
      await silence.lasts(QUIET_SECONDS)
    })

    matrix.row('per device lets a second linked device be, by default not', async (row) => {
      const phone = `1555100${3000 + row.number}`
      const link = async (name) => {
        const linked = await row.stage.link(row.version, phone, `run-${row.number}-${name}`)
        cpSync(linked.dir, row.path(name), { recursive: true })
        return row.path(name)
      }
      const [dir, other] = [await link('one'), await link('other')]
      const first = await under(row, dir, '--session', await row.id(dir), '--per-device')
      await first.until(OPEN)
      const second = await under(row, other, '--session', await row.id(other), '--per-device')
      await second.until(OPEN)
      await refused(row, [first, second], '--account', phone)
      assert.ok(isAlive(first) && isAlive(second))
    })

    const skip = (!wacliBinary && 'WACLI_STAND_IN does not name the stand-in for wacli') ||
      (!existsSync(wacliFixture) && '../shared is absent (set WASESSION_SHARED)')
    matrix.row('keeps wacli off the account with its own words, and not for longer', { skip }, async (row) => {
      const folder = row.folder('wacli')
      copyFileSync(wacliFixture, join(folder, 'session.db'))
      // wacli never deletes it: by it the store is known as wacli's.
      writeFileSync(join(folder, 'LOCK'), '')
      const { sessions } = JSON.parse((await typed(row, 'list', '--json')).stdout)
      const account = sessions[0].account.phone
      const stays = ['sh', '-c', 'echo \'{"started":true}\'; exec sleep 1000']
      const [program, ...words] = row.words('run', '--account', account, '--', ...stays)
      const first = row.program('bot', program, words, { env: row.surroundings })
      await first.until({ started: true })
      const wacli = row.program('wacli', wacliBinary, ['--store', folder])
      const { code, complaint } = await wacli.ended()
      assert.equal(code, 1)
      assert.match(complaint, new RegExp(`store is locked \\(another wacli is running\\?\\).*\\(pid=${first.pid}\\n`))
      process.kill(first.pid, 'SIGKILL')
      await first.ended()
      await row.program('wacli', wacliBinary, ['--store', folder]).until({ ready: true })
    })

    matrix.row('takes the lock of an OpenClaw account as OpenClaw writes it, and refuses while a gateway has it', async (row) => {
      const home = await gatewayHome(row)
      const dir = home.dirs.default
      const bot = row.copy(dir, 'bot')
      const lock = authLockPath(dir)
      const first = await under(row, bot, '--session', await row.id(bot))
      await first.until(OPEN)
      const shape = (text) => text.replace(/"createdAt": "[^"]+"/, '').replace(/[\t ]{128}\n$/, '')
      assert.equal(shape(readFileSync(lock, 'utf8')), shape(authLockText(first.pid, startTicks(first.pid))))
      // Not killed: it may be saving creds.json, and a half one has no account.
      await first.stop()
      writeFileSync(lock, authLockText(process.pid, startTicks(process.pid)))
      await refused(row, process, '--session', await row.id(bot))
    })
  })
}
