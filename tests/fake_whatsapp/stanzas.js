// The nodes that the stand-in sends. Shapes as in the protocol fact sheet, sections 8 and 9.
import { getBinaryNodeChild, getBinaryNodeChildren } from './baileys.js'

const SERVER = 's.whatsapp.net'

export const node = (tag, attrs = {}, content) => ({ tag, attrs, content })

const now = () => String(Math.floor(Date.now() / 1000))

export const result = (iq, content) => node('iq', { type: 'result', id: iq.attrs.id, from: SERVER }, content)

export const iqError = (iq, code, text) =>
  node('iq', { type: 'error', id: iq.attrs.id, from: SERVER }, [node('error', { code, text })])

export const success = (device) => node('success', { t: now(), lid: device.lid, platform: 'android' })

export const failure = (reason, attrs) => node('failure', { reason: String(reason), location: 'atn', ...attrs })

export const replaced = () => node('stream:error', {}, [node('conflict', { type: 'replaced' })])

export const deviceRemoved = () =>
  node('stream:error', { code: '401' }, [node('conflict', { type: 'device_removed' })])

export const restartRequired = () => node('stream:error', { code: '515' })

export const pairDevice = (id, refs) =>
  node('iq', { from: SERVER, type: 'set', id, xmlns: 'md' }, [
    node('pair-device', {}, refs.map((ref) => node('ref', {}, Buffer.from(ref)))),
  ])

export const pairSuccess = (id, device, identity) =>
  node('iq', { from: SERVER, type: 'set', id, t: now() }, [
    node('pair-success', {}, [
      node('device-identity', {}, identity),
      node('device', { jid: device.jid, lid: device.lid }),
      node('platform', { name: 'android' }),
    ]),
  ])

/// What follows a success when nothing is waiting: where to connect next time, and no offline messages.
export const afterSuccess = () => [
  node('ib', {}, [node('edge_routing', {}, [node('routing_info', {}, Buffer.from([8, 11, 8, 13]))])]),
  node('ib', {}, [node('offline', { count: '0' })]),
]

/// The first child of an iq, or an empty node: what the request is about.
export const subject = (iq) => (Array.isArray(iq.content) && iq.content[0]) || node('')

const empty = (tag) => () => [node(tag)]

/// Answers a client needs on its way to `open`, by "xmlns child"; anything else gets an empty result.
const ANSWERS = {
  'encrypt count': (iq, device) => [node('count', { value: String(device.preKeys) })],
  'encrypt digest': empty('digest'),
  'encrypt registration': (iq, device) => {
    device.preKeys += getBinaryNodeChildren(getBinaryNodeChild(iq, 'list'), 'key').length
  },
  'w props': () => [node('props', { hash: 'stand-in' })],
  'abt props': () => [node('props', { hash: 'stand-in' })],
  'blocklist ': empty('list'),
  'privacy privacy': empty('privacy'),
  'usync usync': () => [node('usync', {}, [node('result'), node('list')])],
}

export const answer = (iq, device) => result(iq, ANSWERS[`${iq.attrs.xmlns} ${subject(iq).tag}`]?.(iq, device))

export const ack = ({ tag, attrs }) => node('ack', { class: tag, id: attrs.id, from: attrs.to ?? SERVER, t: now() })
