// A supervisor that starts its program again whenever it ends, and that nothing ties to what the
// program does: it is told on stdin, {"program":PATH,"args":[…],"most":N}. Prints {"started":PID} and
// {"exited":STATUS}, with the program's lines between them, and {"gave_up":N} when the program has
// ended with a failure N times. SIGTERM ends both.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { print } from '../clients/common.js'

const PAUSE_MS = 200

let child
process.once('SIGTERM', () => {
  child?.kill('SIGKILL')
  process.exit(0)
})

const [line] = await once(createInterface({ input: process.stdin }), 'line')
const { program, args, most } = JSON.parse(line)
for (let failures = 0; failures < most;) {
  child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const exit = once(child, 'exit')
  print({ started: child.pid })
  const [code] = await exit
  print({ exited: code })
  if (code === 1) failures += 1
  await setTimeout(PAUSE_MS)
}
print({ gave_up: most })
// A supervisor stays when it has given up.
setInterval(() => {}, 2 ** 30)
