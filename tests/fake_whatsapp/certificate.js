// The certificate chain in the server hello: root signs intermediate, intermediate signs leaf.
import { proto, sign } from './baileys.js'

const NOT_BEFORE = 1700000000
const NOT_AFTER = 4102444800

function certificate({ serial, issuerSerial, key, issuer }) {
  const details = proto.CertChain.NoiseCertificate.Details.encode({
    serial,
    issuerSerial,
    key,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
  }).finish()
  return { details, signature: sign(issuer.private, details) }
}

/// The encoded CertChain for `server.public`; `root.public` is what a strict client must pin.
export function certificateChain({ root, intermediate, server }) {
  return proto.CertChain.encode({
    leaf: certificate({ serial: 2, issuerSerial: 1, key: server.public, issuer: intermediate }),
    intermediate: certificate({ serial: 1, issuerSerial: 0, key: intermediate.public, issuer: root }),
  }).finish()
}
