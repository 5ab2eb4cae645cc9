// The rows of the matrix: each says who truly holds which session and what `wasession who-holds` must
// say of it. What it got is kept for the table at the end, whether the row fails or not.
import test from 'node:test'
import { BAILEYS_VERSIONS } from '../versions.js'
import { Row } from './row.js'

/// What must be said of a process and a session. `allowed` are the answers that are right, `truth`
/// is whether the process uses the session, `wanted` whether recall counts it.
export const EXPECT = {
  certain: { allowed: ['certain'], truth: true, wanted: true },
  likely: { allowed: ['likely', 'certain'], truth: true, wanted: true },
  possible: { allowed: ['possible'], truth: true, wanted: false },
  listed: { allowed: ['possible', 'likely', 'certain'], truth: true, wanted: false },
  'never likely': { allowed: ['nobody', 'possible'], truth: false, wanted: false },
  nobody: { allowed: ['nobody'], truth: false, wanted: false },
}

const NAMED = ['likely', 'certain']

/// Text without line ends and escape codes; a store's name may be hostile.
const shown = (text) =>
  text.replace(/[\x00-\x1f\x7f-\x9f\u200b-\u202f\u2060-\u206f]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

function aligned(rows) {
  const text = rows.map((cells) => cells.map(shown))
  const widths = text[0].map((_, column) => Math.max(...text.map((cells) => cells[column].length)))
  return text.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd())
}

export class Matrix {
  #verdicts = []
  #rows = 0

  constructor(stage, binary) {
    this.stage = stage
    this.binary = binary
  }

  /// A test whose clients are of one Baileys version; the versions take turns. `body` gets a Row.
  row(name, options, body = options) {
    const version = BAILEYS_VERSIONS[this.#rows % BAILEYS_VERSIONS.length]
    this.#add(name, version, typeof options === 'object' ? options : {}, body)
  }

  /// The same test with clients of each Baileys version.
  rowOfEachVersion(name, options, body = options) {
    for (const version of BAILEYS_VERSIONS) {
      this.#add(`${name} (Baileys ${version})`, version, typeof options === 'object' ? options : {}, body)
    }
  }

  #add(name, version, options, body) {
    const number = this.#rows++
    test(name, options, async (t) => {
      const row = new Row(this, { number, name, version })
      t.after(() => row.close())
      await body(row)
    })
  }

  /// One judgement of one process and one session.
  judge(verdict) {
    const known = this.#verdicts.find((other) =>
      ['row', 'who', 'store', 'expected'].every((key) => other[key] === verdict[key]))
    if (!known) this.#verdicts.push(verdict)
    else if (known.right) Object.assign(known, verdict)
  }

  /// The table of every judgement, and how good the named holders are.
  summary() {
    const count = (predicate) => this.#verdicts.filter(predicate).length
    const isNamed = ({ got }) => NAMED.includes(got)
    const named = count(isNamed)
    const wanted = count(({ expected }) => EXPECT[expected].wanted)
    const cells = this.#verdicts
      .sort((one, other) => one.number - other.number)
      .map(({ row, version, who, store, expected, got, right }) =>
        [right ? 'ok' : 'WRONG', expected, got, `${who} → ${store}`, version, row])
    const ratio = (part, whole) => `${part}/${whole}${whole ? ` = ${(part / whole).toFixed(3)}` : ''}`
    return [
      ...aligned([['', 'expected', 'got', 'process → session', 'Baileys', 'row'], ...cells]),
      `${this.#verdicts.length} judgements in ${this.#rows} rows, ${count(({ right }) => !right)} wrong`,
      `precision of certain and likely: ${ratio(count((one) => isNamed(one) && EXPECT[one.expected].truth), named)}`,
      `recall of certain and likely: ${ratio(count((one) => isNamed(one) && EXPECT[one.expected].wanted), wanted)}`,
    ].join('\n')
  }
}
