// WhatsApp's framing inside a websocket: one intro, then records of 3-byte length + data.
// Websocket message boundaries mean nothing.
import { on } from 'node:events'
import { WA_HEADER } from './noise.js'

const ROUTED = Buffer.from([0x45, 0x44, 0, 1])

/// How many bytes the intro takes, or undefined while it is not complete.
function introSize(bytes) {
  let size = 0
  if (bytes.subarray(0, 2).equals(ROUTED.subarray(0, 2))) {
    if (bytes.length < ROUTED.length + 3) return undefined
    size = ROUTED.length + 3 + bytes.readUIntBE(ROUTED.length, 3)
  }
  if (bytes.length < size + WA_HEADER.length) return undefined
  const header = bytes.subarray(size, size + WA_HEADER.length)
  if (!header.equals(WA_HEADER)) throw new Error(`not a WhatsApp intro: ${header.toString('hex')}`)
  return size + WA_HEADER.length
}

/// Yields each record's data until the websocket closes.
export async function* records(socket) {
  let bytes = Buffer.alloc(0)
  let introduced = false
  for await (const [chunk] of on(socket, 'message', { close: ['close'] })) {
    bytes = Buffer.concat([bytes, chunk])
    if (!introduced) {
      const size = introSize(bytes)
      if (size === undefined) continue
      bytes = bytes.subarray(size)
      introduced = true
    }
    while (bytes.length >= 3 && bytes.length >= 3 + bytes.readUIntBE(0, 3)) {
      const end = 3 + bytes.readUIntBE(0, 3)
      yield bytes.subarray(3, end)
      bytes = bytes.subarray(end)
    }
  }
}

/// `data` as one record, ready for the websocket.
export function record(data) {
  const header = Buffer.alloc(3)
  header.writeUIntBE(data.length, 0, 3)
  return Buffer.concat([header, data])
}
