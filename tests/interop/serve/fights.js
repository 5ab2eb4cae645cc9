// What a monitor sees of real clients that fight, and of the end of it.
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { fight, logs, protect } from '../doctor/checkup.js'
import { disconnect } from '../disconnect/tool.js'
import { Endpoint, errs } from './endpoint.js'

export function fights(matrix) {
  describe('a fight', { concurrency: 2 }, () => {
    matrix.row('makes /healthz 503, naming the copied credential, and ends in 200 after `disconnect --force`', async (row) => {
      const { dir } = await row.credential('one')
      protect(dir)
      const copy = row.copy(dir, 'two')
      await fight(row, dir, copy)
      const endpoint = await Endpoint.open(row, matrix.binary, '--refresh', '0.2')
      const ill = await endpoint.until('copied-credential', errs('copied-credential'))
      assert.equal(ill.verdict, 'errors')
      const { text } = await endpoint.get('/metrics')
      assert.match(text, /^wasession_findings\{code="copied-credential",severity="error"\} 1$/m)
      assert.match(text, /^wasession_healthy 0$/m)

      await disconnect(row, 0, '--force')
      const well = await endpoint.until('that all is well', ({ status }) => status === 200)
      // The copy lies there, and nobody uses it: it is warned of.
      assert.deepEqual(well.findings.map(({ code, severity }) => [code, severity]), [['copied-credential', 'warning']])
      assert.deepEqual(await endpoint.stop(), { code: 0, signal: null })
    })

    matrix.row('is seen with both rivals and their logs, whoever of the two is connected at the moment', async (row) => {
      const { dir, id } = await row.credential('one')
      protect(dir)
      const clients = await fight(row, dir, row.copy(dir, 'two'))
      const endpoint = await Endpoint.open(row, matrix.binary, '--refresh', '0.2', ...logs(row, ['first', 'second']))
      await endpoint.until('copied-credential', errs('copied-credential'))
      const { findings, incidents } = await endpoint.json('/v1/findings')
      const [finding] = findings.filter(({ code }) => code === 'copied-credential')
      assert.deepEqual(finding.pids, clients.map(({ pid }) => pid).sort((a, b) => a - b))
      assert.ok(incidents.by_status['440'] > 0, JSON.stringify(incidents))
      const { text } = await endpoint.get('/v1/findings')
      assert.ok(!text.includes(id.split(':')[0]), 'the phone number is shown')
    })
  })
}
