// Whom `wasession who-holds` names, judged by who truly holds what: real clients of three Baileys
// versions, stand-ins for wacli and OpenClaw, and bystanders. Prints the table and its precision.
//
//   WASESSION=<build>/wasession WACLI_STAND_IN=<build>/…/wacli_stand_in node --test who_holds.test.js
import { mkdirSync } from 'node:fs'
import { after, before, describe } from 'node:test'
import { Stage } from './stage.js'
import { bystanders } from './who_holds/bystanders.js'
import { clients } from './who_holds/clients.js'
import { conflicts } from './who_holds/conflicts.js'
import { deep } from './who_holds/deep.js'
import { hostile } from './who_holds/hostile.js'
import { Matrix } from './who_holds/matrix.js'
import { openclaw } from './who_holds/openclaw.js'
import { openclawLeftovers, removeEmptyLockFolder } from './who_holds/openclaw_leftovers.js'
import { DevicePool } from './who_holds/pool.js'
import { wacli } from './who_holds/wacli.js'

const GROUPS = [clients, conflicts, bystanders, wacli, openclaw, openclawLeftovers, hostile]

const binary = process.env.WASESSION
const stage = new Stage()
const matrix = new Matrix(stage, binary)

describe('who-holds', { skip: !binary && 'WASESSION does not name the binary', concurrency: 1 }, () => {
  before(async () => {
    await stage.open()
    mkdirSync(stage.directory('home'))
    matrix.pool = new DevicePool(stage)
  })
  after(async () => {
    await stage.close()
    removeEmptyLockFolder('/tmp')
    console.log(matrix.summary())
  })
  describe('from the outside', { concurrency: 2 }, () => GROUPS.forEach((group) => group(matrix)))
  deep(matrix)
})
