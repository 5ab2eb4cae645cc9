// Holders that do not simply end: each is ended, or said to be left standing. A false "done" is the
// one answer that none of them may get.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { scriptPath } from '../harness.js'
import { childrenOf } from '../who_holds/clients.js'
import { gatewayHome } from '../who_holds/openclaw.js'
import { OPEN } from './fight.js'
import {
  assertDone, assertLeft, assertNobodyIsLeft, disconnect, isAlive, outcomeOf, purge,
} from './tool.js'

const kill = (pid) => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/// Whom a client that forks left its work to, by its own word.
const childOf = ({ lines }) => lines.rest.find(({ child }) => child)?.child

/// A client that takes SIGTERM in its own way; killed when the row is over.
async function stubbornClient(row, dir, way) {
  const args = ['--on-sigterm', way, ...row.clientArguments, '--dir', dir]
  const client = row.script('client', 'stand_ins/stubborn.js', args)
  row.whenOver(() => [client.pid, childOf(client)].filter(Boolean).forEach(kill))
  await client.until({ stubborn: true })
  return client
}

/// A client under a restarter; both are told {program, args}.
async function restarted(row, dir) {
  const restarter = row.script('restarter', 'stand_ins/restarter.js', [])
  const args = [scriptPath('clients/connect.js'), ...row.clientArguments, '--dir', dir]
  restarter.write({ program: process.execPath, args, most: 1 })
  const { started } = await restarter.until({})
  await restarter.until({ dir, ...OPEN })
  return { restarter, client: row.called('client', started) }
}

/// A gateway of OpenClaw 2026.2 that has a connection and not the credential in its memory.
async function likelyHolder(row) {
  const home = await gatewayHome(row)
  row.temporary = row.folder('tmp')
  const args = ['--generation', '2026.2', '--config', home.config, '--state', home.state,
    '--connection', 'tcp', '--port', `${row.stage.server.port}`]
  const env = { ...row.environment, TMPDIR: row.temporary }
  const gateway = row.script('gateway', 'stand_ins/openclaw_gateway.js', args, { env })
  await gateway.until({ connected: 'default' })
  return { home, gateway }
}

/// A client whose parent never asks how it ended.
async function unreapedClient(row, dir) {
  const command = [process.execPath, scriptPath('clients/connect.js'), ...row.clientArguments, '--dir', dir].join(' ')
  const parent = row.program('parent', '/bin/sh', ['-c', `${command} & echo "{\\"pid\\":$!}"; exec sleep 1000`])
  const { pid } = await parent.until({})
  await parent.until(OPEN)
  return row.called('client', pid)
}

export function stubborn(matrix) {
  const row = (...args) => matrix.row(...args)

  describe('a holder', { concurrency: 4 }, () => {
    row('that ignores SIGTERM is killed by --force, when the timeout is over', async (row) => {
      const { dir } = await row.credential()
      const client = await stubbornClient(row, dir, 'ignore')
      const answer = await disconnect(row, 0, await row.id(dir), '--force', '--timeout', '1')
      await client.until({ ignored: true })
      const { signal } = await client.ended()
      assert.equal(signal, 'SIGKILL')
      assert.equal(outcomeOf(answer, 'end-process').result, 'done')
      await assertNobodyIsLeft(row)
    })

    row('that is only likely is left alone without --force, and the command that ends it is told', async (row) => {
      const { home, gateway } = await likelyHolder(row)
      const id = await row.id(home.dirs.default)
      const answer = await disconnect(row, 1, id, '--yes')
      assert.deepEqual(answer.plan, [])
      const { why, command } = assertLeft(answer, gateway)
      assert.match(why, /only likely/)
      assert.equal(command, `wasession disconnect pid:${gateway.pid} --force`)
      assert.ok(isAlive(gateway))
      const forced = await disconnect(row, 0, id, '--force')
      assertDone(forced, 'end-process', `pid:${gateway.pid}`)
      await gateway.ended()
    })

    row('that leaves its work to a child and ends is not called gone', async (row) => {
      const { dir } = await row.credential()
      const client = await stubbornClient(row, dir, 'fork')
      const answer = await disconnect(row, 1, await row.id(dir), '--force')
      const child = childOf(client)
      assert.ok(isAlive({ pid: child }), 'the child was to go on')
      const { result, detail } = outcomeOf(answer, 'watch-for-return')
      assert.equal(result, 'failed')
      assert.match(detail, new RegExp(`pid ${child}\\b`))
    })

    row('that its parent starts again is not called gone, and the parent is named', async (row) => {
      const { dir } = await row.credential()
      const { restarter, client } = await restarted(row, dir)
      const answer = await disconnect(row, 1, await row.id(dir), '--force')
      assert.ok(!isAlive(client))
      const { result, detail } = outcomeOf(answer, 'watch-for-return')
      assert.equal(result, 'failed')
      assert.match(detail, new RegExp(`parent, pid ${restarter.pid}\\b`))
    })

    row('whose launcher has the same arguments ends with it', async (row) => {
      const { dir } = await row.credential()
      const launcher = row.script('launcher', 'stand_ins/launcher.js', [...row.clientArguments, '--dir', dir])
      const { child } = await launcher.until({})
      await launcher.until(OPEN)
      await disconnect(row, 0, await row.id(dir), '--force')
      assert.ok(!isAlive({ pid: child }))
      await launcher.ended()
      await assertNobodyIsLeft(row)
    })

    row('that has ended and whom nobody has reaped is nothing to do', async (row) => {
      const { dir } = await row.credential()
      const { pid } = await unreapedClient(row, dir)
      kill(pid)
      while (!/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await setImmediate()
      const answer = await disconnect(row, 0, await row.id(dir), '--force')
      assert.deepEqual(answer.plan, [])
    })

    row('keeps its credential: a purge of what is in use is refused, and says who uses it', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir)
      const answer = await purge(row, 1, await row.id(dir), '--yes')
      assert.match(JSON.stringify(answer.left), new RegExp(`\\b${client.pid}\\b`))
      assert.match(answer.left[0].command, /^wasession (disconnect|purge-creds) .*--force/)
      assert.ok(readFileSync(`${dir}/creds.json`).length > 0)
      assert.ok(isAlive(client))
    })

    row('is ended and its credential purged by one command with --force', async (row) => {
      const { dir } = await row.credential()
      const client = await row.connected('client', dir)
      const answer = await purge(row, 0, await row.id(dir), '--force')
      assert.ok(!isAlive(client))
      assert.equal(outcomeOf(answer, 'quarantine').result, 'done')
      await assertNobodyIsLeft(row)
    })

    const skip = process.getuid() !== 0 && 'namespaces need root'
    row('in another pid namespace is ended, and what runs beside it there goes on', { skip }, async (row) => {
      const { dir } = await row.credential()
      const command = [process.execPath, scriptPath('clients/connect.js'), ...row.clientArguments, '--dir', dir].join(' ')
      const container = row.program('container', 'unshare', ['--pid', '--fork', '--mount-proc', '/bin/sh', '-c', `sleep 1000 & cd ${dir}; ${command}; wait`])
      await container.until(OPEN)
      const [shell] = childrenOf(container)
      row.whenOver(() => kill(shell))
      const beside = childrenOf({ pid: shell })
      const [client] = beside.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('connect.js'))
      await disconnect(row, 0, await row.id(dir), '--force')
      assert.ok(!isAlive({ pid: client }))
      for (const pid of [shell, ...beside.filter((pid) => pid !== client)]) assert.ok(isAlive({ pid }), 'a bystander was ended')
    })

    row('that is process 1 of a container is not taken for process 1 of the machine', { skip }, async (row) => {
      const { dir } = await row.credential()
      const client = [process.execPath, scriptPath('clients/connect.js'), ...row.clientArguments, '--dir', dir]
      const container = row.program('container', 'unshare', ['--pid', '--fork', ...client])
      await container.until(OPEN)
      const [pid] = childrenOf(container)
      row.whenOver(() => kill(pid))
      await disconnect(row, 0, await row.id(dir), '--force')
      assert.ok(!isAlive({ pid }))
    })
  })
}
