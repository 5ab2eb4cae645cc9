// The parts of Baileys that the stand-in shares with the clients it serves: the node coding, the
// protobuf messages and the Signal library's XEdDSA. They come from the packages of ../interop, so
// that there is one install.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

const ALIAS = 'baileys-7.0.0-rc14'

const installed = createRequire(new URL('../interop/package.json', import.meta.url))

function fromPackages(name) {
  try {
    return installed.resolve(name)
  } catch (cause) {
    throw new Error(`${name} is not installed: run "npm ci --ignore-scripts" in tests/interop`, { cause })
  }
}

const root = `${pathToFileURL(dirname(dirname(fromPackages(ALIAS))))}/`
const [binary, messages, curve, ws] = await Promise.all([
  import(new URL('lib/WABinary/index.js', root)),
  import(new URL('WAProto/index.js', root)),
  import(pathToFileURL(fromPackages('libsignal/src/curve.js'))),
  import(pathToFileURL(fromPackages('ws'))),
])

export const { decodeBinaryNode, encodeBinaryNode, getBinaryNodeChild, getBinaryNodeChildren, jidDecode } = binary
export const { proto } = messages

/// XEdDSA: 64 bytes, the same for the same input.
export const sign = (privateKey, message) => curve.calculateSignature(privateKey, message)

/// Not Baileys' own Curve.verify: that one takes any 64 bytes for a good signature.
export const verify = (publicKey, message, signature) =>
  curve.verifySignature(Buffer.concat([Buffer.from([5]), publicKey]), message, signature)

export const WebSocketServer = ws.default.WebSocketServer
