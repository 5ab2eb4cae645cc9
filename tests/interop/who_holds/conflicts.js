// The same credential in use twice, and what only looks like it.
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { Gate } from './gate.js'

const FIGHT = ['--reconnect', '--initial-ms', '200']
const LOOKS_DURING_A_FIGHT = 4

export function conflicts(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('conflicts', { concurrency: 1 }, () => {
    row('a copy that nobody uses has no holder: purging it needs no disconnect', async (row) => {
      const { dir } = await row.credential('bot')
      const copy = row.copy(dir, 'bot.bak')
      const client = await row.connected('client', dir)
      await row.expect([[dir, client, 'likely'], [copy, client, 'never likely']])
    })

    row('of two clients that fight with copies, each is found at its own directory at every moment', async (row) => {
      const { dir, id } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const first = await row.connected('first', dir, FIGHT)
      const second = await row.connected('second', copy, FIGHT)
      for (let look = 0; look < LOOKS_DURING_A_FIGHT; look += 1) {
        await row.expect([
          [dir, first, 'listed'],
          [dir, second, 'never likely'],
          [copy, second, 'listed'],
          [copy, first, 'never likely'],
        ])
        await row.stage.events.until({ event: 'replaced', device: id })
      }
    })

    row('two processes on one directory are both found', async (row) => {
      const { dir } = await row.credential()
      const gate = await Gate.open(row)
      const first = await row.connected('first', dir)
      gate.hold()
      const second = row.connecting('second', dir)
      await gate.untilHeld()
      await row.expect([[dir, first, 'likely'], [dir, second, 'likely']])
    })

    row('a process that replaces itself is told by two_sockets, or people would look for a rival', async (row) => {
      const { dir } = await row.credential()
      const gate = await Gate.open(row)
      gate.holdAfter(1)
      const client = row.connecting('client', dir, ['--sockets', '2'])
      await client.until({ socket: 0, connection: 'open' })
      await gate.untilHeld()
      const answer = await row.expect([[dir, client, 'likely']])
      const holder = answer.holder(dir, client)
      assert.equal(holder.connections.length, 2)
      assert.equal(holder.two_sockets, true)
    })

    row('a process with two credentials is not accused of replacing itself', async (row) => {
      const [one, other] = [await row.credential('one'), await row.credential('other')]
      const client = await row.connected('client', [one.dir, other.dir])
      const answer = await row.expect([[one.dir, client, 'likely'], [other.dir, client, 'likely']])
      for (const { dir } of [one, other]) assert.ok(!('two_sockets' in answer.holder(dir, client)), dir)
    })
  })
}
