// Our JSON5 reader must read what the npm package `json5` reads, to the last bit, and refuse what
// it refuses, because OpenClaw reads its configuration with that package.
//
//   JSON5_CAT=<build>/tests/json5_cat node --test json5_oracle.test.js
//
// `json5` comes from ./node_modules or NODE_PATH. JSON5_SEED=<number> repeats a run (the seed is
// printed), JSON5_DOCUMENTS=<number> makes it longer.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const json5 = createRequire(import.meta.url)('json5')
const binary = process.env.JSON5_CAT
const seed = Number(process.env.JSON5_SEED ?? 20261122)
const documents = Number(process.env.JSON5_DOCUMENTS ?? 5000)
const skip = binary ? false : 'JSON5_CAT does not name the json5_cat binary'

/** Keys that differ in lone surrogates only, which UTF-8 cannot tell: nothing to compare. */
class EqualKeys extends Error {}

/** The same text as json5_cat writes for a value. */
function canonical(value) {
  if (typeof value === 'string') return JSON.stringify('$' + value.toWellFormed())
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return '"#NaN"'
    const bits = new DataView(new ArrayBuffer(8))
    bits.setFloat64(0, value)
    return `"#${bits.getBigUint64(0).toString(16).padStart(16, '0')}"`
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, inner]) => [key.toWellFormed(), inner])
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw new EqualKeys()
  entries.sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
  return `{${entries.map(([key, inner]) => JSON.stringify(key) + ':' + canonical(inner)).join(',')}}`
}

function expected(document) {
  const warn = console.warn
  console.warn = () => {} // about U+2028 in strings
  try {
    return canonical(json5.parse(document.toString('utf8')))
  } catch (error) {
    if (error instanceof EqualKeys) return null
    assert.ok(error instanceof SyntaxError, `json5 itself failed: ${error.stack}`)
    return 'error'
  } finally {
    console.warn = warn
  }
}

function actual(list) {
  const framed = list.flatMap((document) => {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(document.length)
    return [length, document]
  })
  const run = spawnSync(binary, { input: Buffer.concat(framed), maxBuffer: 2 ** 30 })
  assert.equal(run.status, 0, `json5_cat ended with ${run.status ?? run.signal}: ${run.stderr}`)
  const lines = run.stdout.toString('utf8').split('\n')
  assert.equal(lines.length, list.length + 1, 'json5_cat did not answer every document')
  return lines
}

/** Compares all documents; `isKnown(index, theirs, ours)` excuses a difference. */
function compare(list, isKnown = () => false) {
  const buffers = list.map((document) => Buffer.from(document))
  const ours = actual(buffers)
  const differences = []
  let valid = 0
  buffers.forEach((document, index) => {
    const theirs = expected(document)
    if (theirs === null) return
    if (theirs !== 'error') valid += 1
    if (theirs !== ours[index] && !isKnown(index, theirs, ours[index])) {
      differences.push(`${JSON.stringify(document.toString('latin1'))} (bytes as Latin-1)\n` +
        `  json5: ${theirs}\n  ours:  ${ours[index]}`)
    }
  })
  assert.equal(differences.length, 0, `${differences.length} of ${list.length} documents read ` +
    `differently (seed ${seed}), e.g.\n${differences.slice(0, 5).join('\n')}`)
  return valid
}

/** mulberry32: small, seeded, good enough to pick test cases. */
function generator(state) {
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit) => Math.floor(next() * limit)
  const pick = (list) => list[below(list.length)]
  return { next, below, pick, many: (most, make) => Array.from({ length: below(most + 1) }, make) }
}

const blanks = ['', '', '', ' ', '\n', '\t', '\r\n', '\v', '\f', '\u00a0', '\ufeff', '\u2028', '\u3000',
  '// c\n', '/* c */', '/***/', '/*\n*/', '//\r', '//\u2029']
const numbers = ['0', '-0', '+0', '1', '-7', '255', '.5', '5.', '-.25', '1e3', '1E-3', '0.1e+2', '0x0', '0XfF',
  '-0x1F', '0x1fffffffffffff', '0x20000000000001', '0x' + '9'.repeat(300), '9007199254740992',
  '9007199254740993', '-9007199254740995', '18446744073709551616', '1e308', '1e309', '-1e400', '5e-324',
  '2e-324', '4.9406564584124654e-324', '2.2250738585072011e-308', '0.1', '123456789.123456789e-20',
  '1.' + '0'.repeat(400) + '1', 'Infinity', '-Infinity', '+Infinity', 'NaN', '-NaN', '+NaN']
const letters = ['a', 'Z', '0', ' ', '\u00e9', '\u20ac', '\u{1f600}', '\t', '\u0000', '\u2028', '\u2029', '\u007f',
  '"', "'", '//', '/*', '\ufffd', '\ufeff', '$', '{', '\\n', '\\t', '\\b', '\\f', '\\r', '\\v', '\\0', '\\\\', "\\'",
  '\\"', '\\a', '\\\u{1f600}', '\\\n', '\\\r\n', '\\\r', '\\\u2028', '\\x41', '\\xfF', '\\u0041', '\\u20aC',
  '\\uD83D\\uDE00', '\\uD83D', '\\uDE00', '\\uD83D\\\n\\uDE00', '\\u2028', '\\8', '\\01', '\\x4', '\\u12']
const names = ['a', '$', '_', 'accounts', '\u00e9', '\u03c0a9', 'a\u200d', '\\u0061b', 'a\\u0030', 'null', 'true',
  'Infinity', '__proto__', 'constructor', '"quoted key"', "'1'", '""', 'a\u0301', '\u{10400}', '$include']

function text(random, most) {
  const quote = random.pick(['"', "'"])
  return quote + random.many(most, () => {
    // Mostly what is valid there: the other pieces make the whole document an error.
    const piece = random.below(20) ? letters[random.below(letters.length - 4)] : random.pick(letters)
    return piece === quote ? '\\' + piece : piece
  }).join('') + quote
}

function value(random, depth) {
  const blank = () => random.pick(blanks)
  const members = (open, close, make) => {
    const list = random.many(4, make).map((member) => blank() + member + blank())
    return open + list.join(',') + (list.length && random.below(2) ? ',' + blank() : '') + close
  }
  const kind = random.below(depth > 0 ? 7 : 4)
  if (kind === 0) return random.pick(['null', 'true', 'false'])
  if (kind === 1) return random.pick(numbers)
  if (kind < 4) return text(random, 6)
  if (kind === 4) return members('[', ']', () => value(random, depth - 1))
  return members('{', '}', () =>
    (random.below(4) ? random.pick(names) : text(random, 2)) + blank() + ':' + blank() +
    value(random, depth - 1))
}

function document(random) {
  return random.pick(blanks) + value(random, 4) + random.pick(blanks)
}

function mutated(random) {
  let bytes = Buffer.from(document(random))
  const scraps = ['{', '}', '[', ']', ',', ':', '"', "'", '\\', '/', '*', '+', '-', '.', 'e', 'x', '0', '9', 'N', '\n',
    '\r', '\u2028', '\ufeff', 'u00', '\u00e9', '\u1680', '\u180e', '\u0085'].map((scrap) => Buffer.from(scrap))
  scraps.push(...[[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80], [0x80],
    [0xf0, 0x9f, 0x98]].map((list) => Buffer.from(list)))
  for (let edits = 1 + random.below(3); edits > 0; edits -= 1) {
    const from = random.below(bytes.length + 1)
    const to = Math.min(bytes.length, from + random.below(3))
    const middle = random.pick([Buffer.alloc(0), random.pick(scraps), bytes.subarray(from, to)])
    const end = random.below(30) ? bytes.subarray(random.pick([from, to])) : Buffer.alloc(0)
    bytes = Buffer.concat([bytes.subarray(0, from), middle, end])
  }
  return bytes
}

const list = (count, make) => Array.from({ length: count }, make)

test('generated documents read as in the json5 package', { skip }, (context) => {
  const random = generator(seed)
  const valid = compare(list(documents, () => document(random)))
  context.diagnostic(`seed ${seed}: ${valid} of ${documents} documents are valid`)
  assert.ok(valid > documents / 4 && valid < documents, 'the generator makes valid and invalid documents')
})

test('damaged documents read as in the json5 package', { skip }, (context) => {
  const random = generator(seed + 1)
  const valid = compare(list(documents * 2, () => mutated(random)))
  context.diagnostic(`seed ${seed}: ${valid} of ${documents * 2} documents are valid`)
  assert.ok(valid > 0 && valid < documents * 2)
})

test('every text of up to four signs reads as in the json5 package', { skip }, () => {
  const signs = ['{', '}', '[', ']', ',', ':', '"', '\\', '/', '*', '0', '1', '.', 'e', 'x', '-', 'a', '\n']
  let texts = ['']
  const all = ['']
  for (let length = 1; length <= 4; length += 1) {
    texts = texts.flatMap((start) => signs.map((sign) => start + sign))
    all.push(...texts)
  }
  compare(all)
})

test('every character means the same as blank, as key, in a key and in a string', { skip }, () => {
  const points = []
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const isSurrogate = point >= 0xd800 && point <= 0xdfff
    const isAssigned = point < 0x32500 || (point >= 0xe0000 && point < 0xe0200)
    if (!isSurrogate && (isAssigned || point % 997 === 0)) points.push(String.fromCodePoint(point))
  }
  // The package's tables are of 2017: a letter that Unicode got since then is one to us only.
  const isYoungLetter = (shape) => (index, theirs, ours) =>
    theirs === 'error' && ours === canonical(JSON.parse(shape(points[index]).replace(/\{(.*):/u, '{"$1":'))) &&
    /^[\p{ID_Start}\p{ID_Continue}]$/u.test(points[index]) && points[index].codePointAt(0) > 0x7f
  compare(points.map((point) => `[${point}]`))
  compare(points.map((point) => `{${point}:1}`), isYoungLetter((point) => `{${point}:1}`))
  compare(points.map((point) => `{a${point}:1}`), isYoungLetter((point) => `{a${point}:1}`))
  compare(points.map((point) => `'${point}'`))
})
