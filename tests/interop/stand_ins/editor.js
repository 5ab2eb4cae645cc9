// An editor that has FILE open for a person: reads it, closes it, keeps its text in memory and its
// own swap file open beside it. No WhatsApp.
//   node editor.js FILE
// Prints {"editing":true}; stays until SIGTERM. Leaves the swap file behind, as a killed one does.
import { openSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const [file] = process.argv.slice(2)
const text = readFileSync(file, 'utf8')
const swap = openSync(join(dirname(file), `.${basename(file)}.swp`), 'w+', 0o600)
setInterval(() => [text, swap], 2 ** 30)
process.stdout.write('{"editing":true}\n')
