// `wasession serve` as a process of a row, and what it answers.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'

const DEADLINE_MS = 30000
const BETWEEN_MS = 200

export class Endpoint {
  #child
  #exit

  /// Starts it for the row's folder, and resolves when it listens.
  static async open(row, binary, ...more) {
    const endpoint = new Endpoint()
    const roots = row.roots.flatMap((root) => ['--root', root])
    const args = ['serve', '--listen', '127.0.0.1:0', '--only-root', ...roots, '--endpoint', row.endpoint, ...more]
    const child = spawn(binary, args, { env: row.environment, stdio: ['ignore', 'ignore', 'pipe'] })
    endpoint.#child = child
    endpoint.#exit = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
    row.whenOver(() => endpoint.stop())
    endpoint.url = await new Promise((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        const [, url] = /listening on (\S+)/.exec(line) ?? []
        if (url) resolve(url)
      })
      endpoint.#exit.then(({ code }) => reject(new Error(`serve ended with ${code}`)))
    })
    return endpoint
  }

  async stop() {
    this.#child.kill('SIGTERM')
    return this.#exit
  }

  /// {status, text} of a path.
  async get(path) {
    const response = await fetch(`${this.url}${path}`)
    return { status: response.status, text: await response.text() }
  }

  async json(path) {
    const { status, text } = await this.get(path)
    return { status, ...JSON.parse(text) }
  }

  /// The first answer of /healthz that `holds` is true of. It is asked as a monitor asks: again and
  /// again, and each look tells a little of a fight in which only one of two is connected.
  async until(what, holds) {
    const deadline = Date.now() + DEADLINE_MS
    for (;;) {
      const answer = await this.json('/healthz')
      if (holds(answer)) return answer
      assert.ok(Date.now() < deadline, `/healthz never told ${what}: ${JSON.stringify(answer, null, 1)}`)
      await setTimeout(BETWEEN_MS)
    }
  }
}

/// An answer that calls this finding an error. The first look at a fight sees one of the two, and
/// warns of an idle copy.
export const errs = (wanted) => ({ status, findings }) =>
  status === 503 && findings.some(({ code, severity }) => code === wanted && severity === 'error')
