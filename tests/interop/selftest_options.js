// The options of connect.js, and the stand-in as a process: `node --test selftest_options.js`.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import test, { after, before, describe } from 'node:test'
import WebSocket from 'ws'
import { Backoff } from './clients/backoff.js'
import { credentials, Stage } from './stage.js'

const NUMBER = '15551234567'
const NEWEST = '7.0.0-rc14'
const OLDEST = '6.7.21'

const stage = new Stage()
before(() => stage.open())
after(() => stage.close())

describe('connect.js', () => {
  let device

  before(async () => {
    device = await stage.link(NEWEST, NUMBER, 'options')
  })

  test('--sockets 2 fights with itself in one process, and --stop-on 440 ends it', async (t) => {
    const client = stage.connect(t, NEWEST, device.dir, '--sockets', '2', '--reconnect', '--stop-on', '440')
    await client.until({ socket: 0, connection: 'open' })
    await client.until({ socket: 0, connection: 'close', statusCode: 440 })
    await client.until({ socket: 0, gave_up: 440 })
    await client.until({ socket: 1, connection: 'open' })
    const { code, complaint } = await client.stop()
    assert.equal(code, 0, complaint)
  })

  test('--worker holds the connection in a thread, and the process ends on SIGTERM', async (t) => {
    const client = await stage.connected(t, NEWEST, device.dir, '--worker')
    assert.ok(stage.server.devices.get(device.id).connection.isOpen)
    const { code, complaint } = await client.stop()
    assert.equal(code, 0, complaint)
  })

  test('--title replaces the command line', { skip: !existsSync('/proc/self/cmdline') && 'needs /proc' }, async (t) => {
    const client = await stage.connected(t, NEWEST, device.dir, '--title', 'openclaw-gateway')
    const commandLine = readFileSync(`/proc/${client.pid}/cmdline`, 'utf8').replace(/\0+$/, '')
    assert.equal(commandLine, 'openclaw-gateway')
  })

  test('several directories are held by one process', async (t) => {
    const other = await stage.link(NEWEST, '155500030014', 'other-number')
    const client = stage.connect(t, NEWEST, device.dir, '--dir', other.dir)
    await client.until({ dir: device.dir, connection: 'open' })
    await client.until({ dir: other.dir, connection: 'open' })
  })

  test('--pino writes the lines that tie a process to a credential', async (t) => {
    const log = stage.directory('pino.log')
    const client = await stage.connected(t, NEWEST, device.dir, '--pino', log)
    await client.stop()
    const lines = readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
    const login = lines.find(({ msg }) => msg === 'logging in...')
    assert.equal(login.pid, client.pid)
    assert.equal(`${login.node.username}:${login.node.device}`, device.id)
  })

  test('no client connects beyond the loopback', async (t) => {
    for (const url of ['ws://192.0.2.1:443', 'wss://web.whatsapp.com/ws/chat']) {
      const args = ['--baileys', NEWEST, '--url', url, '--dir', device.dir]
      const { message } = await stage.start(t, 'clients/connect.js', args).until({ connection: 'close' })
      assert.match(message, /refused to connect/)
    }
  })

  test("the backoff is OpenClaw's: 2 s times 1.8 up to 30 s, and the end at the 12th close", () => {
    const backoff = new Backoff()
    const waits = Array.from({ length: 12 }, () => backoff.next(1000))
    assert.equal(waits[11], undefined, 'it does not give up at the 12th close')
    for (const [n, wait] of waits.slice(0, 11).entries()) {
      const plain = 2000 * 1.8 ** n
      const inRange = wait >= Math.floor(Math.min(30000, plain)) && wait <= Math.ceil(Math.min(30000, plain * 1.25))
      assert.ok(inRange, `wait ${n + 1} is ${wait} ms`)
    }
    assert.ok(backoff.next(60001) <= 2500, 'a connection that lived over 60 s does not start the count anew')
  })
})

describe('the stand-in as a process', () => {
  async function standIn(t, scheme, ...args) {
    const one = stage.start(t, '../fake_whatsapp/server.js', args)
    const { listening } = await one.until({ root_public_key: stage.server.rootPublicKey })
    return [one, `${scheme}://127.0.0.1:${listening}`]
  }

  const clientOf = (t, url, dir, options) =>
    stage.start(t, 'clients/connect.js', ['--baileys', OLDEST, '--url', url, '--dir', dir], options)

  test('it says where it listens, reports events and takes commands', async (t) => {
    const [server, url] = await standIn(t, 'ws', '--port', '0')
    const { dir, id } = await stage.link(OLDEST, NUMBER, 'by-process', url)
    await server.until({ event: 'linked', device: id })
    const client = clientOf(t, url, dir)
    await client.until({ connection: 'open' })
    server.write({ unlink: id })
    await server.until({ event: 'unlinked', device: id })
    await server.until({ ok: true })
    await client.until({ connection: 'close', statusCode: 401 })
    for (const [command, complaint] of [
      [{ unlink: id }, /no linked device/],
      [{ scan: 'ref,key,key,secret', number: NUMBER }, /nobody shows this QR code/],
      [{ fail: id, reason: '403' }, /a number or null/],
      [{ reboot: true }, /unknown command: reboot/],
    ]) {
      server.write(command)
      const { error } = await server.until({ ok: false })
      assert.match(error, complaint)
    }
    const { code } = await server.stop()
    assert.equal(code, 0)
  })

  test('--accept-unknown admits a device that was linked elsewhere', async (t) => {
    const { dir, id } = await stage.link(OLDEST, NUMBER, 'elsewhere')
    const [server, url] = await standIn(t, 'ws', '--accept-unknown')
    await clientOf(t, url, dir).until({ connection: 'open' })
    await server.until({ event: 'login', device: id })
  })

  test('without it, such a device is refused with failure 401', async (t) => {
    const { dir, id } = await stage.link(OLDEST, NUMBER, 'stranger')
    const [server, url] = await standIn(t, 'ws')
    await clientOf(t, url, dir).until({ connection: 'close', statusCode: 401 })
    await server.until({ event: 'refused', device: id, reason: 401 })
  })

  test('the same device with another noise key is refused and replaces nobody', async (t) => {
    const [holder, other] = await Promise.all(['holder', 'other'].map((name) => stage.link(OLDEST, NUMBER, name)))
    const forged = { ...credentials(holder.dir), noiseKey: credentials(other.dir).noiseKey }
    writeFileSync(join(other.dir, 'creds.json'), JSON.stringify(forged))
    await stage.connected(t, OLDEST, holder.dir)
    const forger = stage.connect(t, OLDEST, other.dir)
    await forger.until({ connection: 'close', statusCode: 401 })
    assert.ok(stage.server.devices.get(holder.id).connection.isOpen, 'the rightful holder was thrown off')
  })

  test('a client that speaks nonsense loses its own connection only', async (t) => {
    const [server, url] = await standIn(t, 'ws')
    const unfinished = [Buffer.from('5741060300002412220a20', 'hex'), Buffer.from('57410603ffffff', 'hex')]
    for (const nonsense of ['hello', Buffer.from('574106030000021234', 'hex'), ...unfinished]) {
      const socket = new WebSocket(url)
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send(nonsense)
      socket.close()
      await server.until({ event: 'closed' })
    }
    await brokenFrame(url)
    await server.until({ event: 'closed' })
    const { message } = await server.until({ event: 'protocol-error' })
    assert.match(message, /not a WhatsApp intro/)
    await stage.link(OLDEST, NUMBER, 'after-nonsense', url)
  })

  test('it serves wss with a given certificate', { skip: !hasOpenssl() && 'needs the openssl command' }, async (t) => {
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => stage.directory(name))
    selfSigned(cert, key)
    const { dir } = await stage.link(OLDEST, NUMBER, 'for-wss')
    const [, url] = await standIn(t, 'wss', '--accept-unknown', '--cert', cert, '--key', key)
    const client = clientOf(t, url, dir, { env: { ...process.env, NODE_EXTRA_CA_CERTS: cert } })
    await client.until({ connection: 'open' })
  })
})

/// A good upgrade, then bytes that are no websocket frame.
async function brokenFrame(url) {
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  const headers = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']
  socket.write(`GET / HTTP/1.1\r\nHost: ${hostname}\r\n${headers.join('\r\n')}\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  socket.end(Buffer.alloc(16, 0xff))
}

function hasOpenssl() {
  try {
    return execFileSync('openssl', ['version'])
  } catch {
    return undefined
  }
}

function selfSigned(cert, key) {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...pair, ...subject, '-out', cert, '-keyout', key], { stdio: 'pipe' })
}
