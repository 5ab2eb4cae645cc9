// OpenClaw 2026.9 can end one account alone; where that fails, the next lever is used.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe } from 'node:test'
import { authLockPath } from '../stand_ins/openclaw_locks.js'
import { gatewayHome } from '../who_holds/openclaw.js'
import { Commands } from './commands.js'
import { assertDone, assertNobodyIsLeft, disconnect, isAlive, outcomeOf, outcomesOf } from './tool.js'

const STOPPED = { channel: 'whatsapp', accountId: 'biz', stopped: true }
const said = (answer) => ({ status: 0, stdout: `${JSON.stringify(answer)}\n` })

/// A gateway of 2026.9 with two accounts, and the `openclaw` that answers for it.
async function staged(row, answer) {
  const home = await gatewayHome(row, ['default', 'biz'])
  const args = ['--generation', '2026.9', '--config', home.config, '--state', home.state,
    '--connection', 'tcp', '--port', `${row.stage.server.port}`]
  const env = { ...row.environment, TMPDIR: row.folder('tmp') }
  const gateway = row.script('gateway', 'stand_ins/openclaw_gateway.js', args, { env })
  for (const id of ['default', 'biz']) await gateway.until({ connected: id })
  const commands = await Commands.open(row, ['openclaw'], () => answer(gateway))
  return { home, gateway, commands, id: await row.id(home.dirs.biz) }
}

async function release(gateway) {
  gateway.write({ release: 'biz' })
  await gateway.until({ released: 'biz' })
}

export function channels(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('an account of an OpenClaw gateway', { concurrency: 2 }, () => {
    row('is ended alone: the gateway goes on with the others', async (row) => {
      const { home, gateway, commands, id } = await staged(row, async (gateway) => {
        await release(gateway)
        return said(STOPPED)
      })
      const answer = await disconnect(row, 0, id, '--yes')
      assertDone(answer, 'stop-channel', id)
      assert.deepEqual(outcomesOf(answer, 'end-process').map(([, result]) => result), ['skipped'])
      const words = commands.onlyArguments
      assert.deepEqual(words.slice(0, -1), ['gateway', 'call', 'channels.stop', '--json', '--params'])
      assert.deepEqual(JSON.parse(words.at(-1)), { channel: 'whatsapp', accountId: 'biz' })
      assert.equal(commands.calls[0].environment.OPENCLAW_STATE_DIR, home.state)
      assert.ok(isAlive(gateway))
      assert.ok(existsSync(authLockPath(home.dirs.default)))
    })

    const nextLever = (name, answer, ...options) =>
      row(`is ended with its gateway when openclaw ${name}`, async (row) => {
        const { gateway, id, commands } = await staged(row, answer)
        const ended = await disconnect(row, 0, id, '--yes', ...options)
        assert.equal(commands.calls.length, 1)
        assert.equal(outcomeOf(ended, 'stop-channel').result, 'skipped')
        assertDone(ended, 'end-process', `pid:${gateway.pid}`)
        assert.match(ended.plan.find(({ step }) => step === 'end-process').why, /openclaw\/default/)
        await gateway.ended()
        await assertNobodyIsLeft(row)
      })
    nextLever('fails', () => ({ status: 1, stderr: 'gateway connect failed\n' }))
    nextLever('does not answer in time', () => undefined, '--timeout', '1')
    nextLever('says that it did not stop', () => said({ ...STOPPED, stopped: false }))
    nextLever('says that it stopped, and the gateway keeps the account', () => said(STOPPED))
    nextLever('answers nonsense', () => ({ status: 0, stdout: '{"stopped":' }))
  })
}
