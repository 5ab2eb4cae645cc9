// One websocket from a client: handshake, then either pairing or login, then its stanzas.
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { decodeBinaryNode, encodeBinaryNode, getBinaryNodeChild, jidDecode } from './baileys.js'
import { Handshake } from './noise.js'
import { record, records } from './records.js'
import * as stanzas from './stanzas.js'

const OPEN = 1
const QR_REFS = 6
/// Baileys 6.7.21 and rc.9, by the build they log in with, lose a node that comes before they have
/// derived the keys, and hang. (Not rc14.)
const LOSES_EARLY_NODES = new Set([1023223821, 1027934701])
/// Long enough on an idle machine for a client with any build to derive its keys.
const SETTLE_MS = 60
/// How long a client may take to answer a close before it is given up.
const PATIENCE_MS = 2000

/// Unlike once() of node:events it never rejects: an 'error' is always followed by 'close'.
const happened = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve))

export class Connection {
  #socket
  #service
  #transport
  #pairing
  #build
  /// Resolves when all nodes so far are sent. Nothing overtakes the first one.
  #outbox

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
    const closed = happened(this.#socket, 'close')
    this.#socket.on('error', () => this.#socket.terminate())
    try {
      const incoming = records(this.#socket)
      if (await this.#handshake(incoming)) {
        for await (const data of incoming) this.#receive(await decodeBinaryNode(this.#transport.open(data)))
      }
    } catch (error) {
      this.#giveUp(error)
    }
    await closed
  }

  #giveUp(error) {
    this.#service.report('protocol-error', this, { message: error.message })
    this.#socket.terminate()
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
    this.#build = payload.userAgent?.appVersion?.tertiary
    await delay(SETTLE_MS)
    if (!this.isOpen) return false
    if (payload.devicePairingData) this.#offerPairing(payload.devicePairingData)
    else this.#login(payload)
    return true
  }

  send(stanza) {
    const isFirst = this.#outbox === undefined
    this.#outbox = Promise.resolve(this.#outbox)
      .then(() => this.#transmit(stanza, isFirst))
      .catch((error) => this.#giveUp(error))
  }

  #transmit(stanza, isFirst) {
    if (!this.isOpen) return undefined
    const sealed = record(this.#transport.seal(encodeBinaryNode(stanza)))
    this.#socket.send(sealed)
    return isFirst && LOSES_EARLY_NODES.has(this.#build) ? this.#repeatUntilHeard(sealed) : undefined
  }

  /// Sends the first node again while the client has lost it. Each client answers its first node at
  /// once, with an iq or by closing: two pongs without that prove the loss, however slow the machine.
  /// A lost node does not count for the client, so the same sealed bytes are right once more.
  async #repeatUntilHeard(sealed) {
    let heard = false
    const hear = () => (heard = true)
    this.#socket.once('message', hear)
    await this.#twoPongs()
    while (!heard && this.isOpen) {
      this.#socket.send(sealed)
      await this.#twoPongs()
    }
    this.#socket.off('message', hear)
  }

  async #twoPongs() {
    for (let n = 0; n < 2 && this.isOpen; n += 1) {
      const answered = Promise.race(['pong', 'close'].map((event) => happened(this.#socket, event)))
      this.#socket.ping()
      await answered
    }
  }

  /// Sends the last stanza and closes, as the server does after a stream:error or a failure.
  end(stanza) {
    this.send(stanza)
    this.#outbox.then(() => {
      this.#socket.close()
      setTimeout(() => this.#socket.terminate(), PATIENCE_MS).unref()
    })
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
