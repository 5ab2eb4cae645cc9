// Processes that have to do with the directory of a connected client, and do not use the session.
import assert from 'node:assert/strict'
import { describe } from 'node:test'

export function bystanders(matrix) {
  const row = (...args) => matrix.row(...args)

  /// Beside a client that is connected: the bystander must not be named in its place, nor as well.
  const beside = (name, start) =>
    row(name, async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir)
      const bystander = await start(row, dir)
      const answer = await row.expect([[dir, client, 'likely'], [dir, bystander, 'never likely']])
      assert.ok(!answer.unattributed.some(({ pid }) => pid === bystander.pid), 'it is not connected to WhatsApp')
    })

  describe('bystanders', { concurrency: 1 }, () => {
    beside('nobody is sent to stop a shell that stands in the directory', (row, cwd) =>
      row.talking('shell', '/bin/sh', ['-c', 'echo ready; exec sleep 1000'], { cwd }))

    beside('nobody is sent to stop an editor that has read creds.json and keeps its swap file open', (row, cwd) =>
      row.talking('editor', '/bin/sh', ['-c', 'exec 4<>.creds.json.swp; cat creds.json >&4; echo ready; read line', 'vim', 'creds.json'], { cwd }))

    beside('nobody is sent to stop tail -f creds.json, which has the file open', (row, cwd) =>
      row.talking('tail', 'tail', ['-f', 'creds.json'], { cwd }))

    beside('nobody is sent to stop a Node REPL in the directory', (row, cwd) =>
      row.talking('REPL', process.execPath, ['-i'], { cwd }))

    beside('nobody is sent to stop a backup that is reading every file of the directory', (row, cwd) =>
      row.talking('backup', '/bin/sh', ['-c', 'exec 5<creds.json; for key in pre-key-*; do exec 6<"$key"; done; echo ready; exec sleep 1000'], { cwd }))

    beside('nobody is sent to stop a program that inherited the variable with the directory', (row, dir) =>
      row.talking('heir', '/bin/sh', ['-c', 'echo ready; exec sleep 1000'], { env: { ...row.environment, BOT_AUTH_DIR: dir } }))

    row('tail -f creds.json does not stand in for the client that is missing', async (row) => {
      const { dir } = await row.credential()
      const tail = await row.talking('tail', 'tail', ['-f', row.path('bot', 'creds.json')])
      await row.expect([[dir, tail, 'never likely']])
    })
  })
}
