// wacli: LOCK is proof while the kernel's lock on it is held, and nothing but text otherwise.
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'

const binary = process.env.WACLI_STAND_IN
const shared = process.env.WASESSION_SHARED ?? new URL('../../../../shared', import.meta.url).pathname
const fixture = join(shared, 'fixtures', 'store-one', 'session.db')

function reasonToSkip() {
  if (!binary) return 'WACLI_STAND_IN does not name the stand-in for wacli'
  return !existsSync(fixture) && '../shared is absent (set WASESSION_SHARED)'
}

/// The `lock:` lines of each open file of a process, by the file's name.
function locksOf({ pid }) {
  const locks = new Map()
  for (const number of readdirSync(`/proc/${pid}/fd`)) {
    const path = readlinkSync(`/proc/${pid}/fd/${number}`)
    const lines = readFileSync(`/proc/${pid}/fdinfo/${number}`, 'utf8').split('\n')
    locks.set(path.slice(path.lastIndexOf('/') + 1), lines.filter((line) => line.startsWith('lock:')))
  }
  return locks
}

export function wacli(matrix) {
  const row = (name, body) => matrix.row(name, { skip: reasonToSkip() }, body)

  function store(row, name = 'wacli') {
    const folder = row.folder(name)
    copyFileSync(fixture, join(folder, 'session.db'))
    return { folder, database: join(folder, 'session.db') }
  }

  const start = (row, name, folder, ...more) => row.program(name, binary, ['--store', folder, ...more])

  async function holding(row, name, folder, ...more) {
    const one = start(row, name, folder, ...more)
    await one.until({ ready: true })
    return one
  }

  /// Leaves LOCK with this pid's name in it and nobody holding it.
  async function leaveLock(row, folder, pid) {
    const { code, complaint } = await start(row, 'wacli that ended', folder, '--leave-lock-of', `${pid}`).ended()
    assert.equal(code, 0, complaint)
    assert.match(readFileSync(join(folder, 'LOCK'), 'utf8'), new RegExp(`^pid=${pid}\\nacquired_at=\\d{4}-.*Z\\n$`))
  }

  describe('wacli', { concurrency: 1 }, () => {
    row('the stand-in for wacli holds what the real one holds: flock on LOCK, and session.db open without a lock', async (row) => {
      const { folder } = store(row)
      const wacli = await holding(row, 'wacli', folder)
      const locks = locksOf(wacli)
      assert.match(locks.get('LOCK').join(), /FLOCK +ADVISORY +WRITE/)
      assert.deepEqual(locks.get('session.db'), [])
    })

    row('a wacli that is connected is certain, by its lock', async (row) => {
      const { folder, database } = store(row)
      const wacli = await holding(row, 'wacli', folder, '--connect', row.endpoint)
      const answer = await row.expect([[database, wacli, 'certain']])
      row.evidence(answer, database, wacli, 'wacli-lock')
      assert.equal(answer.holder(database, wacli).connections.length, 1)
    })

    row('a wacli without a connection is certain while it has the lock: no other can start', async (row) => {
      const { folder, database } = store(row)
      const wacli = await holding(row, 'wacli', folder)
      const answer = await row.expect([[database, wacli, 'certain']])
      row.evidence(answer, database, wacli, 'wacli-lock')
    })

    row('a wacli that was killed holds nothing, although LOCK still names it', async (row) => {
      const { folder, database } = store(row)
      const wacli = await holding(row, 'wacli', folder)
      await wacli.stop()
      await row.expect([[database, wacli, 'nobody']])
    })

    row('a process is not accused because an old LOCK names its pid', async (row) => {
      const { folder, database } = store(row)
      const living = await row.talking('innocent', '/bin/sh', ['-c', 'echo ready; exec sleep 1000'])
      await leaveLock(row, folder, living.pid)
      const answer = await row.expect([[database, living, 'nobody']])
      assert.equal(answer.status, 1)
    })

    row('a wacli that waits for the lock is not taken for the one that has it', async (row) => {
      const { folder, database } = store(row)
      const holder = await holding(row, 'wacli', folder)
      const contender = start(row, 'contender', folder, '--lock-wait')
      await contender.until({ waiting: true })
      assert.ok(!locksOf(contender).get('LOCK')?.length, 'the contender has the lock')
      const answer = await row.expect([[database, holder, 'certain'], [database, contender, 'never likely']])
      row.evidence(answer, database, holder, 'wacli-lock')
    })

    row('a wacli is not named for a copied store with a copied LOCK', async (row) => {
      const { folder, database } = store(row)
      const wacli = await holding(row, 'wacli', folder, '--connect', row.endpoint)
      const copy = store(row, 'wacli-copy')
      copyFileSync(join(folder, 'LOCK'), join(copy.folder, 'LOCK'))
      await row.expect([[database, wacli, 'certain'], [copy.database, wacli, 'nobody']])
    })

    row('who reads LOCK is not taken for the one that has it', async (row) => {
      const { folder, database } = store(row)
      const wacli = await holding(row, 'wacli', folder)
      const reader = await row.talking('reader', 'tail', ['-f', join(folder, 'LOCK')])
      await row.expect([[database, wacli, 'certain'], [database, reader, 'never likely']])
    })
  })
}
