// Live fights of real clients, and how they end.
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { protect } from '../doctor/checkup.js'
import { FIGHT, OPEN, REPLACED, Silence, fight, untilOnline } from './fight.js'
import {
  assertDone, assertKept, contentsOf, disconnect, isAlive, outcomeOf, purge, restore, targetsOf, typed,
} from './tool.js'

const QUIET_SECONDS = 60

async function ended(client) {
  const { code, signal, complaint } = await client.ended()
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, `it was not asked to end, but killed: ${complaint}`)
}

async function assertHealthy(row) {
  const { status, stdout, stderr } = await typed(row, 'doctor', '--json')
  assert.equal(status, 0, stderr)
  const answer = JSON.parse(stdout)
  assert.equal(answer.verdict, 'healthy', JSON.stringify(answer.findings, null, 1))
}

/// Purges a copy and puts it back, while the other one is connected.
async function purgeAndRestore(row, copy) {
  writeFileSync(join(copy, 'notes.txt'), 'not of the credential')
  protect(copy)
  const id = await row.id(copy)
  const before = contentsOf(copy)
  const purged = await purge(row, 0, id, '--yes')
  assert.ok(!existsSync(join(copy, 'creds.json')), 'the credential is still there')
  assert.deepEqual(contentsOf(copy).map(({ name }) => name), ['notes.txt'])
  assert.equal(outcomeOf(purged, 'quarantine').result, 'done')
  await assertHealthy(row)

  const { quarantine } = await restore(row, 0, '--list')
  assert.equal(quarantine.length, 1, JSON.stringify(quarantine))
  assert.equal(quarantine[0].path, copy)
  assert.equal(quarantine[0].files, before.length - 1)
  await restore(row, 0, quarantine[0].id)
  assert.deepEqual(contentsOf(copy), before)
}

export function fights(matrix) {
  describe('a live fight', { concurrency: 4 }, () => {
    matrix.rowOfEachVersion('ends by `disconnect --force`, which keeps the one that ran longest; its copy is purged and restored', async (row) => {
      const { dir, id } = await row.credential('one')
      protect(dir)
      const copy = row.copy(dir, 'two')
      const [first, second] = await fight(row, dir, copy)
      const answer = await disconnect(row, 0, '--force')
      assertKept(answer, await row.id(dir), first, /longest/)
      assertDone(answer, 'end-process', `pid:${second.pid}`)
      assert.deepEqual(targetsOf(answer), [`pid:${second.pid}`])
      await ended(second)
      await untilOnline(row, id)
      const silence = new Silence(row, id)
      await purgeAndRestore(row, copy)
      await silence.lasts(QUIET_SECONDS)
      assert.ok(isAlive(first))
    })

    // Whichever of the two is connected when it looks: the other waits, and is not to be overlooked.
    for (const [phase, at] of [['the older', 0], ['the younger', 1]]) {
      matrix.row(`is seen when only ${phase} of the two is connected`, async (row) => {
        const { dir } = await row.credential('one')
        const clients = await fight(row, dir, row.copy(dir, 'two'))
        await clients[at].until(OPEN)
        const answer = await disconnect(row, 0, '--force')
        assertKept(answer, await row.id(dir), clients[0], /longest/)
        await ended(clients[1])
      })
    }

    matrix.row('of two processes on one directory ends, and the screen says who stays and who goes', async (row) => {
      const { dir, id } = await row.credential()
      const [first, second] = await fight(row, dir, dir)
      const { status, stdout, stderr } = await typed(row, 'disconnect', '--force')
      assert.equal(status, 0, stderr)
      for (const { pid } of [first, second]) assert.match(`${stdout}${stderr}`, new RegExp(`\\b${pid}\\b`))
      await ended(second)
      await untilOnline(row, id)
    })

    matrix.row('is ended for the one that --keep names, although it is younger', async (row) => {
      const { dir, id } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const [first, second] = await fight(row, dir, copy)
      const kept = await row.id(copy)
      const answer = await disconnect(row, 0, '--force', '--keep', kept)
      assertKept(answer, kept, second, /keep/)
      await ended(first)
      await untilOnline(row, id)
    })

    matrix.row('is ended by its phone number for the session that --keep names', async (row) => {
      const { dir, id } = await row.credential('one')
      const copy = row.copy(dir, 'two')
      const [first, second] = await fight(row, dir, copy)
      await second.until(OPEN)
      await disconnect(row, 0, id.split(':')[0], '--keep', await row.id(copy), '--force')
      await ended(first)
      await untilOnline(row, id)
    })

    // What nobody may see needs --force.
    const skip = process.getuid() !== 0 && 'only root can look into memories'
    matrix.row('ends without --force when the credential is seen in the memory of both', { skip }, async (row) => {
      const { dir, id } = await row.credential('one')
      const [, second] = await fight(row, dir, row.copy(dir, 'two'))
      const answer = await disconnect(row, 0, '--yes')
      assert.deepEqual(targetsOf(answer), [`pid:${second.pid}`])
      await ended(second)
      await untilOnline(row, id)
    })

    matrix.row('is not ended off a terminal without a word of consent', async (row) => {
      const { dir } = await row.credential('one')
      const clients = await fight(row, dir, row.copy(dir, 'two'))
      const { status, stderr } = await typed(row, 'disconnect')
      assert.equal(status, 2, stderr)
      assert.match(stderr, /--yes/)
      for (const client of clients) assert.ok(isAlive(client))
      for (const client of clients) await client.until(REPLACED)
    })

    matrix.row('that is none: two devices of one number are left in peace', async (row) => {
      const { dir, id } = await row.credential('one')
      const { dir: linked } = await row.stage.link(row.version, id.split(':')[0], `beside-${row.number}`)
      const clients = [await row.connected('first', dir, FIGHT), await row.connected('second', row.copy(linked, 'other'), FIGHT)]
      const answer = await disconnect(row, 0, '--force')
      assert.deepEqual([answer.plan, answer.left ?? []], [[], []])
      for (const client of clients) assert.ok(isAlive(client))
    })
  })
}
