// Starts connect.js with its own arguments as a child, and does nothing else, as OpenClaw 2026.2's
// launcher does. Prints {"child":PID}; the child's lines come after it. SIGTERM goes to the child.
import { spawn } from 'node:child_process'

const client = new URL('../clients/connect.js', import.meta.url).pathname
const child = spawn(process.execPath, [client, ...process.argv.slice(2)], { stdio: 'inherit' })
process.stdout.write(`${JSON.stringify({ child: child.pid })}\n`)
process.once('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code) => process.exit(code ?? 1))
