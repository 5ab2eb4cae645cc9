// The stand-in and the client scripts proved against each other, for each Baileys version:
// `node --test selftest.js`. The options of the scripts are in selftest_options.js.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { after, before, describe } from 'node:test'
import { credentials, Stage } from './stage.js'
import { BAILEYS_VERSIONS } from './versions.js'

const stage = new Stage()
before(() => stage.open())
after(() => stage.close())

/// The <conflict> of a close: 6.7.21 hands over the whole stream:error, 7.x only its first child.
const conflictOf = ({ data }) => (data.tag === 'conflict' ? data : data.content[0])

function behaviour(version, number) {
  let first
  let second

  before(async () => {
    ;[first, second] = await Promise.all(['first', 'second'].map((name) => stage.link(version, number, name)))
  })

  test('a linked directory holds the credential that the server knows', () => {
    for (const { dir, id } of [first, second]) {
      const { account, noiseKey, me } = credentials(dir)
      const device = stage.server.devices.get(id)
      assert.ok(account, 'creds.json lacks the account, so readers take it for unlinked')
      assert.equal(noiseKey.public.data, device.noiseKey.toString('base64'), 'the server knows another noise key')
      assert.equal(me.lid, device.lid)
      const preKeys = readdirSync(dir).filter((name) => name.startsWith('pre-key-'))
      assert.equal(preKeys.length, device.preKeys, 'the pre-keys on disk are not those that were uploaded')
      assert.ok(preKeys.length > 0, 'no pre-key was uploaded')
    }
  })

  test('each scan makes a device of its own', () => {
    assert.notEqual(first.id, second.id)
  })

  test('two linked devices of one number stay side by side', async (t) => {
    await Promise.all([first, second].map(({ dir }) => stage.connected(t, version, dir)))
    for (const { id } of [first, second]) {
      assert.ok(stage.server.devices.get(id).connection.isOpen, `${id} lost its connection to the other device`)
    }
    const replaced = stage.events.rest.filter(({ event, device }) => event === 'replaced' && device.startsWith(number))
    assert.deepEqual(replaced, [], 'a device was replaced by another one')
  })

  test('a copied credential replaces the earlier connection, which sees 440', async (t) => {
    const copy = stage.directory(`${version}-copy`)
    cpSync(first.dir, copy, { recursive: true })
    const earlier = await stage.connected(t, version, first.dir)
    await stage.connected(t, version, copy)
    const close = await earlier.until({ connection: 'close', statusCode: 440 })
    assert.equal(close.message, 'Stream Errored (conflict)')
    assert.deepEqual(conflictOf(close), { tag: 'conflict', attrs: { type: 'replaced' } })
    const { connection, by } = await stage.events.until({ event: 'replaced', device: first.id })
    assert.equal(stage.server.devices.get(first.id).connection.number, by, 'the later connection is not the one that stays')
    assert.ok(connection < by, 'the later connection was closed in place of the earlier one')
  })

  test('an ordered failure is what the client gets as status, until it is taken back', async (t) => {
    t.after(() => stage.server.fail(second.id, null))
    stage.server.fail(second.id, 402, { code: '101', expire: '3600' })
    const banned = stage.connect(t, version, second.dir)
    const { message, data } = await banned.until({ connection: 'close', statusCode: 402 })
    assert.equal(message, 'Connection Failure')
    assert.equal(data.expire, '3600')
    stage.server.fail(second.id, 403)
    const retrying = stage.connect(t, version, second.dir, '--reconnect', '--initial-ms', '20')
    await retrying.until({ connection: 'close', statusCode: 403 })
    stage.server.fail(second.id, null)
    await retrying.until({ connection: 'open' })
  })

  test('a client with --reconnect comes back after a cut line', async (t) => {
    const client = await stage.connected(t, version, second.dir, '--reconnect', '--initial-ms', '20')
    stage.server.drop(second.id)
    await client.until({ connection: 'close', statusCode: 428 })
    await client.until({ connection: 'open' })
  })

  test('an unlinked device is told 401 device_removed, and its next login gets failure 401', async (t) => {
    const client = await stage.connected(t, version, second.dir)
    stage.server.unlink(second.id)
    const close = await client.until({ connection: 'close', statusCode: 401 })
    assert.deepEqual(conflictOf(close).attrs, { type: 'device_removed' })
    await client.stop()
    const kept = readFileSync(join(second.dir, 'creds.json'))
    const again = stage.connect(t, version, second.dir)
    const { message } = await again.until({ connection: 'close', statusCode: 401 })
    assert.equal(message, 'Connection Failure')
    await again.stop()
    assert.ok(kept.equals(readFileSync(join(second.dir, 'creds.json'))), 'a refused login changed creds.json')
    assert.ok(stage.server.devices.has(first.id), 'the other device of the number was unlinked as well')
  })

  test('a device removes itself: result, then 401 device_removed', async (t) => {
    const { dir, id } = await stage.link(version, number, 'leaving')
    const args = ['--baileys', version, '--url', stage.server.url, '--dir', dir, '--await-answers']
    const client = stage.start(t, 'clients/logout.js', args)
    const close = await client.until({ logged_out: id, result: 'result', statusCode: 401 })
    assert.deepEqual(conflictOf(close).attrs, { type: 'device_removed' })
    await stage.events.until({ event: 'logout', device: id })
    assert.ok(!stage.server.devices.has(id), 'the device is still linked')
    assert.ok(existsSync(join(dir, 'creds.json')), 'logging out took the files away')
  })

  test("Baileys' own logout removes the device", async () => {
    await stage.succeed('clients/logout.js', ['--baileys', version, '--url', stage.server.url, '--dir', first.dir])
    await stage.events.until({ event: 'logout', device: first.id })
    assert.ok(!stage.server.devices.has(first.id), 'the device is still linked')
  })

  test('a requested pairing code leaves a directory without a device, and a login with it gets 401', async (t) => {
    const dir = stage.directory(`${version}-code`)
    const args = ['--baileys', version, '--url', stage.server.url, '--number', number, '--dir', dir]
    await stage.succeed('clients/pairing_code.js', args)
    await stage.events.until({ event: 'pairing-code', number })
    const { me, pairingCode, account } = credentials(dir)
    assert.deepEqual(me, { id: `${number}@s.whatsapp.net`, name: '~' })
    assert.equal(pairingCode.length, 8)
    assert.equal(account, undefined)
    const client = stage.connect(t, version, dir)
    await client.until({ connection: 'close', statusCode: 401 })
  })

  test('rewrite.js ends with a whole creds.json', async (t) => {
    const { me } = credentials(first.dir)
    const rewriter = stage.start(t, 'clients/rewrite.js', ['--baileys', version, '--dir', first.dir])
    await rewriter.until({ rewriting: true })
    const { code, complaint } = await rewriter.stop()
    assert.equal(code, 0, complaint)
    assert.deepEqual(credentials(first.dir).me, me)
  })
}

// The versions run side by side, each with a number of its own; the tests of one version in turn,
// because they share its two devices.
describe('real clients', { concurrency: 2 }, () => {
  BAILEYS_VERSIONS.forEach((version, index) => {
    describe(`Baileys ${version}`, { concurrency: 1 }, () => behaviour(version, `1555000000${index}`))
  })
})
