// The server's side of Noise_XX_25519_AESGCM_SHA256 as WhatsApp speaks it, and the transport after it.
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import { proto } from './baileys.js'
import { keyPair, sharedKey } from './keys.js'

const PROTOCOL = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0')
const TAG_SIZE = 16
const NOTHING = Buffer.alloc(0)

/// "WA", magic 6, dictionary version 3: the only part of the intro that goes into the hash.
export const WA_HEADER = Buffer.from([0x57, 0x41, 6, 3])

function nonce(counter) {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(counter, 8)
  return bytes
}

function encrypt(key, counter, plain, aad) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(counter)).setAAD(aad)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key, counter, sealed, aad) {
  if (sealed.length < TAG_SIZE) throw new Error(`a sealed text of ${sealed.length} bytes has no tag`)
  const end = sealed.length - TAG_SIZE
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(counter)).setAAD(aad)
  decipher.setAuthTag(sealed.subarray(end))
  return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()])
}

function twoKeys(salt, material) {
  const okm = Buffer.from(hkdfSync('sha256', material, salt, NOTHING, 64))
  return [okm.subarray(0, 32), okm.subarray(32)]
}

/// Two counters from 0, no associated data. One record is one encrypted node.
class Transport {
  #sendKey
  #receiveKey
  #sent = 0
  #received = 0

  constructor(sendKey, receiveKey) {
    this.#sendKey = sendKey
    this.#receiveKey = receiveKey
  }

  seal(plain) {
    return encrypt(this.#sendKey, this.#sent++, plain, NOTHING)
  }

  open(sealed) {
    return decrypt(this.#receiveKey, this.#received++, sealed, NOTHING)
  }
}

/// One handshake. Call answer(client hello), then finish(client finish).
export class Handshake {
  #hash = PROTOCOL
  #chainingKey = PROTOCOL
  #key
  #counter
  #server
  #ephemeral
  #certificates

  constructor({ server, certificates, ephemeral = keyPair() }) {
    this.#server = server
    this.#ephemeral = ephemeral
    this.#certificates = certificates
    this.#mixHash(WA_HEADER)
  }

  #mixHash(data) {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest()
  }

  #mixKey(privateKey, publicKey) {
    ;[this.#chainingKey, this.#key] = twoKeys(this.#chainingKey, sharedKey(privateKey, publicKey))
    this.#counter = 0
  }

  #seal(plain) {
    const sealed = encrypt(this.#key, this.#counter++, plain, this.#hash)
    this.#mixHash(sealed)
    return sealed
  }

  #open(sealed) {
    const plain = decrypt(this.#key, this.#counter++, sealed, this.#hash)
    this.#mixHash(sealed)
    return plain
  }

  /// The record for the client: ephemeral key, sealed static key, sealed certificates.
  answer(record) {
    const theirs = Buffer.from(proto.HandshakeMessage.decode(record).clientHello.ephemeral)
    this.#mixHash(theirs)
    this.#mixHash(this.#ephemeral.public)
    this.#mixKey(this.#ephemeral.private, theirs)
    const sealedStatic = this.#seal(this.#server.public)
    this.#mixKey(this.#server.private, theirs)
    const payload = this.#seal(this.#certificates)
    return proto.HandshakeMessage.encode({
      serverHello: { ephemeral: this.#ephemeral.public, static: sealedStatic, payload },
    }).finish()
  }

  /// {noiseKey: the client's 32-byte static key, payload: ClientPayload, transport}
  finish(record) {
    const { clientFinish } = proto.HandshakeMessage.decode(record)
    const noiseKey = this.#open(Buffer.from(clientFinish.static))
    this.#mixKey(this.#ephemeral.private, noiseKey)
    const payload = proto.ClientPayload.decode(this.#open(Buffer.from(clientFinish.payload)))
    const [fromClient, toClient] = twoKeys(this.#chainingKey, NOTHING)
    return { noiseKey, payload, transport: new Transport(toClient, fromClient) }
  }
}
