// One row of the matrix: a folder of its own with the sessions of the row, the processes that it
// starts, and a look at them with `wasession who-holds`.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Process, Program } from '../harness.js'
import { credentials } from '../stage.js'
import { EXPECT } from './matrix.js'

const OUTPUT_LIMIT = 16 * 1024 * 1024
const KEPT_PRE_KEYS = 5
const LOOKS_WHILE_TOUCHING = 20

/// A client reads or saves a file at this very moment, which tells more of it than the row is about.
const isTouching = ({ holder }) => holder?.evidence.some(({ kind }) => kind === 'open-file')

/// What a session's fingerprint must be, by the library's own file.
export function fingerprint(dir) {
  const { public: key } = credentials(dir).noiseKey
  return createHash('sha256').update(Buffer.from(key.data ?? key, 'base64')).digest('hex').slice(0, 12)
}

/// Leaves out most of the hundreds of pre-keys, which no login reads: a hundred copies of them take
/// longer than all tests. The newest are looked at.
function withoutOldPreKeys(dir) {
  const oldest = credentials(dir).nextPreKeyId - KEPT_PRE_KEYS
  return (path) => Number(/pre-key-(\d+)\.json$/.exec(path)?.[1] ?? oldest) >= oldest
}

export class Row {
  #matrix
  #closing = []
  #names = new Map()
  #ids = new Map()

  constructor(matrix, { number, name, version }) {
    Object.assign(this, { number, name, version, stage: matrix.stage })
    this.#matrix = matrix
    this.root = mkdtempSync(join(matrix.stage.directory('.'), 'row-'))
    this.home = matrix.stage.directory('home')
    /// What every process of the row is started with: nothing that leads to a directory.
    this.environment = { PATH: process.env.PATH, HOME: this.home }
    this.roots = [this.root]
    this.endpoint = `127.0.0.1:${matrix.stage.server.port}`
    /// What starts wasession for this row, as `nsenter …`: nothing.
    this.launcher = []
    /// Variables of wasession alone.
    this.variables = {}
  }

  /// Runs when the row is over, the latest first.
  whenOver(action) {
    this.#closing.unshift(action)
  }

  async close() {
    for (const action of this.#closing) await action()
  }

  path(...names) {
    return join(this.root, ...names)
  }

  /// A linked device's directory at `name` below the row's folder, used by nobody else meanwhile.
  async credential(name = 'bot') {
    const pool = this.#matrix.pool
    const device = await pool.take(this.version)
    this.whenOver(() => pool.giveBack(this.version, device))
    const dir = this.path(name)
    cpSync(device.dir, dir, { recursive: true, filter: withoutOldPreKeys(device.dir) })
    return { dir, id: device.id }
  }

  copy(dir, name) {
    const to = this.path(name)
    cpSync(dir, to, { recursive: true })
    return to
  }

  folder(...names) {
    const path = this.path(...names)
    mkdirSync(path, { recursive: true })
    return path
  }

  #keep(name, process) {
    this.#names.set(process.pid, name)
    this.whenOver(() => process.stop())
    return process
  }

  /// `name` is what the table calls it.
  script(name, path, args, options = {}) {
    return this.#keep(name, new Process(path, args, { cwd: '/', env: this.environment, ...options }))
  }

  program(name, path, args, options = {}) {
    return this.#keep(name, new Program(path, args, { cwd: '/', env: this.environment, ...options }))
  }

  /// A program whose output is no JSON, once it has printed something.
  async talking(name, path, args, options = {}) {
    const child = spawn(path, args, { cwd: '/', env: this.environment, stdio: ['pipe', 'pipe', 'ignore'], ...options })
    const ended = new Promise((resolve) => child.once('close', resolve))
    this.#names.set(child.pid, name)
    this.whenOver(() => child.kill('SIGKILL') && ended)
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve)
      child.once('error', reject)
      ended.then(() => reject(new Error(`${path} ended before it printed anything`)))
    })
    child.stdout.resume()
    return child
  }

  /// A process that another one started.
  called(name, pid) {
    this.#names.set(pid, name)
    return { pid }
  }

  /// connect.js on the way to connect; options of it after the directories.
  connecting(name, dirs, more = [], options = {}) {
    const list = [dirs].flat().flatMap((dir) => ['--dir', dir])
    return this.script(name, 'clients/connect.js', [...this.clientArguments, ...list, ...more], options)
  }

  async connected(name, dirs, more, options) {
    const client = this.connecting(name, dirs, more, options)
    for (const dir of [dirs].flat()) await client.until({ dir, connection: 'open' })
    return client
  }

  get clientArguments() {
    return ['--baileys', this.version, '--url', this.url ?? this.stage.server.url]
  }

  /// The words of a wasession command that looks at the row's folder.
  words(command, ...more) {
    const roots = this.roots.flatMap((root) => ['--root', root])
    const endpoint = command === 'list' ? [] : ['--endpoint', this.endpoint]
    return [...this.launcher, this.#matrix.binary, command, '--only-root', ...roots, ...endpoint, ...more]
  }

  /// The environment of wasession.
  get surroundings() {
    return { ...this.environment, ...(this.temporary && { TMPDIR: this.temporary }), ...this.variables }
  }

  /// {status, stdout, stderr} of a wasession command that looks at the row's folder.
  run(command, ...more) {
    const [program, ...args] = this.words(command, ...more)
    const env = this.surroundings
    return new Promise((resolve, reject) => {
      execFile(program, args, { env, maxBuffer: OUTPUT_LIMIT }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error)
        else resolve({ status: error?.code ?? 0, stdout, stderr })
      })
    })
  }

  async #json(command, ...more) {
    const { status, stdout, stderr } = await this.run(command, '--json', ...more)
    assert.ok(status <= 1, `${command} ${more.join(' ')} ended with ${status}: ${stderr}`)
    return { status, ...JSON.parse(stdout) }
  }

  /// The id of the session at this path (a directory, or a database).
  async id(path) {
    if (!this.#ids.has(path)) {
      const { sessions } = await this.#json('list')
      for (const { id, store } of sessions) this.#ids.set(store.path, id)
    }
    const id = this.#ids.get(path)
    assert.ok(id, `list shows no session at ${path}, but ${[...this.#ids.keys()].join(', ')}`)
    return id
  }

  /// What who-holds says now.
  async look(...more) {
    const answer = await this.#json('who-holds', ...more)
    const anyone = answer.sessions.some(({ holders }) => holders.length > 0)
    assert.equal(answer.status, anyone ? 0 : 1, 'the exit status and the holders disagree')
    return answer
  }

  /// Looks, and demands for each [path, process, word of EXPECT]. Nobody else may be named likely or
  /// certain. Returns the answer, with holder(path, process).
  async expect(expectations, ...more) {
    for (let looks = 1; ; looks += 1) {
      const answer = await this.look(...more)
      const verdicts = await this.#compare(answer, expectations)
      const wrong = verdicts.filter(({ right }) => !right)
      if (!wrong.some(isTouching) || looks === LOOKS_WHILE_TOUCHING) return this.#conclude(answer, verdicts)
    }
  }

  /// The same of an answer that is there already.
  async check(answer, expectations) {
    return this.#conclude(answer, await this.#compare(answer, expectations))
  }

  /// A verdict for each expectation, and for each holder that nobody expects.
  async #compare(answer, expectations) {
    const pairs = new Map()
    for (const [path, { pid }, expected] of expectations) {
      const id = await this.id(path)
      pairs.set(`${id} ${pid}`, { id, pid, expected, store: basename(path) })
    }
    for (const { id, holders } of answer.sessions) {
      for (const holder of holders) {
        const key = `${id} ${holder.pid}`
        const pair = pairs.get(key) ?? { id, pid: holder.pid, expected: 'never likely', store: id }
        pairs.set(key, { ...pair, holder })
      }
    }
    const { number, name: row, version } = this
    return [...pairs.values()].map(({ pid, holder, ...pair }) => {
      const got = holder?.confidence ?? 'nobody'
      const who = this.#names.get(pid) ?? `a stranger (${holder?.command ?? pid})`
      return { ...pair, number, row, version, who, got, holder, right: EXPECT[pair.expected].allowed.includes(got) }
    })
  }

  #conclude(answer, verdicts) {
    verdicts.forEach((verdict) => this.#matrix.judge(verdict))
    const complaints = verdicts
      .filter(({ right }) => !right)
      .map(({ who, id, expected, got, holder }) =>
        `${who} for ${id}: expected ${expected}, got ${got}: ${JSON.stringify(holder?.evidence ?? answer, null, 1)}`)
    assert.equal(complaints.length, 0, [...complaints, ...answer.warnings.map((warning) => JSON.stringify(warning))].join('\n'))
    answer.holder = (path, { pid }) =>
      answer.sessions.find(({ id }) => id === this.#ids.get(path))?.holders.find((one) => one.pid === pid)
    return answer
  }

  /// The holder's evidence of this kind, demanded.
  evidence(answer, path, process, kind) {
    const holder = answer.holder(path, process)
    const found = holder.evidence.find((one) => one.kind === kind)
    assert.ok(found, `no ${kind} among the evidence: ${JSON.stringify(holder.evidence)}`)
    return found
  }
}
