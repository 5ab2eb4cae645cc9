// A client that is told its directory by other ways than its command line, then is connect.js:
//   node told.js --dir-from environment:NAME|dotenv:NAME|stdin [options of connect.js but --dir]
// dotenv reads ./.env; stdin has one line {"dir":DIR}.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { refuse } from '../clients/common.js'

function fromDotenv(name) {
  const line = readFileSync('.env', 'utf8').split('\n').find((text) => text.startsWith(`${name}=`))
  return line?.slice(name.length + 1)
}

async function fromStdin() {
  for await (const line of createInterface({ input: process.stdin })) return JSON.parse(line).dir
}

const [option, source = '', ...rest] = process.argv.slice(2)
if (option !== '--dir-from') refuse('--dir-from comes first')
const [way, name] = source.split(':')
const ways = { environment: () => process.env[name], dotenv: () => fromDotenv(name), stdin: fromStdin }
const dir = await ways[way]?.()
if (!dir) refuse(`${source} names no directory`)
process.argv.splice(2, Infinity, '--dir', dir, ...rest)
await import('../clients/connect.js')
