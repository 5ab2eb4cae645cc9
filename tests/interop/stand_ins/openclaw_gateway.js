// Stands in for an OpenClaw gateway: its title, its locks with their descriptors, its connections.
//   node openclaw_gateway.js --generation 2026.2|2026.9 --config FILE --state DIR
//     --connection none | tcp --port PORT | baileys --baileys VERSION --url URL
// The configuration is plain JSON. Prints {"locked":true}; with tcp {"connected":ACCOUNT} for each
// account, with baileys the lines of connect.js. A line {"release":ACCOUNT} on stdin ends that
// account's monitor, as a terminal 440 does: its lock (2026.9) and its plain connection are gone,
// {"released":ACCOUNT}. SIGTERM ends it; the gateway lock of 2026.2 stays, as it does there.
import { closeSync, readFileSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { print, readArguments } from '../clients/common.js'
import { lockAuthDirectory, lockGateway2026_2, lockGateway2026_9 } from './openclaw_locks.js'

const TITLE = 'openclaw-gateway'

const values = readArguments(['generation', 'config', 'state', 'connection'], {
  port: { type: 'string' },
  baileys: { type: 'string' },
  url: { type: 'string' },
})
process.title = TITLE

const { accounts } = JSON.parse(readFileSync(values.config, 'utf8')).channels.whatsapp
const directories = new Map(
  Object.entries(accounts).map(([id, { authDir }]) => [id, authDir ?? join(values.state, 'credentials', 'whatsapp', id)]),
)

const newer = values.generation === '2026.9'
const held = newer ? lockGateway2026_9(values.config, values.state) : lockGateway2026_2(values.config)
const ownerLocks = new Map()
if (newer) for (const [id, dir] of directories) ownerLocks.set(id, lockAuthDirectory(dir))
print({ locked: true })

function remove({ path, descriptor }) {
  closeSync(descriptor)
  unlinkSync(path)
}

const sockets = new Map()
createInterface({ input: process.stdin }).on('line', (line) => {
  const { release: id } = JSON.parse(line)
  sockets.get(id)?.destroy()
  if (ownerLocks.has(id)) remove(ownerLocks.get(id))
  ownerLocks.delete(id)
  print({ released: id })
})

process.on('exit', () => {
  if (newer) [...held, ...ownerLocks.values()].forEach(remove)
})

if (values.connection === 'baileys') {
  const dirs = [...directories.values()].flatMap((dir) => ['--dir', dir])
  const policy = ['--reconnect', '--stop-on', newer ? '401,440' : '401', '--title', TITLE]
  process.argv.splice(2, Infinity, '--baileys', values.baileys, '--url', values.url, ...policy, ...dirs)
  await import('../clients/connect.js')
} else {
  process.once('SIGTERM', () => process.exit(0))
  if (values.connection === 'tcp') {
    for (const id of directories.keys()) {
      sockets.set(id, connect(Number(values.port), '127.0.0.1', () => print({ connected: id })))
    }
  }
}
