// A real Prometheus that scrapes serve, and its own tools on what serve brings along.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Endpoint } from './endpoint.js'

const SHARE = new URL('../../../share/', import.meta.url).pathname
const DEADLINE_MS = 30000

/// Where a program of Prometheus' is: where ./dev puts it, or on PATH.
const found = (name) =>
  [process.env.PROMETHEUS_FOLDER ?? '', ...process.env.PATH.split(':')]
    .map((folder) => join(folder, name)).find((path) => existsSync(path))

const prometheus = found('prometheus')
const promtool = found('promtool')
const skip = !(prometheus && promtool) && 'there is no Prometheus; ./dev setup fetches it'

/// {status, output} of promtool with this text as its stdin.
function check(args, text = '') {
  return new Promise((resolve, reject) => {
    const child = execFile(promtool, ['check', ...args], (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ status: error?.code ?? 0, output: stdout + stderr })
    })
    child.stdin.end(text)
  })
}

/// A port of the loopback that was free a moment ago.
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/// A Prometheus of the row's own, that scrapes the endpoint every second. Resolves with its URL.
async function scraping(row, endpoint) {
  const data = row.folder('prometheus')
  const config = join(data, 'prometheus.yml')
  const target = new URL(endpoint.url).host
  writeFileSync(config, `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ['${SHARE}prometheus/wasession-alerts.yml']
scrape_configs:
  - job_name: wasession
    static_configs: [{ targets: ['${target}'] }]
`)
  mkdirSync(join(data, 'tsdb'))
  const port = await freePort()
  const child = spawn(prometheus, [
    `--config.file=${config}`, `--storage.tsdb.path=${join(data, 'tsdb')}`, `--web.listen-address=127.0.0.1:${port}`,
  ], { cwd: data, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const ended = new Promise((resolve) => child.once('close', resolve))
  row.whenOver(() => child.kill('SIGKILL') && ended)
  return { url: `http://127.0.0.1:${port}`, complaint: () => complaint }
}

/// What Prometheus answers to a query, once it has an answer.
async function query(server, expression) {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const url = `${server.url}/api/v1/query?query=${encodeURIComponent(expression)}`
    const answer = await fetch(url).then((response) => response.json()).catch(() => undefined)
    if (answer?.data?.result?.length > 0) return answer.data.result
    assert.ok(Date.now() < deadline, `${expression} is not in Prometheus: ${JSON.stringify(answer)}\n${server.complaint()}`)
    await setTimeout(200)
  }
}

export function prometheusTests(matrix) {
  describe('Prometheus', { skip, concurrency: 2 }, () => {
    matrix.row('scrapes serve, and answers queries about it', async (row) => {
      const { dir } = await row.credential('one')
      await row.connected('client', dir)
      const endpoint = await Endpoint.open(row, matrix.binary)
      const server = await scraping(row, endpoint)
      const [up] = await query(server, 'up{job="wasession"} == 1')
      assert.equal(up.value[1], '1')
      const [live] = await query(server, 'sum(wasession_sessions{activity="live"})')
      assert.equal(live.value[1], '1')
      const [build] = await query(server, 'wasession_build_info')
      assert.match(build.metric.version, /^\d+\.\d+\.\d+$/)
      const rules = await fetch(`${server.url}/api/v1/rules`).then((response) => response.json())
      const alerts = rules.data.groups.flatMap((group) => group.rules)
      assert.equal(alerts.length, 3)
      for (const { name, health, lastError } of alerts) assert.ok(health !== 'err', `${name}: ${lastError}`)
    })

    matrix.row('has no complaint about the names and types of the metrics', async (row) => {
      await row.credential('one')
      const endpoint = await Endpoint.open(row, matrix.binary)
      const { text } = await endpoint.get('/metrics')
      const { status, output } = await check(['metrics'], text)
      assert.equal(status, 0, output)
      assert.equal(output.trim(), '')
    })

    matrix.row('takes the alert rules', async () => {
      const { status, output } = await check(['rules', join(SHARE, 'prometheus/wasession-alerts.yml')])
      assert.equal(status, 0, output)
      assert.match(output, /3 rules found/)
    })
  })
}

/// The names of metrics in an expression.
const metricsIn = (expression) => expression.match(/\bwasession_[a-z_]+/g) ?? []

/// Whether Prometheus is there or not.
export function examples(matrix) {
  describe('the examples', () => {
    matrix.row('ask only for metrics that there are', async (row) => {
      await row.credential('one')
      const endpoint = await Endpoint.open(row, matrix.binary)
      const { text } = await endpoint.get('/metrics')
      const there = new Set(text.split('\n').filter((line) => !line.startsWith('#')).map((line) => /^\w*/.exec(line)[0]))
      const dashboard = JSON.parse(readFileSync(join(SHARE, 'grafana/wasession-dashboard.json'), 'utf8'))
      const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
      expressions.push(...dashboard.templating.list.map(({ query }) => query))
      expressions.push(...readFileSync(join(SHARE, 'prometheus/wasession-alerts.yml'), 'utf8').match(/expr: .*/g))
      const asked = new Set(expressions.flatMap(metricsIn))
      assert.ok(asked.size > 8, `only ${[...asked]} are asked for`)
      assert.deepEqual([...asked].filter((name) => !there.has(name)), [], 'there is no such metric')
    })
  })
}
