// connect.js that takes SIGTERM in its own way:
//   node stubborn.js --on-sigterm ignore|fork [options of connect.js]
// ignore: it goes on. fork: it leaves its work to a new process with the same arguments, prints
// {"child":PID}, and ends. Prints {"stubborn":true} after its connection has opened or closed.
import { spawn } from 'node:child_process'
import { print, refuse } from '../clients/common.js'

const [option, way, ...rest] = process.argv.slice(2)
const client = new URL('../clients/connect.js', import.meta.url).pathname

function fork() {
  const child = spawn(process.execPath, [client, ...rest], { stdio: 'inherit', detached: true })
  child.once('spawn', () => {
    print({ child: child.pid })
    process.exit(0)
  })
}

const ways = { ignore: () => print({ ignored: true }), fork }
if (option !== '--on-sigterm' || !ways[way]) refuse(`--on-sigterm comes first, with ${Object.keys(ways).join(' or ')}`)
process.argv.splice(2, Infinity, ...rest)
await import('../clients/connect.js')
process.removeAllListeners('SIGTERM')
process.on('SIGTERM', ways[way])
print({ stubborn: true })
