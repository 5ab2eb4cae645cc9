// What `wasession doctor` says of real clients of three Baileys versions whose trouble is known.
//
//   WASESSION=<build>/wasession node --test doctor.test.js
import { mkdirSync } from 'node:fs'
import { after, before, describe } from 'node:test'
import { answers } from './doctor/answers.js'
import { verdicts } from './doctor/verdicts.js'
import { Stage } from './stage.js'
import { Matrix } from './who_holds/matrix.js'
import { DevicePool } from './who_holds/pool.js'

const binary = process.env.WASESSION
const stage = new Stage()
const matrix = new Matrix(stage, binary)

describe('doctor', { skip: !binary && 'WASESSION does not name the binary', concurrency: 2 }, () => {
  before(async () => {
    await stage.open()
    mkdirSync(stage.directory('home'))
    matrix.pool = new DevicePool(stage)
  })
  after(() => stage.close())
  verdicts(matrix)
  answers(matrix)
})
