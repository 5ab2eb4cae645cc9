// A small WhatsApp stand-in for tests, on 127.0.0.1 only. README.md says what it does and what not.
import { EventEmitter } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { Accounts, parseQr } from './accounts.js'
import { WebSocketServer } from './baileys.js'
import { certificateChain } from './certificate.js'
import { Connection } from './connection.js'
import { TEST_KEYS } from './keys.js'
import { deviceRemoved, replaced } from './stanzas.js'

const HOST = '127.0.0.1'
const LOGGED_OUT = 401
const LARGEST_COMMAND = 64 * 1024

class Service {
  events = new EventEmitter()
  connections = new Set()
  identity = { server: TEST_KEYS.server, certificates: certificateChain(TEST_KEYS) }
  #accounts = new Accounts()
  #failures = new Map()
  #acceptUnknown
  #opened = 0

  constructor({ acceptUnknown = false } = {}) {
    this.#acceptUnknown = acceptUnknown
  }

  get devices() {
    return this.#accounts.devices
  }

  report(event, connection, facts) {
    const line = { event, device: connection.device?.id, connection: connection.number, ...facts }
    this.events.emit('event', line)
  }

  async accept(socket) {
    const connection = new Connection(socket, this, ++this.#opened)
    this.connections.add(connection)
    await connection.serve()
    this.connections.delete(connection)
    if (connection.device?.connection === connection) connection.device.connection = undefined
    this.report('closed', connection)
  }

  /// Whether `connection` may log in as `id`; if so it becomes the only connection of that device.
  admit(id, connection) {
    const ordered = this.#failures.get(id)
    if (ordered) return { admitted: false, ...ordered }
    const device = this.devices.get(id) ?? this.#adopt(id, connection.noiseKey)
    if (!device?.noiseKey.equals(connection.noiseKey)) return { admitted: false, reason: LOGGED_OUT }
    const earlier = device.connection
    connection.device = device
    device.connection = connection
    if (earlier) {
      this.report('replaced', earlier, { by: connection.number })
      earlier.end(replaced())
    }
    return { admitted: true }
  }

  #adopt(id, noiseKey) {
    const [number, index] = id.split(':')
    if (!this.#acceptUnknown || index === '0') return undefined
    const device = this.#accounts.account(number).adoptDevice(Number(index), noiseKey)
    this.#accounts.link(device)
    return device
  }

  link(device, connection) {
    this.#accounts.link(device)
    this.report('linked', connection, { device: device.id })
  }

  /// Forgets the device and tells its connection; `why` is the event's name.
  remove(why, device) {
    this.#accounts.unlink(device)
    const { connection } = device
    device.connection = undefined
    this.report(why, connection ?? {}, { device: device.id })
    connection?.end(deviceRemoved())
  }

  #linkedDevice(id) {
    const device = this.devices.get(id)
    if (!device) throw new Error(`no linked device ${id}; linked are: ${[...this.devices.keys()].join(', ') || 'none'}`)
    return device
  }

  /// The phone of `number` scans the QR code with this text. Returns the new device's id; it is
  /// linked once the event `linked` has come.
  scan(qr, number) {
    const { ref, noiseKey, identityKey, advSecret } = parseQr(qr)
    const connection = [...this.connections].find((one) => one.refs.includes(ref))
    if (!connection) throw new Error('nobody shows this QR code now')
    if (!connection.noiseKey.equals(noiseKey) || !connection.identityKey.equals(identityKey)) {
      throw new Error('the QR code names other keys than the client that shows it')
    }
    const account = this.#accounts.account(number)
    const device = account.nextDevice({ noiseKey, identityKey })
    connection.confirmPairing(account, device, advSecret)
    return device.id
  }

  /// The phone removes the device, as in its list of linked devices.
  unlink(id) {
    this.remove('unlinked', this.#linkedDevice(id))
  }

  /// Answers each later login of `id` with <failure reason=…>; a reason of null ends that.
  fail(id, reason, attrs) {
    if (reason === null) this.#failures.delete(id)
    else if (Number.isInteger(reason)) this.#failures.set(id, { reason, attrs })
    else throw new Error(`a failure's reason is a number or null, not ${JSON.stringify(reason)}`)
  }

  /// Cuts the device's connection without a word.
  drop(id) {
    const { connection } = this.#linkedDevice(id)
    if (!connection) throw new Error(`${id} is not connected`)
    connection.drop()
  }

  /// Runs one command of the control channel (README.md) and returns the answer's fields.
  command(request) {
    if ('scan' in request) return { device: this.scan(request.scan, request.number) }
    if ('unlink' in request) return this.unlink(request.unlink)
    if ('fail' in request) return this.fail(request.fail, request.reason, request.attrs)
    if ('drop' in request) return this.drop(request.drop)
    throw new Error(`unknown command: ${Object.keys(request).join(', ') || 'nothing'}`)
  }
}

/// Runs a command given as JSON text. Never throws: a mistake comes back as {"error": …}.
export function runCommand(service, text) {
  try {
    return { ok: true, ...service.command(JSON.parse(text)) }
  } catch (error) {
    return { ok: false, error: error.message }
  }
}

async function answerHttp(service, request, response) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > LARGEST_COMMAND) return request.destroy()
  }
  const answer = runCommand(service, text)
  response.writeHead(answer.ok ? 200 : 400, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(answer)}\n`)
}

/// Starts the stand-in and resolves when it listens.
/// port: 0 = any free one; tls: {cert, key} as PEM for wss; acceptUnknown: a login of a device that
/// was linked elsewhere is taken at its word. The result has url, port, devices (a Map by
/// "number:device"), connections (a Set), events (an EventEmitter of 'event'), rootPublicKey,
/// scan(), unlink(), fail(), drop() and close().
export async function startServer({ port = 0, tls, acceptUnknown } = {}) {
  const service = new Service({ acceptUnknown })
  const handler = (request, response) => answerHttp(service, request, response).catch(() => response.destroy())
  const http = tls ? createHttpsServer(tls, handler) : createHttpServer(handler)
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => service.accept(socket))
  await new Promise((resolve, reject) => {
    sockets.once('error', reject)
    http.listen(port, HOST, resolve)
  })
  service.port = http.address().port
  service.url = `${tls ? 'wss' : 'ws'}://${HOST}:${service.port}`
  service.rootPublicKey = TEST_KEYS.root.public.toString('hex')
  service.close = () => {
    for (const socket of sockets.clients) socket.terminate()
    http.closeAllConnections()
    return new Promise((resolve) => sockets.close(() => http.close(resolve)))
  }
  return service
}
