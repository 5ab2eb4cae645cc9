// OpenClaw: its gateways overwrite their command lines and are known by their locks.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { authLockPath, gatewayLockPath2026_2 } from '../stand_ins/openclaw_locks.js'

/// A state directory with accounts in their usual places, and the configuration that names them.
export async function gatewayHome(row, accounts = ['default']) {
  const state = row.folder('.openclaw')
  const dirs = {}
  for (const id of accounts) dirs[id] = (await row.credential(join('.openclaw', 'credentials', 'whatsapp', id))).dir
  const config = join(state, 'openclaw.json')
  const named = Object.fromEntries(accounts.map((id) => [id, {}]))
  writeFileSync(config, JSON.stringify({ channels: { whatsapp: { accounts: named } } }))
  return { state, config, dirs }
}

/// A temporary directory of the row's own, which both the gateway and wasession are told of.
function ownTemporaryDirectory(row) {
  row.temporary = row.folder('tmp')
  return row.temporary
}

/// /tmp, where a gateway that is told nothing writes; the lock that this row leaves is taken away.
function usualTemporaryDirectory(row, config) {
  const lock = gatewayLockPath2026_2(config, '/tmp')
  row.whenOver(() => rmSync(lock, { force: true }))
  return '/tmp'
}

function gateway(row, generation, { config, state }, temporary, ...connection) {
  const args = ['--generation', generation, '--config', config, '--state', state, '--connection', ...connection]
  return row.script('gateway', 'stand_ins/openclaw_gateway.js', args, {
    env: { ...row.environment, TMPDIR: temporary },
  })
}

const byBaileys = (row) => ['baileys', ...row.clientArguments]
const byTcp = (row) => ['tcp', '--port', `${row.stage.server.port}`]

export function openclaw(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('OpenClaw', { concurrency: 1 }, () => {
    row('the stand-in for OpenClaw keeps the lock files of 2026.9 open, with what the real one writes', async (row) => {
      const home = await gatewayHome(row)
      const one = gateway(row, '2026.9', home, ownTemporaryDirectory(row), 'none')
      await one.until({ locked: true })
      const lock = authLockPath(home.dirs.default)
      const token = '\\t{8}[\\t ]{128}\\n'
      const content = new RegExp(`^{\n  "pid": ${one.pid},\n  "createdAt": "[^"]+Z",\n  "starttime": \\d+\n}\n${token}$`)
      assert.match(readFileSync(lock, 'utf8'), content)
      const open = readdirSync(`/proc/${one.pid}/fd`).map((number) => readlinkSync(`/proc/${one.pid}/fd/${number}`))
      const folder = join(home.state, 'tmp', `openclaw-${process.getuid()}`)
      const locks = [lock, ...readdirSync(folder).map((name) => join(folder, name))]
      assert.equal(locks.length, 3)
      for (const path of locks) assert.ok(open.includes(path), `${path} is not open`)
    })

    row('a gateway of 2026.2 that is connected does not hide behind its title: its lock leads to the account', async (row) => {
      const home = await gatewayHome(row)
      const temporary = ownTemporaryDirectory(row)
      const one = gateway(row, '2026.2', home, temporary, ...byBaileys(row))
      await one.until({ connection: 'open' })
      assert.match(readFileSync(`/proc/${one.pid}/cmdline`, 'utf8'), /^openclaw-gateway\0*$/)
      assert.ok(existsSync(gatewayLockPath2026_2(home.config, temporary)))
      const answer = await row.expect([[home.dirs.default, one, 'likely']])
      row.evidence(answer, home.dirs.default, one, 'gateway-lock')
    })

    row('a gateway of 2026.2 is named when its lock lies in /tmp', async (row) => {
      const home = await gatewayHome(row)
      const one = gateway(row, '2026.2', home, usualTemporaryDirectory(row, home.config), ...byTcp(row))
      await one.until({ connected: 'default' })
      const answer = await row.expect([[home.dirs.default, one, 'likely']])
      row.evidence(answer, home.dirs.default, one, 'gateway-lock')
    })

    row('a gateway of 2026.2 without a connection is possible: it may be about to connect', async (row) => {
      const home = await gatewayHome(row)
      const one = gateway(row, '2026.2', home, ownTemporaryDirectory(row), 'none')
      await one.until({ locked: true })
      await row.expect([[home.dirs.default, one, 'possible']])
    })

    row('a gateway of 2026.9 is certain for each account, and no holder of one whose lock it gave back', async (row) => {
      const home = await gatewayHome(row, ['default', 'biz'])
      const { default: main, biz } = home.dirs
      const one = gateway(row, '2026.9', home, ownTemporaryDirectory(row), ...byTcp(row))
      await Promise.all(['default', 'biz'].map((id) => one.until({ connected: id })))
      const answer = await row.expect([[main, one, 'certain'], [biz, one, 'certain']])
      for (const dir of [main, biz]) row.evidence(answer, dir, one, 'openclaw-lock')
      one.write({ release: 'biz' })
      await one.until({ released: 'biz' })
      await row.expect([[main, one, 'certain'], [biz, one, 'nobody']])
    })

    row('a gateway of 2026.9 in its backoff, without a connection, is still certain', async (row) => {
      const home = await gatewayHome(row)
      const one = gateway(row, '2026.9', home, ownTemporaryDirectory(row), 'none')
      await one.until({ locked: true })
      const answer = await row.expect([[home.dirs.default, one, 'certain']])
      row.evidence(answer, home.dirs.default, one, 'openclaw-lock')
    })

    row('a gateway of 2026.9 that a rival displaced is no holder, and the rival is', async (row) => {
      const home = await gatewayHome(row)
      const dir = home.dirs.default
      const one = gateway(row, '2026.9', home, ownTemporaryDirectory(row), ...byBaileys(row))
      await one.until({ connection: 'open' })
      await row.expect([[dir, one, 'certain']])
      const copy = row.copy(dir, 'rival')
      const rival = await row.connected('rival', copy)
      await one.until({ gave_up: 440 })
      one.write({ release: 'default' })
      await one.until({ released: 'default' })
      assert.ok(!existsSync(authLockPath(dir)))
      await row.expect([[dir, one, 'nobody'], [copy, rival, 'likely'], [dir, rival, 'never likely']])
    })

    row('who reads the lock of an auth directory is not taken for the gateway', async (row) => {
      const home = await gatewayHome(row)
      const one = gateway(row, '2026.9', home, ownTemporaryDirectory(row), 'none')
      await one.until({ locked: true })
      const reader = await row.talking('reader', 'tail', ['-f', authLockPath(home.dirs.default)])
      await row.expect([[home.dirs.default, one, 'certain'], [home.dirs.default, reader, 'never likely']])
    })
  })
}
