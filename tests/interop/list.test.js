// What `wasession list` says of directories that the real library wrote:
//
//   WASESSION=<build>/wasession node --test list.test.js
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import test, { after, before, describe } from 'node:test'
import { promisify } from 'node:util'
import { credentials, Stage } from './stage.js'
import { BAILEYS_VERSIONS } from './versions.js'

const RUNS_BESIDE_A_WRITER = 50

const binary = process.env.WASESSION
const stage = new Stage()
const run = promisify(execFile)

/// The sessions that `list` finds in these roots and nowhere else.
async function sessions(roots, ...more) {
  const args = ['list', '--json', '--only-root', ...roots.flatMap((root) => ['--root', root]), ...more]
  const { stdout, stderr } = await run(binary, args, { env: { HOME: stage.directory('home') } })
  assert.equal(stderr, '', `list ${args.join(' ')} complained`)
  return JSON.parse(stdout).sessions
}

async function session(root, ...more) {
  const all = await sessions([root], ...more)
  assert.equal(all.length, 1, `not one session, but ${JSON.stringify(all)}`)
  return all[0]
}

const fingerprint = ({ noiseKey }) =>
  createHash('sha256').update(Buffer.from(noiseKey.public.data ?? noiseKey.public, 'base64')).digest('hex')

/// The session is the linked device that the library's own files and the server know.
function assertLinked(session, { dir, id }) {
  const { me, noiseKey } = credentials(dir)
  const [number, device] = id.split(':')
  assert.equal(session.state, 'linked', JSON.stringify(session.problems))
  assert.equal(session.account.phone, number)
  assert.equal(session.account.lid, me.lid.split(':')[0])
  assert.equal(session.device, Number(device))
  assert.equal(session.jid, me.id)
  assert.equal(session.fingerprint_sha256, fingerprint({ noiseKey }))
  assert.equal(session.fingerprint, session.fingerprint_sha256.slice(0, 12))
  assert.deepEqual(session.problems, [])
  const linkedAgo = Date.now() - Date.parse(session.linked_at)
  assert.ok(linkedAgo >= -1000 && linkedAgo < 600000, `linked at ${session.linked_at}, which is not now`)
}

function behaviour(version, number) {
  let first
  let second

  before(async () => {
    ;[first, second] = await Promise.all(['first', 'second'].map((name) => stage.link(version, number, name)))
  })

  test('a linked directory is shown as the device that the server linked', async () => {
    assertLinked(await session(first.dir), first)
  })

  test('two devices of one number are one account and not one credential', async () => {
    const both = await sessions([first.dir, second.dir])
    assert.equal(both.length, 2)
    for (const one of both) {
      const other = both.find((session) => session !== one)
      assertLinked(one, one.store.path === first.dir ? first : second)
      assert.deepEqual(one.same_credential_as, [])
      assert.deepEqual(one.same_account_as, [other.id])
    }
  })

  test('a copied directory is the same credential, and no device of its own', async () => {
    const copy = stage.directory(`${version}-copy`)
    cpSync(first.dir, copy, { recursive: true })
    const both = await sessions([first.dir, copy])
    assert.equal(both.length, 2)
    for (const one of both) {
      const other = both.find((session) => session !== one)
      assertLinked(one, first)
      assert.deepEqual(one.same_credential_as, [other.id])
      assert.deepEqual(one.same_account_as, [])
    }
  })

  test('a directory whose client shows a QR code is unpaired', async (t) => {
    const dir = stage.directory(`${version}-unpaired`)
    const client = stage.connect(t, version, dir)
    await client.until({ connection: 'connecting' })
    assert.deepEqual(readdirSync(dir), [], 'the library saves something before it is paired')
    const { state, account, problems, ...rest } = await session(dir, dir)
    assert.equal(state, 'unpaired')
    assert.deepEqual(account, {})
    assert.deepEqual(problems, [])
    assert.ok(!('fingerprint' in rest) && !('jid' in rest), 'an unpaired directory has a credential')
  })

  test('a directory that waits for its pairing code is pairing, without a device', async () => {
    const dir = stage.directory(`${version}-code`)
    const args = ['--baileys', version, '--url', stage.server.url, '--number', number, '--dir', dir]
    await stage.succeed('clients/pairing_code.js', args)
    const found = await session(dir)
    assert.equal(found.state, 'pairing')
    assert.equal(found.account.phone, number)
    assert.equal(found.fingerprint_sha256, fingerprint(credentials(dir)))
    assert.ok(!('device' in found) && !('linked_at' in found), 'a pending code is shown as a device')
    const { pairingCode } = credentials(dir)
    assert.ok(!JSON.stringify(found).includes(pairingCode), 'the pairing code is shown')
  })

  test('the directory of a client that is connected is shown, and the client stays connected', async (t) => {
    await stage.connected(t, version, first.dir)
    assertLinked(await session(first.dir), first)
    assert.ok(stage.server.devices.get(first.id).connection.isOpen, 'looking at it disconnected the client')
  })

  test('a directory that is being rewritten is never missing, corrupt, or another one', async (t) => {
    const dir = stage.directory(`${version}-rewritten`)
    cpSync(second.dir, dir, { recursive: true })
    const { noiseKey } = credentials(dir)
    const rewriter = stage.start(t, 'clients/rewrite.js', ['--baileys', version, '--dir', dir])
    await rewriter.until({ rewriting: true })
    for (let count = 0; count < RUNS_BESIDE_A_WRITER; ++count) {
      const found = await session(dir)
      assert.equal(found.id, `baileys/${basename(dir)}`)
      assert.equal(found.state, 'linked', `run ${count}: ${JSON.stringify(found.problems)}`)
      assert.equal(found.fingerprint_sha256, fingerprint({ noiseKey }), `run ${count}`)
    }
    const { code, complaint } = await rewriter.stop()
    assert.equal(code, 0, `the writer was disturbed: ${complaint}`)
  })
}

// The versions in turn: the run beside a writer needs a processor for each of the two.
describe('list', { skip: !binary && 'WASESSION does not name the binary', concurrency: 1 }, () => {
  before(async () => {
    await stage.open()
    mkdirSync(stage.directory('home'))
  })
  after(() => stage.close())
  BAILEYS_VERSIONS.forEach((version, index) => {
    describe(`of Baileys ${version}`, { concurrency: 1 }, () => behaviour(version, `1555000010${index}`))
  })
})
