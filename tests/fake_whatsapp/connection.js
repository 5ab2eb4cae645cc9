// One websocket from a client: handshake, then either pairing or login, then its stanzas.
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { decodeBinaryNode, encodeBinaryNode, getBinaryNodeChild, jidDecode } from './baileys.js'
import { Handshake } from './noise.js'
import { record, records } from './records.js'
import * as stanzas from './stanzas.js'

const OPEN = 1
const QR_REFS = 6
/// Baileys 6.7.21 and rc.9 lose a node that comes before they have derived the keys, and hang.
const SETTLE_MS = 60
/// How long a client may take to answer a close or a ping before it is given up.
const PATIENCE_MS = 2000

const later = (ms) => delay(ms, undefined, { ref: false })

export class Connection {
  #socket
  #service
  #transport
  #pairing

  constructor(socket, service, number) {
    this.#socket = socket
    this.#service = service
    this.number = number
    this.device = undefined
    this.refs = []
  }

  get isOpen() {
    return this.#socket.readyState === OPEN
  }

  /// Serves the client until its socket is closed. What it sends wrongly ends only this connection.
  async serve() {
    const closed = once(this.#socket, 'close')
    this.#socket.on('error', () => this.#socket.terminate())
    try {
      const incoming = records(this.#socket)
      if (await this.#handshake(incoming)) {
        for await (const data of incoming) this.#receive(await decodeBinaryNode(this.#transport.open(data)))
      }
    } catch (error) {
      this.#service.report('protocol-error', this, { message: error.message })
      this.#socket.terminate()
    }
    await closed
  }

  async #handshake(incoming) {
    const handshake = new Handshake(this.#service.identity)
    const hello = await incoming.next()
    if (hello.done) return false
    this.#socket.send(record(handshake.answer(hello.value)))
    const last = await incoming.next()
    if (last.done) return false
    const { noiseKey, payload, transport } = handshake.finish(last.value)
    this.#transport = transport
    this.noiseKey = noiseKey
    await this.#settle()
    if (!this.isOpen) return false
    if (payload.devicePairingData) this.#offerPairing(payload.devicePairingData)
    else this.#login(payload)
    return true
  }

  /// The pong shows that the client's event loop went on after its last message, on a slow machine too.
  async #settle() {
    await later(SETTLE_MS)
    if (!this.isOpen) return
    const answered = Promise.race([once(this.#socket, 'pong'), once(this.#socket, 'close'), later(PATIENCE_MS)])
    this.#socket.ping()
    await answered
  }

  send(stanza) {
    if (this.isOpen) this.#socket.send(record(this.#transport.seal(encodeBinaryNode(stanza))))
  }

  /// Sends the last stanza and closes, as the server does after a stream:error or a failure.
  end(stanza) {
    if (stanza) this.send(stanza)
    this.#socket.close()
    setTimeout(() => this.#socket.terminate(), PATIENCE_MS).unref()
  }

  /// Cuts the line without a word.
  drop() {
    this.#socket.terminate()
  }

  #login({ username, device, passive }) {
    const id = `${username}:${device ?? 0}`
    const { admitted, reason, attrs } = this.#service.admit(id, this)
    if (!admitted) {
      this.#service.report('refused', this, { device: id, reason })
      this.end(stanzas.failure(reason, attrs))
      return
    }
    this.#service.report('login', this, { passive })
    this.send(stanzas.success(this.device))
    for (const stanza of stanzas.afterSuccess()) this.send(stanza)
  }

  #offerPairing({ eIdent }) {
    this.identityKey = Buffer.from(eIdent)
    this.refs = Array.from({ length: QR_REFS }, () => `2@${randomBytes(24).toString('base64')}`)
    this.send(stanzas.pairDevice(randomBytes(4).toString('hex'), this.refs))
  }

  /// The phone has scanned this connection's QR code.
  confirmPairing(account, device, advSecret) {
    this.refs = []
    this.#pairing = { id: randomBytes(4).toString('hex'), account, device }
    this.send(stanzas.pairSuccess(this.#pairing.id, device, account.deviceIdentity(device, advSecret)))
  }

  #receive(stanza) {
    if (stanza.tag === 'message' || stanza.tag === 'receipt') this.send(stanzas.ack(stanza))
    if (stanza.tag !== 'iq') return
    if (this.#pairing?.id === stanza.attrs.id) return this.#finishPairing(stanza)
    if (stanza.attrs.type !== 'get' && stanza.attrs.type !== 'set') return
    const subject = stanzas.subject(stanza)
    if (!this.device) this.#answerUnpaired(stanza, subject)
    else if (subject.tag === 'remove-companion-device') this.#logout(stanza, subject)
    else this.send(stanzas.answer(stanza, this.device))
  }

  #answerUnpaired(iq, subject) {
    if (subject.tag === 'link_code_companion_reg') {
      this.#service.report('pairing-code', this, { number: jidDecode(subject.attrs.jid)?.user })
    }
    this.send(stanzas.result(iq))
  }

  #finishPairing(iq) {
    const { account, device } = this.#pairing
    const signed = getBinaryNodeChild(getBinaryNodeChild(iq, 'pair-device-sign'), 'device-identity')?.content
    if (!signed || !account.acceptsSignature(device, signed)) throw new Error('the device signature is wrong')
    this.#service.link(device, this)
    this.end(stanzas.restartRequired())
  }

  #logout(iq, subject) {
    if (subject.attrs.jid !== this.device.jid) {
      this.send(stanzas.iqError(iq, '401', 'not-authorized'))
      return
    }
    this.send(stanzas.result(iq))
    this.#service.remove('logout', this.device)
  }
}
