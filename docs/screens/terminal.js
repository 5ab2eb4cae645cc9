// What a terminal shows of what was written to it: as much of one as wasession uses.

/// Lines of [{text, style}] from [{command, output}]: style is "" or a set of letters: b bold, d dim,
/// r red, g green, y yellow, p the prompt.
export function screenOf(printed, columns) {
  return printed.flatMap(({ command, output }, at) => [
    ...(at > 0 ? [[]] : []),
    [{ text: '$ ', style: 'p' }, { text: command, style: 'b' }],
    ...linesOf(output, columns),
  ])
}

const STYLES = { 1: 'b', 2: 'd', 31: 'r', 32: 'g', 33: 'y' }

function styleOf(codes, before) {
  if (codes === '' || codes === '0') return ''
  return codes.split(';').reduce((style, code) => {
    if (!STYLES[code]) throw new Error(`a colour that is not known here: ${code}`)
    return style + STYLES[code]
  }, before)
}

/// The cells of each line, as runs of one style.
function linesOf(output, columns) {
  const lines = [[]]
  let line = 0
  let column = 0
  let style = ''
  const feed = () => {
    line += 1
    lines[line] ??= []
  }
  for (const [piece, codes, letter] of output.matchAll(/\x1b\[([\d;]*)([A-Za-z])|[^]/gu)) {
    if (letter === 'm') style = styleOf(codes, style)
    else if (letter === 'K' && codes === '') lines[line].length = Math.min(lines[line].length, column)
    else if (piece === '\r') column = 0
    else if (piece === '\n') feed()
    else if (letter || piece < ' ') throw new Error(`what a terminal makes of ${JSON.stringify(piece)} is not known here`)
    else {
      if (column === columns) {
        column = 0
        feed()
      }
      while (lines[line].length < column) lines[line].push({ text: ' ', style: '' })
      lines[line][column] = { text: piece, style }
      column += 1
    }
  }
  const shown = lines.map(runsOf)
  while (shown.at(-1)?.length === 0) shown.pop()
  return shown
}

function runsOf(cells) {
  const runs = []
  for (const { text, style } of cells) {
    if (runs.at(-1)?.style === style) runs.at(-1).text += text
    else runs.push({ text, style })
  }
  if (runs.length > 0) runs.at(-1).text = runs.at(-1).text.trimEnd()
  return runs.filter(({ text }) => text !== '')
}
