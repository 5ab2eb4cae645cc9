// A connected client: stays until SIGTERM, then ends with status 0. One JSON line for each change:
//   node connect.js --baileys VERSION --url ws://127.0.0.1:PORT --dir DIR [--dir DIR]…
//     [--sockets N] [--reconnect [--initial-ms N] [--stop-on 401,440]] [--title NAME] [--worker] [--pino FILE]
// README.md explains the options.
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import pino from 'pino'
import { Backoff } from './backoff.js'
import { describe, hangUp, loadBaileys, openSocket, openStore, print, readArguments, refuse } from './common.js'

const STOP = 'stop'
const OPEN = 1

/// One socket on one directory, with what happens to it over time.
class Client {
  #settings
  #place
  #backoff
  #store
  #socket
  #retry
  #openedAt
  #stopping = false

  constructor(settings, place) {
    this.#settings = settings
    this.#place = place
    this.#backoff = new Backoff(settings.initialMs)
  }

  /// Resolves when the connection has opened or closed for the first time.
  start() {
    return new Promise((resolve) => this.#connect(resolve))
  }

  async #connect(decided = () => {}) {
    const { baileys, url, logger } = this.#settings
    this.#store = await openStore(baileys, this.#place.dir)
    if (this.#stopping) return
    this.#openedAt = undefined
    this.#socket = openSocket(baileys, this.#store, { url, logger })
    this.#socket.ev.on('connection.update', (update) => {
      const line = describe(update)
      if (!line) return
      print({ ...this.#place, ...line })
      if (line.connection === 'connecting') return
      if (line.connection === 'open') this.#openedAt = Date.now()
      else this.#closed(line.statusCode)
      decided()
    })
  }

  #closed(statusCode) {
    const { reconnect, stopOn } = this.#settings
    if (!reconnect || this.#stopping) return
    const lived = this.#openedAt ? Date.now() - this.#openedAt : 0
    const wait = stopOn.includes(statusCode) ? undefined : this.#backoff.next(lived)
    if (wait === undefined) {
      print({ ...this.#place, gave_up: statusCode })
      return
    }
    print({ ...this.#place, retry_in_ms: wait })
    this.#retry = setTimeout(() => this.#connect(), wait)
  }

  async stop() {
    this.#stopping = true
    clearTimeout(this.#retry)
    if (this.#socket?.ws.socket?.readyState === OPEN) await hangUp(this.#socket)
    else this.#socket?.end(undefined)
    await this.#store?.settled()
  }
}

function wholeNumber(text, name) {
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) refuse(`--${name} is a whole number from 1 on, not ${text}`)
  return number
}

async function main(values, stopped) {
  const settings = {
    baileys: await loadBaileys(values.baileys),
    url: values.url,
    logger: values.pino ? pino(pino.destination({ dest: values.pino, sync: true })) : pino({ level: 'silent' }),
    reconnect: values.reconnect,
    initialMs: wholeNumber(values['initial-ms'], 'initial-ms'),
    stopOn: values['stop-on'].split(',').map(Number),
  }
  const sockets = wholeNumber(values.sockets, 'sockets')
  const clients = []
  stopped.then(async () => {
    await Promise.all(clients.map((client) => client.stop()))
    process.exit(0)
  })
  for (const dir of values.dir) {
    for (let socket = 0; socket < sockets; socket += 1) {
      const client = new Client(settings, { dir, socket })
      clients.push(client)
      await client.start()
    }
  }
}

/// Runs this script again in a worker thread: the same pid, another thread holds the connection.
function runInWorker(stopped) {
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  worker.on('exit', (code) => process.exit(code))
  stopped.then(() => worker.postMessage(STOP))
}

// A close during the login rejects a promise that 6.7.21 leaves alone; applications survive that.
process.on('unhandledRejection', (error) => process.stderr.write(`unhandled rejection: ${error?.message}\n`))

const values = readArguments(['baileys', 'url', 'dir'], {
  dir: { type: 'string', multiple: true },
  sockets: { type: 'string', default: '1' },
  reconnect: { type: 'boolean', default: false },
  'initial-ms': { type: 'string' },
  'stop-on': { type: 'string', default: '401' },
  title: { type: 'string' },
  worker: { type: 'boolean', default: false },
  pino: { type: 'string' },
})

if (isMainThread) {
  const stopped = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, resolve)
  })
  // A client whose connection is over stays, as a gateway does.
  setInterval(() => {}, 2 ** 30)
  if (values.title) process.title = values.title
  if (values.worker) runInWorker(stopped)
  else await main(values, stopped)
} else {
  await main(values, new Promise((resolve) => parentPort.once('message', resolve)))
}
