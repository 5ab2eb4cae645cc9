// connect.js that runs other programs: for each line {"run":[PROGRAM,ARG,…]} on stdin it prints
// {"ran":STATUS,"stdout":…,"stderr":…}.
import { execFile } from 'node:child_process'
import { createInterface } from 'node:readline'
import { print } from '../clients/common.js'

createInterface({ input: process.stdin }).on('line', (line) => {
  const [program, ...args] = JSON.parse(line).run
  execFile(program, args, (error, stdout, stderr) => print({ ran: error?.code ?? 0, stdout, stderr }))
})
await import('../clients/connect.js')
