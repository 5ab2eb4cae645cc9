// The stand-in and the client scripts proved against each other: `node --test selftest.js`.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before, describe } from 'node:test'
import WebSocket from 'ws'
import { startServer } from '../fake_whatsapp/fake_whatsapp.js'
import { Backoff } from './clients/backoff.js'
import { Lines, Process } from './harness.js'
import { BAILEYS_VERSIONS } from './versions.js'

const NUMBERS = { '6.7.21': '15550000621', '7.0.0-rc.9': '15550000709', '7.0.0-rc14': '15550000714' }
const REPLACED = { connection: 'close', statusCode: 440 }

// The groups use numbers of their own, so that they can run side by side.
const groups = []
const behaviour = (name, body) => groups.push([name, body])

let scratch
let server
let events
const processes = []

function start(script, args, options) {
  const one = new Process(script, args, options)
  processes.push(one)
  return one
}

async function succeed(script, args) {
  const { code, complaint } = await start(script, args).ended()
  assert.equal(code, 0, `${script} failed: ${complaint}`)
}

const directory = (name) => join(scratch, name)
const credentials = (dir) => JSON.parse(readFileSync(join(dir, 'creds.json'), 'utf8'))

/// Links `name` as a new device; the id is "number:device".
async function link(version, name, { url = server.url, number = NUMBERS[version] } = {}) {
  const dir = directory(`${version}-${name}`)
  await succeed('clients/link.js', ['--baileys', version, '--url', url, '--number', number, '--dir', dir])
  return { dir, id: credentials(dir).me.id.split('@')[0] }
}

const connect = (version, dir, ...more) =>
  start('clients/connect.js', ['--baileys', version, '--url', server.url, '--dir', dir, ...more])

async function connected(version, dir, ...more) {
  const client = connect(version, dir, ...more)
  await client.until({ connection: 'open' })
  return client
}

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'wasession-interop-'))
  server = await startServer()
  events = new Lines('the stand-in')
  server.events.on('event', (line) => events.push(line))
})

after(async () => {
  await Promise.all(processes.map((one) => one.stop()))
  await server.close()
  rmSync(scratch, { recursive: true })
})

for (const version of BAILEYS_VERSIONS) {
  behaviour(`Baileys ${version}`, () => {
    const number = NUMBERS[version]
    let first
    let second

    before(async () => {
      ;[first, second] = await Promise.all([link(version, 'first'), link(version, 'second')])
    })

    test('a linked directory holds the credential that the server knows', () => {
      for (const { dir, id } of [first, second]) {
        const { account, noiseKey, me } = credentials(dir)
        const device = server.devices.get(id)
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

    test('two linked devices of one number stay side by side', async () => {
      const [one, two] = await Promise.all([connected(version, first.dir), connected(version, second.dir)])
      for (const { id } of [first, second]) {
        assert.ok(server.devices.get(id).connection.isOpen, `${id} lost its connection to the other device`)
      }
      const replaced = events.rest.filter(({ event, device }) => event === 'replaced' && device.startsWith(number))
      assert.deepEqual(replaced, [], 'a device was replaced by another one')
      await Promise.all([one.stop(), two.stop()])
    })

    test('a copied credential replaces the earlier connection, which sees 440', async () => {
      const copy = directory(`${version}-copy`)
      cpSync(first.dir, copy, { recursive: true })
      const earlier = await connected(version, first.dir)
      const later = await connected(version, copy)
      const { message, data } = await earlier.until(REPLACED)
      assert.equal(message, 'Stream Errored (conflict)')
      const conflict = data.tag === 'conflict' ? data : data.content[0]
      assert.deepEqual(conflict, { tag: 'conflict', attrs: { type: 'replaced' } })
      const { connection, by } = await events.until({ event: 'replaced', device: first.id })
      assert.equal(server.devices.get(first.id).connection.number, by, 'the later connection is not the one that stays')
      assert.ok(connection < by, 'the later connection was closed in place of the earlier one')
      await Promise.all([earlier.stop(), later.stop()])
    })

    test('an ordered failure is what the client gets as status, until it is taken back', async () => {
      server.fail(second.id, 402, { code: '101', expire: '3600' })
      const refused = connect(version, second.dir)
      const { message, data } = await refused.until({ connection: 'close', statusCode: 402 })
      assert.equal(message, 'Connection Failure')
      assert.equal(data.expire, '3600')
      server.fail(second.id, 403)
      const locked = connect(version, second.dir)
      await locked.until({ connection: 'close', statusCode: 403 })
      server.fail(second.id, null)
      const admitted = await connected(version, second.dir)
      await Promise.all([refused.stop(), locked.stop(), admitted.stop()])
    })

    test('a client with --reconnect comes back after a cut line', async () => {
      const client = await connected(version, second.dir, '--reconnect', '--initial-ms', '20')
      server.drop(second.id)
      await client.until({ connection: 'close', statusCode: 428 })
      await client.until({ connection: 'open' })
      await client.stop()
    })

    test('an unlinked device is told 401 device_removed, and its next login gets failure 401', async () => {
      const client = await connected(version, second.dir)
      server.unlink(second.id)
      const { data } = await client.until({ connection: 'close', statusCode: 401 })
      const conflict = data.tag === 'conflict' ? data : data.content[0]
      assert.deepEqual(conflict.attrs, { type: 'device_removed' })
      await client.stop()
      const before = readFileSync(join(second.dir, 'creds.json'))
      const again = connect(version, second.dir)
      const { message } = await again.until({ connection: 'close', statusCode: 401 })
      assert.equal(message, 'Connection Failure')
      await again.stop()
      assert.ok(before.equals(readFileSync(join(second.dir, 'creds.json'))), 'a refused login changed creds.json')
      assert.ok(server.devices.has(first.id), 'the other device of the number was unlinked as well')
    })

    test('a device removes itself: result, then 401 device_removed', async () => {
      const { dir, id } = await link(version, 'leaving')
      const client = start('clients/logout.js', ['--baileys', version, '--url', server.url, '--dir', dir, '--await-answers'])
      await client.until({ logged_out: id, result: 'result', statusCode: 401, message: 'Stream Errored (conflict)' })
      await events.until({ event: 'logout', device: id })
      assert.ok(!server.devices.has(id), 'the device is still linked')
      assert.ok(existsSync(join(dir, 'creds.json')), 'logging out took the files away')
    })

    test("Baileys' own logout removes the device", async () => {
      await succeed('clients/logout.js', ['--baileys', version, '--url', server.url, '--dir', first.dir])
      await events.until({ event: 'logout', device: first.id })
      assert.ok(!server.devices.has(first.id), 'the device is still linked')
    })

    test('a requested pairing code leaves a directory without a device, and a login with it gets 401', async () => {
      const dir = directory(`${version}-code`)
      await succeed('clients/pairing_code.js', ['--baileys', version, '--url', server.url, '--number', number, '--dir', dir])
      await events.until({ event: 'pairing-code', number })
      const { me, pairingCode, account } = credentials(dir)
      assert.deepEqual(me, { id: `${number}@s.whatsapp.net`, name: '~' })
      assert.equal(pairingCode.length, 8)
      assert.equal(account, undefined)
      const client = connect(version, dir)
      await client.until({ connection: 'close', statusCode: 401 })
      await client.stop()
    })

    test('rewrite.js ends with a whole creds.json', async () => {
      const { me } = credentials(first.dir)
      const rewriter = start('clients/rewrite.js', ['--baileys', version, '--dir', first.dir])
      await rewriter.until({ rewriting: true })
      const { code, complaint } = await rewriter.stop()
      assert.equal(code, 0, complaint)
      assert.deepEqual(credentials(first.dir).me, me)
    })
  })
}

behaviour('connect.js', () => {
  const version = BAILEYS_VERSIONS.at(-1)
  let device

  before(async () => {
    device = await link(version, 'options', { number: '15550000001' })
  })

  test('--sockets 2 fights with itself in one process, and --stop-on 440 ends it', async () => {
    const client = connect(version, device.dir, '--sockets', '2', '--reconnect', '--stop-on', '440')
    await client.until({ socket: 0, connection: 'open' })
    await client.until({ socket: 0, ...REPLACED })
    await client.until({ socket: 0, gave_up: 440 })
    await client.until({ socket: 1, connection: 'open' })
    const { code } = await client.stop()
    assert.equal(code, 0)
  })

  test('--worker holds the connection in a thread, and the process ends on SIGTERM', async () => {
    const client = await connected(version, device.dir, '--worker')
    assert.ok(server.devices.get(device.id).connection.isOpen)
    const { code, complaint } = await client.stop()
    assert.equal(code, 0, complaint)
  })

  test('--title replaces the command line', { skip: !existsSync('/proc/self/cmdline') && 'needs /proc' }, async () => {
    const client = await connected(version, device.dir, '--title', 'openclaw-gateway')
    const commandLine = readFileSync(`/proc/${client.pid}/cmdline`, 'utf8').replace(/\0+$/, '')
    assert.equal(commandLine, 'openclaw-gateway')
    await client.stop()
  })

  test('several directories are held by one process', async () => {
    const other = await link(version, 'other-number', { number: '155500030014' })
    const client = connect(version, device.dir, '--dir', other.dir)
    await client.until({ dir: device.dir, connection: 'open' })
    await client.until({ dir: other.dir, connection: 'open' })
    await client.stop()
  })

  test('--pino writes the lines that tie a process to a credential', async () => {
    const log = directory('pino.log')
    const client = await connected(version, device.dir, '--pino', log)
    await client.stop()
    const lines = readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
    const login = lines.find(({ msg }) => msg === 'logging in...')
    assert.equal(login.pid, client.pid)
    assert.equal(`${login.node.username}:${login.node.device}`, device.id)
  })

  test('no client connects beyond the loopback', async () => {
    for (const url of ['ws://192.0.2.1:443', 'wss://web.whatsapp.com/ws/chat']) {
      const client = start('clients/connect.js', ['--baileys', version, '--url', url, '--dir', device.dir])
      const { message } = await client.until({ connection: 'close' })
      assert.match(message, /refused to connect/)
      await client.stop()
    }
  })
})

test("the backoff is OpenClaw's: 2 s times 1.8 up to 30 s, and the end at the 12th close", () => {
  const backoff = new Backoff()
  const waits = Array.from({ length: 12 }, () => backoff.next(1000))
  assert.equal(waits[11], undefined, 'it does not give up at the 12th close')
  for (const [n, wait] of waits.slice(0, 11).entries()) {
    const least = Math.min(30000, 2000 * 1.8 ** n)
    assert.ok(wait >= Math.floor(least) && wait <= Math.ceil(Math.min(30000, least * 1.25)), `wait ${n + 1} is ${wait} ms`)
  }
  assert.ok(backoff.next(60001) < 2501, 'a connection that lived over 60 s does not reset the count')
})

behaviour('the stand-in as a process', () => {
  const version = BAILEYS_VERSIONS[0]

  test('it says where it listens, reports events and takes commands', async () => {
    const standIn = start('../fake_whatsapp/server.js', ['--port', '0'])
    const url = `ws://127.0.0.1:${await listening(standIn)}`
    const { dir, id } = await link(version, 'by-process', { url })
    await standIn.until({ event: 'linked', device: id })
    const client = start('clients/connect.js', ['--baileys', version, '--url', url, '--dir', dir])
    await client.until({ connection: 'open' })
    standIn.write({ unlink: id })
    await standIn.until({ event: 'unlinked', device: id })
    await standIn.until({ ok: true })
    await client.until({ connection: 'close', statusCode: 401 })
    standIn.write({ unlink: id })
    const { error } = await standIn.until({ ok: false })
    assert.match(error, /no linked device/)
    const { code } = await standIn.stop()
    assert.equal(code, 0)
  })

  test('--accept-unknown admits a device that was linked elsewhere', async () => {
    const { dir, id } = await link(version, 'elsewhere', { number: '15550009999' })
    const standIn = start('../fake_whatsapp/server.js', ['--accept-unknown'])
    const url = `ws://127.0.0.1:${await listening(standIn)}`
    const client = start('clients/connect.js', ['--baileys', version, '--url', url, '--dir', dir])
    await client.until({ connection: 'open' })
    await standIn.until({ event: 'login', device: id })
    await Promise.all([client.stop(), standIn.stop()])
  })

  test('a client that speaks nonsense loses its own connection only', async () => {
    const standIn = start('../fake_whatsapp/server.js', [])
    const url = `ws://127.0.0.1:${await listening(standIn)}`
    for (const nonsense of ['hello', Buffer.from('5741060300000412220a20', 'hex'), Buffer.from('57410603ffffff', 'hex')]) {
      const socket = new WebSocket(url)
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send(nonsense)
      socket.close()
      await standIn.until({ event: 'closed' })
    }
    const { message } = await standIn.until({ event: 'protocol-error' })
    assert.match(message, /not a WhatsApp intro/)
    await link(version, 'after-nonsense', { url, number: '15550007777' })
    await standIn.stop()
  })

  test('it serves wss with a given certificate', { skip: !openssl() && 'needs openssl' }, async () => {
    const [cert, key] = ['cert.pem', 'key.pem'].map(directory)
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', cert, '-keyout', key)
    const standIn = start('../fake_whatsapp/server.js', ['--accept-unknown', '--cert', cert, '--key', key])
    const url = `wss://127.0.0.1:${await listening(standIn)}`
    const { dir } = await link(version, 'for-wss', { number: '15550008888' })
    const client = start('clients/connect.js', ['--baileys', version, '--url', url, '--dir', dir], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
    })
    await client.until({ connection: 'open' })
    await Promise.all([client.stop(), standIn.stop()])
  })
})

describe('the stand-in and its clients', { concurrency: 2 }, () => {
  for (const [name, body] of groups) describe(name, body)
})

async function listening(standIn) {
  const { listening: port } = await standIn.until({ root_public_key: server.rootPublicKey })
  return port
}

function openssl(...args) {
  try {
    return execFileSync('openssl', args.length > 0 ? args : ['version'], { stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    if (args.length > 0) throw error
    return undefined
  }
}
