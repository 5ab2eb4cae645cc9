// X25519 key pairs as raw 32-byte buffers, and the fixed keys of the stand-in.
import { createPrivateKey, createPublicKey, diffieHellman, randomBytes } from 'node:crypto'

const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

const privateObject = (raw) =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, raw]), format: 'der', type: 'pkcs8' })

const publicObject = (raw) =>
  createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, raw]), format: 'der', type: 'spki' })

/// {private, public}, each 32 raw bytes; without an argument a new random pair.
export function keyPair(privateKey = randomBytes(32)) {
  const spki = createPublicKey(privateObject(privateKey)).export({ format: 'der', type: 'spki' })
  return { private: privateKey, public: spki.subarray(PUBLIC_PREFIX.length) }
}

export const sharedKey = (privateKey, publicKey) =>
  diffieHellman({ privateKey: privateObject(privateKey), publicKey: publicObject(publicKey) })

/// Made-up and published: a client under test is built with `root.public` in place of WhatsApp's
/// root. They are the keys of the known answers in the protocol fact sheet.
export const TEST_KEYS = {
  root: keyPair(Buffer.alloc(32, 0x55)),
  intermediate: keyPair(Buffer.alloc(32, 0x66)),
  server: keyPair(Buffer.alloc(32, 0x44)),
}
