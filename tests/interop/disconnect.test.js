// Whether `wasession disconnect`, `purge-creds` and `restore` end what they say they end, and nothing
// else: real clients of three Baileys versions, a real pm2, stand-ins for the other supervisors.
//
//   WASESSION=<build>/wasession WACLI_STAND_IN=<build>/…/wacli_stand_in node --test disconnect.test.js
import { mkdirSync } from 'node:fs'
import { after, before, describe } from 'node:test'
import { channels } from './disconnect/channels.js'
import { fights } from './disconnect/fights.js'
import { pm2 } from './disconnect/pm2.js'
import { reachable } from './disconnect/reachable.js'
import { stubborn } from './disconnect/stubborn.js'
import { units } from './disconnect/units.js'
import { wacli } from './disconnect/wacli.js'
import { Stage } from './stage.js'
import { Matrix } from './who_holds/matrix.js'
import { DevicePool } from './who_holds/pool.js'

// Most of a row is waiting: for a minute without a 440, or for the ten seconds in which disconnect
// looks whether somebody came back.
const AT_ONCE = 4

const binary = process.env.WASESSION
const stage = new Stage()
const matrix = new Matrix(stage, binary)

describe('disconnect', { skip: !binary && 'WASESSION does not name the binary', concurrency: AT_ONCE }, () => {
  before(async () => {
    await stage.open()
    mkdirSync(stage.directory('home'))
    matrix.pool = new DevicePool(stage)
  })
  after(() => stage.close())
  for (const group of [fights, pm2, stubborn, reachable, channels, units, wacli]) group(matrix)
})
