// Clients under a real pm2, which starts them again when they end and not when they are stopped.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe } from 'node:test'
import { scriptPath } from '../harness.js'
import { FIGHT, OPEN, REPLACED, Silence, untilOnline } from './fight.js'
import { assertDone, assertKept, assertNobodyIsLeft, disconnect, isAlive, targetsOf } from './tool.js'

const PROGRAMS = scriptPath('node_modules/.bin')

/// A daemon of the row's own. wasession has pm2 on its PATH, and is not told where the daemon is.
class Pm2 {
  #row
  #environment
  home

  constructor(row) {
    this.#row = row
    this.home = row.stage.directory(`pm2-${row.number}`)
    mkdirSync(this.home)
    const path = [PROGRAMS, row.environment.PATH].join(delimiter)
    this.#environment = { ...row.environment, PATH: path, PM2_HOME: this.home, PM2_DISABLE_VERSION_CHECK: '1' }
    row.variables.PATH = path
    row.whenOver(() => this.run('kill'))
  }

  run(...args) {
    return new Promise((resolve, reject) => {
      execFile('pm2', args, { env: this.#environment, cwd: '/' }, (error, stdout) =>
        error ? reject(error) : resolve(stdout))
    })
  }

  /// What pm2 says of its only process: {pid, status, restarts}.
  async state() {
    const list = await this.run('jlist')
    const [{ pid, pm2_env: { status, restart_time: restarts } }] = JSON.parse(list.slice(list.indexOf('[{')))
    return { pid, status, restarts }
  }

  /// A client that pm2 starts in `folder`, connected on the directory `auth` in it.
  async start(name, folder, more = []) {
    const row = this.#row
    const args = [...row.clientArguments, '--dir', 'auth', ...more]
    await this.run('start', scriptPath('clients/connect.js'), '--name', name, '--cwd', folder, '--', ...args)
    const log = row.program('log of pm2', 'tail', ['-n', '+1', '-F', join(this.home, 'logs', `${name}-out.log`)])
    await log.until(OPEN)
    const { pid } = await this.state()
    return { ...row.called('bot', pid), lines: log.lines, until: (wanted) => log.until(wanted) }
  }
}

export function pm2(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('pm2', { concurrency: 2 }, () => {
    // The one that is connected alternates: the other is to be seen while it waits.
    for (const phase of ['the rival', 'its bot']) {
      row(`goes on with its bot, although that is younger than the rival, when ${phase} is connected`, async (row) => {
        const { dir, id } = await row.credential(join('app', 'auth'))
        const rival = await row.connected('rival', row.copy(dir, 'two'), FIGHT)
        const bot = await new Pm2(row).start('my-bot', row.path('app'), FIGHT)
        for (const client of [rival, bot]) await client.until(REPLACED)
        await (phase === 'the rival' ? rival : bot).until(OPEN)
        const answer = await disconnect(row, 0, '--force')
        assertKept(answer, await row.id(dir), bot, /pm2/)
        assert.deepEqual(targetsOf(answer), [`pid:${rival.pid}`])
        await rival.ended()
        await untilOnline(row, id)
        await new Silence(row, id).lasts(5)
      })
    }

    row('is told to stop its bot, which then does not come back', async (row) => {
      const { dir } = await row.credential(join('app', 'auth'))
      const pm2 = new Pm2(row)
      const bot = await pm2.start('my-bot', row.path('app'))
      const answer = await disconnect(row, 0, await row.id(dir), '--force')
      assertDone(answer, 'stop-unit', 'my-bot')
      assert.ok(!isAlive(bot))
      assert.deepEqual(await pm2.state(), { pid: 0, status: 'stopped', restarts: 0 })
      await assertNobodyIsLeft(row)
    })

    row('is named when it brings its bot back because its own command is missing', async (row) => {
      const { dir } = await row.credential(join('app', 'auth'))
      const pm2 = new Pm2(row)
      const bot = await pm2.start('my-bot', row.path('app'))
      const id = await row.id(dir)
      row.variables.PATH = row.folder('empty')
      const answer = await disconnect(row, 3, id, '--force')
      assert.ok(!isAlive(bot))
      await bot.until(OPEN)
      const { pid, status } = await pm2.state()
      assert.equal(status, 'online')
      const back = answer.outcome.find(({ step }) => step === 'watch-for-return')
      assert.equal(back.result, 'failed')
      assert.match(back.detail, new RegExp(`pid ${pid}\\b.*pm2`))
    })
  })
}
