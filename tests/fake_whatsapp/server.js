// The stand-in as a process: `node server.js [--port N] [--cert FILE --key FILE] [--accept-unknown]`.
// JSON lines: events on stdout, commands on stdin. It ends on SIGTERM or SIGINT.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { runCommand, startServer } from './fake_whatsapp.js'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    cert: { type: 'string' },
    key: { type: 'string' },
    'accept-unknown': { type: 'boolean' },
  },
})

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

const server = await startServer({
  port: Number(values.port),
  tls: values.cert && { cert: readFileSync(values.cert), key: readFileSync(values.key) },
  acceptUnknown: values['accept-unknown'],
})
server.events.on('event', print)
createInterface({ input: process.stdin }).on('line', (line) => print(runCommand(server, line)))
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close().then(() => process.exit(0)))

print({ listening: server.port, root_public_key: server.rootPublicKey })
