// What the stand-in knows: accounts (phone numbers), each with its phone's identity key and its
// linked devices. It lives in memory and ends with the server.
import { createHmac, randomInt } from 'node:crypto'
import { proto, sign, verify } from './baileys.js'
import { keyPair } from './keys.js'

const ACCOUNT_SIGNATURE = Buffer.from([6, 0])
const DEVICE_SIGNATURE = Buffer.from([6, 1])
const LID_BASE = 200000000000000n
/// More than any version finds too few, so that a device linked elsewhere uploads none anew.
const ENOUGH_PRE_KEYS = 100
const QR_PREFIX = 'https://wa.me/settings/linked_devices#'

/// A linked device. `id` is "15551234567:3".
class Device {
  preKeys = 0
  connection = undefined

  constructor({ number, lidUser, index, noiseKey, identityKey }) {
    this.id = `${number}:${index}`
    this.jid = `${this.id}@s.whatsapp.net`
    this.lid = `${lidUser}:${index}@lid`
    this.number = number
    this.index = index
    this.noiseKey = noiseKey
    this.identityKey = identityKey
  }
}

class Account {
  #phone = keyPair()
  #rawId = randomInt(1, 2 ** 31)
  #links = 0

  constructor(number) {
    this.number = number
    this.lidUser = String(LID_BASE + BigInt(number))
  }

  /// A device number is given once: an unlinked device's number does not come back.
  nextDevice(keys) {
    this.#links += 1
    return new Device({ number: this.number, lidUser: this.lidUser, index: this.#links, ...keys })
  }

  /// A device linked elsewhere keeps the number it came with.
  adoptDevice(index, noiseKey) {
    this.#links = Math.max(this.#links, index)
    const device = new Device({ number: this.number, lidUser: this.lidUser, index, noiseKey })
    device.preKeys = ENOUGH_PRE_KEYS
    return device
  }

  /// What the phone hands to the new device: its signature over the device's identity key, sealed
  /// with the secret from the QR code. An encoded ADVSignedDeviceIdentityHMAC.
  deviceIdentity(device, advSecret) {
    const details = proto.ADVDeviceIdentity.encode({
      rawId: this.#rawId,
      timestamp: Math.floor(Date.now() / 1000),
      keyIndex: device.index,
    }).finish()
    const signed = proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: this.#phone.public,
      accountSignature: sign(this.#phone.private, Buffer.concat([ACCOUNT_SIGNATURE, details, device.identityKey])),
    }).finish()
    const hmac = createHmac('sha256', advSecret).update(signed).digest()
    return proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish()
  }

  /// Whether `answer` (an encoded ADVSignedDeviceIdentity) carries the device's own signature.
  acceptsSignature(device, answer) {
    const { details, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(answer)
    const message = Buffer.concat([DEVICE_SIGNATURE, details, device.identityKey, this.#phone.public])
    return deviceSignature.length === 64 && verify(device.identityKey, message, Buffer.from(deviceSignature))
  }
}

export class Accounts {
  #accounts = new Map()
  /// By id, linked devices only.
  devices = new Map()

  account(number) {
    if (!/^[1-9][0-9]{4,14}$/.test(number)) throw new Error(`not a phone number: ${JSON.stringify(number)}`)
    if (!this.#accounts.has(number)) this.#accounts.set(number, new Account(number))
    return this.#accounts.get(number)
  }

  link(device) {
    this.devices.set(device.id, device)
  }

  unlink(device) {
    this.devices.delete(device.id)
  }
}

/// The parts of a QR code's text. rc14 puts an address in front and the browser's number behind.
export function parseQr(text) {
  const bare = text.startsWith(QR_PREFIX) ? text.slice(QR_PREFIX.length) : text
  const [ref, noiseKey, identityKey, advSecret] = bare.split(',')
  if (!advSecret) throw new Error('not the text of a WhatsApp QR code')
  const bytes = (base64) => Buffer.from(base64, 'base64')
  return { ref, noiseKey: bytes(noiseKey), identityKey: bytes(identityKey), advSecret: bytes(advSecret) }
}
