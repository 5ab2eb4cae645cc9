// Starts the client scripts as processes and waits for what they print. Waiting is for an event,
// never for a time; the deadline only turns a hang into a message.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'

const DEADLINE_MS = 60000

const includes = (line, wanted) =>
  Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(line[key], value))

/// Where a script of this repository's tests is.
export const scriptPath = (script) => new URL(script, import.meta.url).pathname

/// Lines that came and those awaited. Each line answers one until(), whatever came in between.
export class Lines {
  #name
  #lines = []
  #waiting = new Set()
  #ended

  constructor(name) {
    this.#name = name
  }

  push(line) {
    this.#lines.push(line)
    for (const check of this.#waiting) check()
  }

  /// No more lines will come, for this reason.
  end(why) {
    this.#ended = why
    for (const check of this.#waiting) check()
  }

  /// Lines not yet answered to an until().
  get rest() {
    return [...this.#lines]
  }

  /// Resolves with the first line that has all of `wanted`.
  until(wanted) {
    return new Promise((resolve, reject) => {
      const fail = (why) =>
        finish(reject, new Error(`${this.#name}: no ${JSON.stringify(wanted)}, ${why}; unread: ${JSON.stringify(this.#lines)}`))
      const deadline = setTimeout(() => fail(`${DEADLINE_MS / 1000} s passed`), DEADLINE_MS)
      const check = () => {
        const at = this.#lines.findIndex((line) => includes(line, wanted))
        if (at >= 0) finish(resolve, this.#lines.splice(at, 1)[0])
        else if (this.#ended) fail(this.#ended)
      }
      const finish = (settle, value) => {
        clearTimeout(deadline)
        this.#waiting.delete(check)
        settle(value)
      }
      this.#waiting.add(check)
      check()
    })
  }
}

/// A program that prints one JSON object a line, as a process.
export class Program {
  #child
  #exit

  constructor(program, args, options = {}) {
    this.lines = new Lines(`${program} ${args.join(' ')}`)
    this.#child = spawn(program, args, options)
    let complaint = ''
    this.#child.stderr.on('data', (chunk) => (complaint += chunk))
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line)))
    this.#exit = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        this.lines.end(`it ended with ${signal ?? code}: ${complaint.trim()}`)
        resolve({ code, signal, complaint })
      })
    })
  }

  get pid() {
    return this.#child.pid
  }

  until(wanted) {
    return this.lines.until(wanted)
  }

  /// Writes one JSON line to its stdin.
  write(line) {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`)
  }

  /// Resolves with {code, signal, complaint} when it has ended.
  ended() {
    return this.#exit
  }

  stop() {
    this.#child.kill('SIGTERM')
    return this.#exit
  }
}

/// A script of this repository's tests as a process.
export class Process extends Program {
  constructor(script, args, options) {
    super(process.execPath, [scriptPath(script), ...args], options)
  }
}
