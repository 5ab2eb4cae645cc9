// What only root can see: memory (--deep) and writes (--watch). Not beside other rows: the process that
// runs the rows is the stand-in for WhatsApp as well, so the raw public keys are in its memory, and the
// gate of conflicts.js connects it to its own endpoint. Alone it has the keys and no connection.
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { fingerprint } from './row.js'

const WATCH_SECONDS = '3'
const skip = process.getuid?.() !== 0 && 'needs root'

/// A client to which nothing on its outside leads: no argument, variable, working directory or file.
async function unmarkedClient(row, dir) {
  const args = ['--dir-from', 'stdin', ...row.clientArguments, '--title', 'bot']
  const client = row.script('client', 'stand_ins/told.js', args)
  client.write({ dir })
  await client.until({ connection: 'open' })
  return client
}

export function deep(matrix) {
  const row = (name, body) => matrix.row(name, { skip }, body)

  describe('with --deep and --watch', { concurrency: 1 }, () => {
    row('a client to which nothing leads is shown as unattributed, and --deep says whose it is', async (row) => {
      const [own, other] = [await row.credential('own'), await row.credential('other')]
      const client = await unmarkedClient(row, own.dir)
      const shallow = await row.expect([[own.dir, client, 'nobody'], [other.dir, client, 'nobody']])
      const entry = shallow.unattributed.find(({ pid }) => pid === client.pid)
      assert.ok(entry, `it is not among the unattributed: ${JSON.stringify(shallow.unattributed)}`)
      assert.deepEqual(entry.connections, [{ remote: row.endpoint, state: 'established' }])
      const answer = await row.expect([[own.dir, client, 'certain'], [other.dir, client, 'nobody']], '--deep')
      row.evidence(answer, own.dir, client, 'memory')
      const session = answer.sessions.find(({ holders }) => holders.some(({ pid }) => pid === client.pid))
      assert.equal(session.fingerprint, fingerprint(own.dir))
      assert.ok(!answer.unattributed.some(({ pid }) => pid === client.pid), 'it is a holder and unattributed too')
    })

    row('--deep finds both credentials of one process', async (row) => {
      const [one, other] = [await row.credential('one'), await row.credential('other')]
      const client = await row.connected('client', [one.dir, other.dir], ['--title', 'bot'])
      const answer = await row.expect([[one.dir, client, 'certain'], [other.dir, client, 'certain']], '--deep')
      for (const { dir } of [one, other]) assert.ok(!('two_sockets' in answer.holder(dir, client)), dir)
    })

    row('--deep does not name a client for the copy that it does not use', async (row) => {
      const { dir } = await row.credential('bot')
      const copy = row.copy(dir, 'bot.bak')
      const client = await row.connected('client', dir)
      await row.expect([[dir, client, 'likely'], [copy, client, 'never likely']], '--deep')
    })

    row('--deep does not take an editor with the text of creds.json in memory for a client', async (row) => {
      const { dir } = await row.credential()
      const editor = row.script('editor', 'stand_ins/editor.js', [row.path('bot', 'creds.json')])
      await editor.until({ editing: true })
      await row.expect([[dir, editor, 'never likely']], '--deep')
    })

    row('--watch catches a client that comes back again and again', async (row) => {
      const { dir, id } = await row.credential()
      const other = await row.credential('other')
      const client = await row.connected('client', dir, ['--reconnect', '--initial-ms', '100'])
      const stillHere = await row.connected('client that stays', other.dir)
      let over = false
      const watched = row.look('--watch', WATCH_SECONDS).finally(() => (over = true))
      const reconnecting = (async () => {
        while (!over) {
          row.stage.server.drop(id)
          await Promise.race([client.until({ connection: 'open' }), watched])
        }
      })()
      const answer = await row.check(await watched, [[dir, client, 'certain'], [other.dir, stillHere, 'likely']])
      await reconnecting
      row.evidence(answer, dir, client, 'write-seen')
    })
  })
}
