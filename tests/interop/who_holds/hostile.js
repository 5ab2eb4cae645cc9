// Names that processes and directories give themselves, in the table and in the JSON.
import assert from 'node:assert/strict'
import { describe } from 'node:test'

const EVIL = 'evil\n\x1b[2J\x1b]0;owned\x07 \u202egnp'
/// Control characters but the newline, and characters that change the direction of a text.
const HARMFUL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

async function assertHarmlessTable(row, ...more) {
  const { status, stdout, stderr } = await row.run('who-holds', '--color', 'never', ...more)
  assert.equal(status, 0, stderr)
  for (const text of [stdout, stderr]) assert.doesNotMatch(text, HARMFUL)
  return stdout
}

export function hostile(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('hostile names', { concurrency: 1 }, () => {
    row('the name of a process can not write to the terminal, nor begin a line of its own', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir, ['--title', EVIL], { cwd: row.root })
      const answer = await row.expect([[dir, client, 'likely']])
      assert.ok(answer.holder(dir, client).command.startsWith('evil\n\x1b[2J'), 'the JSON has another name')
      const table = await assertHarmlessTable(row)
      assert.ok(table.includes(`${client.pid}`), table)
      assert.ok(!table.split('\n').some((line) => line.trim().startsWith('\\x1b')), table)
    })

    row('a directory with a hostile name is found, and shown escaped', async (row) => {
      const { dir } = await row.credential(EVIL)
      const client = await row.connected('client', dir)
      await row.expect([[dir, client, 'likely']])
      assert.ok((await assertHarmlessTable(row)).includes('evil\\n\\x1b[2J'))
    })

    row('the name of a process that is tied to no session can not either', async (row) => {
      const [own, other] = [await row.credential('own'), await row.credential('other')]
      const args = ['--dir-from', 'stdin', ...row.clientArguments, '--title', EVIL]
      const client = row.script('client', 'stand_ins/told.js', args)
      client.write({ dir: own.dir })
      await client.until({ connection: 'open' })
      const answer = await row.expect([[own.dir, client, 'nobody'], [other.dir, client, 'nobody']])
      assert.ok(answer.unattributed.some(({ pid }) => pid === client.pid))
      const { stdout, stderr } = await row.run('who-holds', '--color', 'never')
      for (const text of [stdout, stderr]) assert.doesNotMatch(text, HARMFUL)
    })
  })
}
