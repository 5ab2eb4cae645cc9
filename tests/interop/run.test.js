// Whether `wasession run` keeps a second session from starting: real clients of three Baileys versions,
// stand-ins for wacli and OpenClaw, which refuse in the words of the real ones.
//
//   WASESSION=<build>/wasession WACLI_STAND_IN=<build>/…/wacli_stand_in node --test run.test.js
import { mkdirSync } from 'node:fs'
import { after, before, describe } from 'node:test'
import { starts } from './run/starts.js'
import { Stage } from './stage.js'
import { Matrix } from './who_holds/matrix.js'
import { DevicePool } from './who_holds/pool.js'

const binary = process.env.WASESSION
const stage = new Stage()
const matrix = new Matrix(stage, binary)

describe('run', { skip: !binary && 'WASESSION does not name the binary' }, () => {
  before(async () => {
    await stage.open()
    mkdirSync(stage.directory('home'))
    matrix.pool = new DevicePool(stage)
  })
  after(() => stage.close())
  starts(matrix)
})
