// A wacli that something starts again finds its store locked while it is being disconnected.
import assert from 'node:assert/strict'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { assertDone, assertNobodyIsLeft, disconnect, isAlive } from './tool.js'

const binary = process.env.WACLI_STAND_IN
const shared = process.env.WASESSION_SHARED ?? new URL('../../../../shared', import.meta.url).pathname
const fixture = join(shared, 'fixtures', 'store-one', 'session.db')
const FAILURES = 5
const ENDLESS = 1000000

function reasonToSkip() {
  if (!binary) return 'WACLI_STAND_IN does not name the stand-in for wacli'
  return !existsSync(fixture) && '../shared is absent (set WASESSION_SHARED)'
}

export function wacli(matrix) {
  const row = (name, body) => matrix.row(name, { skip: reasonToSkip() }, body)

  function store(row) {
    const folder = row.folder('wacli')
    const database = join(folder, 'session.db')
    copyFileSync(fixture, database)
    return { folder, database }
  }

  describe('wacli', { concurrency: 2 }, () => {
    row('is ended by its lock, which is proof enough without --force', async (row) => {
      const { folder, database } = store(row)
      const wacli = row.program('wacli', binary, ['--store', folder, '--connect', row.endpoint])
      await wacli.until({ ready: true })
      const answer = await disconnect(row, 0, await row.id(database), '--yes')
      assertDone(answer, 'end-process', `pid:${wacli.pid}`)
      assert.equal((await wacli.ended()).signal, 'SIGTERM')
    })

    /// A wacli that something starts again until it has failed `most` times; which disconnect must end
    /// with this status.
    async function restarted(row, most, status) {
      const { folder, database } = store(row)
      const restarter = row.script('restarter', 'stand_ins/restarter.js', [])
      restarter.write({ program: binary, args: ['--store', folder, '--connect', row.endpoint], most })
      const { started } = await restarter.until({})
      await restarter.until({ ready: true })
      const answer = await disconnect(row, status, await row.id(database), '--yes')
      assert.ok(!isAlive({ pid: started }))
      assertDone(answer, 'take-lock', join(folder, 'LOCK'))
      return restarter
    }

    row('started again by a supervisor finds its store locked, until that gives up', async (row) => {
      const restarter = await restarted(row, FAILURES, 0)
      await restarter.until({ gave_up: FAILURES })
      const again = restarter.lines.rest.filter((line) => line.ready)
      assert.deepEqual(again, [], 'a wacli that was started again came to its lock')
      await assertNobodyIsLeft(row)
    })

    row('that a supervisor goes on starting is not called gone: it is back when the lock is free', async (row) => {
      await restarted(row, ENDLESS, 1)
    })
  })
}
