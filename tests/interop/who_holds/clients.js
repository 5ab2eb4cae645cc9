// Connected clients: each way in which a program may come to its directory.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe } from 'node:test'
import { scriptPath } from '../harness.js'
import { fingerprint } from './row.js'

const TITLE = ['--title', 'my-bot']

/// The processes that this one started and that still run, as the kernel knows them.
export const childrenOf = ({ pid }) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

export function clients(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('clients', { concurrency: 1 }, () => {
    row('a client with an absolute directory on its command line is found, so that it can be disconnected', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir)
      const answer = await row.expect([[dir, client, 'likely']])
      assert.equal(answer.schema, 'wasession.who-holds/1')
      assert.equal(answer.sessions[0].fingerprint, fingerprint(dir))
      const holder = answer.holder(dir, client)
      row.evidence(answer, dir, client, 'command-line')
      assert.deepEqual(holder.connections, [{ remote: row.endpoint, state: 'established' }])
      assert.equal(holder.uid, process.getuid())
      assert.equal(holder.cwd, '/')
      assert.equal(holder.exe, process.execPath)
      const age = Date.now() - Date.parse(holder.start_time)
      assert.ok(age > -2000 && age < 120000, `it started at ${holder.start_time}, which is not just now`)
    })

    row('a client with a relative directory on its command line is found from its working directory', async (row) => {
      const { dir } = await row.credential('bot')
      const client = row.connecting('client', 'bot', [], { cwd: row.root })
      await client.until({ connection: 'open' })
      await row.expect([[dir, client, 'likely']])
    })

    row('a client that overwrote its command line does not hide: its working directory leads to it', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir, TITLE, { cwd: row.root })
      const answer = await row.expect([[dir, client, 'likely']])
      row.evidence(answer, dir, client, 'working-directory')
    })

    row('a client that overwrote its command line does not hide: a variable of its environment leads to it', async (row) => {
      const { dir } = await row.credential()
      const env = { ...row.environment, BOT_AUTH_DIR: dir }
      const args = ['--dir-from', 'environment:BOT_AUTH_DIR', ...row.clientArguments, ...TITLE]
      const client = row.script('client', 'stand_ins/told.js', args, { env })
      await client.until({ connection: 'open' })
      const answer = await row.expect([[dir, client, 'likely']])
      row.evidence(answer, dir, client, 'environment')
    })

    row('a client whose directory stands only in the .env file of its working directory does not hide', async (row) => {
      const { dir } = await row.credential('stores/bot')
      const cwd = row.folder('program')
      writeFileSync(row.path('program', '.env'), `LOG_LEVEL=info\nAUTH_DIR=${dir}\n`)
      const args = ['--dir-from', 'dotenv:AUTH_DIR', ...row.clientArguments]
      const client = row.script('client', 'stand_ins/told.js', args, { cwd })
      await client.until({ connection: 'open' })
      await row.expect([[dir, client, 'likely']])
    })

    row('the client that a shell waits for is to be disconnected, and not the shell', async (row) => {
      const { dir } = await row.credential()
      const command = [process.execPath, scriptPath('clients/connect.js'), ...row.clientArguments, '--dir', '.'].join(' ')
      const shell = row.program('shell', '/bin/sh', ['-c', `cd ${dir} && ${command} ; true`])
      row.whenOver(() => childrenOf(shell).forEach((pid) => process.kill(pid)))
      await shell.until({ connection: 'open' })
      const [client] = childrenOf(shell)
      await row.expect([[dir, row.called('client', client), 'likely'], [dir, shell, 'never likely']])
    })

    row('a client that connects in a worker thread is found', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir, ['--worker'])
      await row.expect([[dir, client, 'likely']])
    })

    row('the client is told from its launcher, which has the same arguments and no connection', async (row) => {
      const { dir } = await row.credential()
      const launcher = row.script('launcher', 'stand_ins/launcher.js', [...row.clientArguments, '--dir', dir])
      const { child } = await launcher.until({})
      await launcher.until({ connection: 'open' })
      await row.expect([[dir, row.called('client', child), 'likely'], [dir, launcher, 'never likely']])
    })

    row('two bots started from one folder are not taken for each other', async (row) => {
      const [one, other] = [await row.credential('one'), await row.credential('other')]
      const options = { cwd: row.root }
      const clientOfOne = await row.connected('client of one', one.dir, [], options)
      const clientOfOther = await row.connected('client of other', other.dir, [], options)
      await row.expect([
        [one.dir, clientOfOne, 'likely'],
        [one.dir, clientOfOther, 'never likely'],
        [other.dir, clientOfOther, 'likely'],
        [other.dir, clientOfOne, 'never likely'],
      ])
    })

    row('two bots in one folder that overwrote their command lines are not accused for each other', async (row) => {
      const [one, other] = [await row.credential('one'), await row.credential('other')]
      const options = { cwd: row.root }
      const clientOfOne = await row.connected('client of one', one.dir, TITLE, options)
      const clientOfOther = await row.connected('client of other', other.dir, TITLE, options)
      await row.expect([
        [one.dir, clientOfOne, 'listed'],
        [one.dir, clientOfOther, 'never likely'],
        [other.dir, clientOfOther, 'listed'],
        [other.dir, clientOfOne, 'never likely'],
      ])
    })

    row('a client that was cut off and waits to try again is not forgotten, and not taken for connected', async (row) => {
      const { dir, id } = await row.credential()
      const client = await row.connected('client', dir, ['--reconnect', '--initial-ms', '60000'])
      row.stage.server.drop(id)
      await client.until({ connection: 'close' })
      await row.expect([[dir, client, 'possible']])
    })

    row('a script can tell by the exit status that the client has ended', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir)
      await client.stop()
      const answer = await row.expect([[dir, client, 'nobody']])
      assert.equal(answer.status, 1)
    })
  })
}
