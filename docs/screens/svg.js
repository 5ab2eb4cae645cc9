// A terminal's lines as a drawing. Each run of text has its place and length, so that columns stay
// columns in whatever monospaced font the reader has.

const CELL = { width: 7.2, height: 16 }
const MARGIN = { x: 18, y: 16 }
const BASELINE = 12

const STYLE = `
    .screen { fill: #0d1117; stroke: #3d444d; }
    text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace; fill: #e6edf3; white-space: pre; }
    .p, .d { fill: #9198a1; }
    .b { font-weight: bold; }
    .r { fill: #ff7b72; }
    .g { fill: #56d364; }
    .y { fill: #e3b341; }
  `

const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.codePointAt(0)};`)
const rounded = (number) => Number(number.toFixed(1))

/// `lines` of [{text, style}], each letter of a style is a class.
export function svgOf(lines, columns) {
  const width = rounded(columns * CELL.width + 2 * MARGIN.x)
  const height = lines.length * CELL.height + 2 * MARGIN.y
  const texts = lines.map((runs, line) => {
    let column = 0
    return runs.map(({ text, style }) => {
      // Blanks around a run are only distance.
      const blanks = text.length - text.trimStart().length
      const shown = text.trim()
      const at = column + blanks
      column += [...text].length
      if (shown === '') return ''
      const look = style === '' ? '' : ` class="${[...style].join(' ')}"`
      const length = rounded([...shown].length * CELL.width)
      return `<text x="${rounded(MARGIN.x + at * CELL.width)}" y="${MARGIN.y + line * CELL.height + BASELINE}" textLength="${length}"${look}>${escaped(shown)}</text>`
    }).join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" xml:space="preserve">
  <title>wasession doctor names who fights over one WhatsApp credential; disconnect and purge-creds end it</title>
  <style>${STYLE}</style>
  <rect class="screen" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.filter((text) => text !== '').map((text) => `  ${text}\n`).join('')}</svg>
`
}
