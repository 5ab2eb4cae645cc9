// The handshake against the known answers that the three Baileys versions reproduce from the same keys
// (made-up keys: one byte repeated). They keep the stand-in honest towards a client that is not Baileys.
import assert from 'node:assert/strict'
import test from 'node:test'
import { proto, verify } from './baileys.js'
import { certificateChain } from './certificate.js'
import { keyPair, TEST_KEYS } from './keys.js'
import { Handshake } from './noise.js'

const hex = (text) => Buffer.from(text, 'hex')
const asHex = (bytes) => Buffer.from(bytes).toString('hex')

const CERTIFICATES =
  '0a760a32080210011a20ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b2080e2cfaa062880ae99a40f' +
  '1240bd2192403627a23dea8fd726d8b25a759263c51c8366a2bb743427452b6f439489b64aa86d149fe3d597dc2fac82951382b1b55b' +
  '60cca2626fa6ac80c8bd2f8712760a32080110001a20219e4d800da968d2a5fcb009c784f4746c7138edb9ee4844b739e830b05cf424' +
  '2080e2cfaa062880ae99a40f124081d67f926f2b654a240ee991b3dccd20115b573a92ce54159b3e74f002241f4867b66f3a43d8757d' +
  'ff6fe05c24ef2013874001d795c093b11d955d9e4c4a550d'
const CLIENT_HELLO =
  '12220a207b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13'
const SERVER_HELLO =
  '1ad7020a207b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b14123076c390387466635d58f0323bdcbe69' +
  '099601a1a274074852c87a5a56adbc2200326ad89abf7d0428235760e33dfb73581a8002288b9fb2a44ada738fa843bef513aebcf7d9' +
  '9d259f6b32bfda1b7e7a82c3979b7c5a5b7622c72687a20ffcae532d741d87b7e8c8d06116ed31dd4df77a0b564a84fe526a68dc25cf' +
  '80dbeccc6bdc5263a9815e1ff0ba24c0080fab8438fd3db14b20eaa6a1fcf96441535b51d3fdda5d102e3af7eaa639f15f264f86d0cc' +
  'b8cc94f7673748139fef82b04c6c63035be394acc371162c2752d3900fc2dcc727264a98e9b79e0f491db0dc1819f309b88eb9b98b5d' +
  '7e21750227799416e74c968b22f68740c20c161fc80054e21072093f3755474eb580876afcd6aed4d8c122932871e3a48800c9c62b41' +
  'e2c5ade311b85654832c5018b7a0b3eb3ce84960d42d'
const CLIENT_FINISH =
  '2295010a30b9cb19690dfcfb9a42e033388870388167c822982ffe1d4ef4c15a4d3e5d9d4179435ed7718d261dd84855ea642a78ea12' +
  '6148e381a218138bcf8abd80cfa31be1b047f5b9d718b306d0aa2df25c4dd69e85c2ce3ad886465ddea4733291524cacc63b6cc28461' +
  'fe6aea944b9df522ab84f75c51bf35f56eb01fa0588941731659c0a4a88fc19188969b3b5257f51d365bcbd5'
const CLIENT_NOISE_PUBLIC =
  '0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20'
const REQUEST =
  '00f80a191103045a08fc08613162326333643416fc026d64f801f805fc1772656d6f76652d636f6d70616e696f6e2d6465766963650c' +
  'f7000cff8615551234567fec2efc0e757365725f696e69746961746564'
const SEALED_REQUEST =
  '1b6084c789f01b27819d2f417592fa81c680f7e28a06c9fb9614cf70d030b6b24f5433b3bc82ed6f4d08bb1bc0abeaafc94958900ba1' +
  '56db0f86e2db601e5a4509cccca3ae847f2cf397af06da1f1f42690459d09ad2eb3b5850a025043599dfdb0bcc'
const SUCCESS =
  '00f8034c1aff051795361548'
const SEALED_SUCCESS =
  '7351e6301f712cfb83130e3a6312eda417b554401be8da385a1820c3'

function handshake() {
  const ephemeral = keyPair(Buffer.alloc(32, 0x33))
  return new Handshake({ server: TEST_KEYS.server, certificates: hex(CERTIFICATES), ephemeral })
}

test('the server hello is byte for byte the one that real clients accept', () => {
  assert.equal(asHex(handshake().answer(hex(CLIENT_HELLO))), SERVER_HELLO)
})

test("a client's login, request and answers are read and written with the right keys and counters", () => {
  const server = handshake()
  server.answer(hex(CLIENT_HELLO))
  const { noiseKey, payload, transport } = server.finish(hex(CLIENT_FINISH))
  assert.equal(asHex(noiseKey), CLIENT_NOISE_PUBLIC)
  assert.equal(`${payload.username}:${payload.device}`, '15551234567:12')
  assert.equal(asHex(transport.open(hex(SEALED_REQUEST))), REQUEST)
  assert.equal(asHex(transport.seal(hex(SUCCESS))), SEALED_SUCCESS)
})

test('the certificate chain is signed from the root down, and a changed byte is noticed', () => {
  const { leaf, intermediate } = proto.CertChain.decode(certificateChain(TEST_KEYS))
  const signed = (issuer, { details, signature }) => verify(issuer, Buffer.from(details), Buffer.from(signature))
  assert.ok(signed(TEST_KEYS.root.public, intermediate), 'a strict client would refuse the intermediate certificate')
  assert.ok(signed(TEST_KEYS.intermediate.public, leaf), 'a strict client would refuse the leaf certificate')
  leaf.details[4] ^= 1
  assert.ok(!signed(TEST_KEYS.intermediate.public, leaf), 'verify takes a changed certificate for a good one')
})
