// A live fight for one credential, and the silence after it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'

const DEADLINE_MS = 60000

/// Half of OpenClaw's waits: a fight of two minutes, in which one of the two always waits for seconds.
export const FIGHT = ['--reconnect', '--initial-ms', '1000']
export const REPLACED = { connection: 'close', statusCode: 440 }
export const OPEN = { connection: 'open' }

/// Two clients that have replaced each other, and go on. The first one has run longer.
export async function fight(row, dir, other) {
  const first = await row.connected('first', dir, FIGHT)
  const second = await row.connected('second', other, FIGHT)
  for (const client of [first, second]) await client.until(REPLACED)
  return [first, second]
}

/// Resolves when the device is connected. Nobody but the client that was kept can be, once the other
/// one has ended and disconnect has watched for its return.
export async function untilOnline(row, id) {
  const { devices, events } = row.stage.server
  const signal = AbortSignal.timeout(DEADLINE_MS)
  while (!devices.get(id).connection?.isOpen) await once(events, 'event', { signal })
}

/// Hears from the stand-in whatever happens to the connection of this device.
export class Silence {
  #begin = performance.now()
  #heard = []
  #end

  constructor(row, id) {
    const { events } = row.stage.server
    const listen = (line) => line.device === id && this.#heard.push(line)
    events.on('event', listen)
    this.#end = () => events.off('event', listen)
    row.whenOver(this.#end)
  }

  /// Demands that nothing has happened for so long since the beginning.
  async lasts(seconds) {
    await setTimeout(Math.max(0, seconds * 1000 - (performance.now() - this.#begin)))
    this.#end()
    assert.deepEqual(this.#heard, [], 'the connection that was to stay was disturbed')
  }
}
