// What monitors see of `wasession serve`: real Baileys clients in a fight, a real Prometheus.
//
//   WASESSION=<build>/wasession node --test serve.test.js
import { mkdirSync } from 'node:fs'
import { after, before, describe } from 'node:test'
import { fights } from './serve/fights.js'
import { examples, prometheusTests } from './serve/prometheus.js'
import { Stage } from './stage.js'
import { Matrix } from './who_holds/matrix.js'
import { DevicePool } from './who_holds/pool.js'

const binary = process.env.WASESSION
const stage = new Stage()
const matrix = new Matrix(stage, binary)

describe('serve', { skip: !binary && 'WASESSION does not name the binary', concurrency: 2 }, () => {
  before(async () => {
    await stage.open()
    mkdirSync(stage.directory('home'))
    matrix.pool = new DevicePool(stage)
  })
  after(() => stage.close())
  fights(matrix)
  prometheusTests(matrix)
  examples(matrix)
})
