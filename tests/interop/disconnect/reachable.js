// Whom a person at the keyboard may not, or must not, stop.
import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { describe } from 'node:test'
import { setModes } from '../doctor/checkup.js'
import { assertLeft, disconnect, isAlive, purge, typed } from './tool.js'

const SOMEBODY = '61234' // no account of any machine

/// A client that can start wasession, connected.
async function botWithCommands(row, dir) {
  const bot = row.script('bot', 'stand_ins/ancestor.js', [...row.clientArguments, '--dir', dir])
  await bot.until({ connection: 'open' })
  return bot
}

/// The answer of a `disconnect --json WORDS…` that the bot starts.
async function disconnectFrom(row, bot, ...words) {
  const options = ['--only-root', '--root', row.root, '--endpoint', row.endpoint]
  bot.write({ run: [process.env.WASESSION, 'disconnect', '--json', ...options, ...words] })
  for (;;) {
    const { ran: status, stdout, stderr } = await bot.until({})
    if (status === undefined) continue
    assert.equal(status, 1, stderr)
    return JSON.parse(stdout)
  }
}

export function reachable(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('out of reach', { concurrency: 2 }, () => {
    const skip = process.getuid() !== 0 && 'only root can become somebody else'
    row('is another user\'s process: it goes on, and that is said', { skip }, async (row) => {
      const { dir, id } = await row.credential()
      for (const above of [row.stage.directory('.'), row.root]) chmodSync(above, 0o711)
      setModes(dir, 0o755, 0o644)
      const client = await row.connected('client', dir)
      row.launcher = ['setpriv', `--reuid=${SOMEBODY}`, `--regid=${SOMEBODY}`, '--clear-groups']
      row.variables.HOME = row.variables.XDG_STATE_HOME = '/nowhere'
      const { status, stdout, stderr } = await typed(row, 'disconnect', '--json', dir, '--force')
      assert.equal(status, 1, stderr + stdout)
      const left = assertLeft(JSON.parse(stdout), client)
      assert.match(left.why, /belongs to root/)
      assert.match(left.command, new RegExp(`^sudo wasession disconnect pid:${client.pid}\\b`))
      assert.ok(isAlive(client))
      assert.ok(row.stage.server.devices.get(id).connection.isOpen)
    })

    row('is the bot that started wasession: it goes on, and that is said', async (row) => {
      const { dir, id } = await row.credential()
      const bot = await botWithCommands(row, dir)
      const answer = await disconnectFrom(row, bot, await row.id(dir), '--force', '--timeout', '1')
      assert.match(assertLeft(answer, bot).why, /started this wasession/)
      assert.ok(isAlive(bot))
      assert.ok(row.stage.server.devices.get(id).connection.isOpen)
    })

    row('is the bot that started wasession, but not its rival, which is ended', async (row) => {
      const { dir } = await row.credential('one')
      const rival = await row.connected('rival', row.copy(dir, 'two'))
      const bot = await botWithCommands(row, dir)
      const answer = await disconnectFrom(row, bot, `pid:${rival.pid}`, `pid:${bot.pid}`, '--force')
      assertLeft(answer, bot)
      assert.ok(isAlive(bot))
      assert.ok(!isAlive(rival))
    })

    /// A program that was told of a folder with bots in it, and has to do with none of them.
    const told = (row) => row.talking('bystander', process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e9)', row.root])

    row('is nobody: a program that was told of a folder above is in the way of no purge', async (row) => {
      const { dir } = await row.credential()
      const bystander = await told(row)
      await purge(row, 0, await row.id(dir), '--yes')
      assert.ok(isAlive(bystander))
    })

    row('is nobody: a program that is started meanwhile, and was told of a folder above, did not come back', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir)
      const bystander = client.ended().then(() => told(row))
      await disconnect(row, 0, await row.id(dir), '--force')
      assert.ok(isAlive(await bystander))
    })

    row('is nobody: what holds nothing is nothing to do, twice', async (row) => {
      const { dir } = await row.credential()
      for (let time = 0; time < 2; time += 1) {
        const answer = await disconnect(row, 0, await row.id(dir), '--force')
        assert.deepEqual([answer.plan, answer.outcome ?? []], [[], []])
      }
    })
  })
}
