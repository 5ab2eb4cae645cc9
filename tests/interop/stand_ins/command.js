// A program on PATH that a test answers for: tells the socket SOCKET what it was called with, and
// ends as it is told. Stays until then.
//   node command.js SOCKET NAME [arguments of the program]
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const [path, name, ...args] = process.argv.slice(2)
const socket = connect(path)
socket.write(`${JSON.stringify({ name, args, environment: process.env })}\n`)
createInterface({ input: socket }).on('line', (line) => {
  const { status, stdout = '', stderr = '' } = JSON.parse(line)
  process.stderr.write(stderr)
  process.stdout.write(stdout, () => process.exit(status))
})
