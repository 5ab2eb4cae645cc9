// What the client scripts share: arguments, the chosen Baileys, its store, JSON lines on stdout.
import './loopback_only.js'
import { parseArgs } from 'node:util'
import { BAILEYS_VERSIONS } from '../versions.js'

export const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

/// Ends the process with status 2 and the reason on stderr.
export function refuse(why) {
  process.stderr.write(`${why}\n`)
  process.exit(2)
}

/// The command line's values. `required` names options that must be given; all are strings
/// unless `options` says otherwise.
export function readArguments(required, options = {}) {
  const known = { ...Object.fromEntries(required.map((name) => [name, { type: 'string' }])), ...options }
  let values
  try {
    values = parseArgs({ options: known }).values
  } catch (error) {
    refuse(error.message)
  }
  const missing = required.filter((name) => values[name] === undefined)
  if (missing.length > 0) refuse(`missing ${missing.map((name) => `--${name}`).join(', ')}`)
  return values
}

export function loadBaileys(version) {
  if (!BAILEYS_VERSIONS.includes(version)) refuse(`--baileys is one of ${BAILEYS_VERSIONS.join(', ')}`)
  return import(`baileys-${version}`)
}

/// Baileys' own useMultiFileAuthState on `dir`, with settled(): resolves when all its writes are done.
/// Leaving the process earlier can leave an empty file.
export async function openStore(baileys, dir) {
  const { state, saveCreds } = await baileys.useMultiFileAuthState(dir)
  const writes = new Set()
  const tracked = (write) => (...args) => {
    const writing = write(...args).finally(() => writes.delete(writing))
    writes.add(writing)
    return writing
  }
  state.keys.set = tracked(state.keys.set)
  return {
    state,
    saveCreds: tracked(saveCreds),
    async settled() {
      while (writes.size > 0) await Promise.allSettled(writes)
    },
  }
}

/// A Baileys socket on an open store. Everything not named here is Baileys' default.
export function openSocket(baileys, store, { url, logger }) {
  const socket = baileys.default({ auth: store.state, waWebSocketUrl: url, logger })
  socket.ev.on('creds.update', store.saveCreds)
  return socket
}

/// Resolves with the first `connection.update` that `matches`; rejects if the connection closes before.
export function untilUpdate(socket, matches) {
  return new Promise((resolve, reject) => {
    socket.ev.on('connection.update', (update) => {
      if (matches(update)) resolve(update)
      else if (update.connection === 'close') reject(update.lastDisconnect?.error ?? new Error('closed'))
    })
  })
}

/// Ends the socket in an orderly way and resolves when its connection is closed. Ending the process
/// earlier may reset the connection, and what was sent last may be lost with it.
export function hangUp(socket) {
  const gone = closed(socket)
  socket.end(undefined)
  return gone
}

/// Resolves when the underlying websocket is closed: Baileys drops the listeners on its own wrapper.
export const closed = (socket) => new Promise((resolve) => socket.ws.socket.once('close', resolve))

/// The JSON line for a `connection.update` of interest, or undefined. A close has Baileys' statusCode,
/// message and data.
export function describe({ connection, lastDisconnect }) {
  if (!connection) return undefined
  const { error } = lastDisconnect ?? {}
  if (connection !== 'close' || !error) return { connection }
  return { connection, statusCode: error.output?.statusCode, message: error.message, data: error.data ?? undefined }
}

/// Runs the script's main function; a failure is one line on stderr and status 1.
export function run(main) {
  process.exitCode = 1 // stands if main() waits for something that can no longer come
  main().then(
    () => process.exit(0),
    (error) => {
      process.stderr.write(`${error.message}\n`)
      process.exit(1)
    },
  )
}
