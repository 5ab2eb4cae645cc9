// What a test file of clients stands on: a scratch directory, a stand-in in this process, and the
// processes it started, which end with the test that started them.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../fake_whatsapp/fake_whatsapp.js'
import { Lines, Process } from './harness.js'

const SAVED_WITHIN_MS = 10000

/// What creds.json says once it is whole: a client that saves it truncates it first, and a
/// connected one saves at moments of its own.
export function credentials(dir) {
  const deadline = Date.now() + SAVED_WITHIN_MS
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    try {
      return JSON.parse(readFileSync(join(dir, 'creds.json'), 'utf8'))
    } catch (error) {
      if (!(error instanceof SyntaxError) || Date.now() > deadline) throw error
    }
    Atomics.wait(pause, 0, 0, 1)
  }
}

export class Stage {
  #scratch
  /// Events of the stand-in, to be awaited.
  events = new Lines('the stand-in')

  async open() {
    this.#scratch = mkdtempSync(join(tmpdir(), 'wasession-interop-'))
    this.server = await startServer()
    this.server.events.on('event', (line) => this.events.push(line))
  }

  async close() {
    await this.server?.close()
    rmSync(this.#scratch, { recursive: true })
  }

  directory(name) {
    return join(this.#scratch, name)
  }

  /// A script as a process until the end of test `t`.
  start(t, script, args, options) {
    const one = new Process(script, args, options)
    t.after(() => one.stop())
    return one
  }

  /// Runs a script that ends by itself, and demands that it succeeds.
  async succeed(script, args) {
    const { code, complaint } = await new Process(script, args).ended()
    assert.equal(code, 0, `${script} failed: ${complaint}`)
  }

  /// Links `name` as a new device; the id is "number:device".
  async link(version, number, name, url = this.server.url) {
    const dir = this.directory(`${version}-${name}`)
    await this.succeed('clients/link.js', ['--baileys', version, '--url', url, '--number', number, '--dir', dir])
    return { dir, id: credentials(dir).me.id.split('@')[0] }
  }

  /// A client on its way to connect.
  connect(t, version, dir, ...more) {
    return this.start(t, 'clients/connect.js', ['--baileys', version, '--url', this.server.url, '--dir', dir, ...more])
  }

  async connected(t, version, dir, ...more) {
    const client = this.connect(t, version, dir, ...more)
    await client.until({ connection: 'open' })
    return client
  }
}
