/**
 * Bytes for people to read: rows of sixteen, each with its offset in the stream, the bytes in
 * hexadecimal, and the visible ASCII among them. Carets can mark one byte.
 */

const ROW = 16

/** The columns at which the hexadecimal and the text begin. */
const HEX_COLUMN = 10
const TEXT_COLUMN = HEX_COLUMN + 3 * ROW + 1

/** The lines of a dump of `bytes`, which begin at `offset`; carets mark the byte at offset `caret`. */
export function hexDump(bytes: Uint8Array, offset: number, caret?: number): string[] {
  const lines: string[] = []
  const end = offset + bytes.length
  const last = Math.max(end, caret === undefined ? 0 : caret + 1)
  for (let row = offset - (offset % ROW); row < last; row += ROW) {
    let hex = ''
    let text = ''
    for (let at = row; at < row + ROW; at++) {
      const byte = at < offset ? undefined : bytes[at - offset]
      hex += byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `
      text += visible(byte)
    }
    const address = row.toString(16).padStart(HEX_COLUMN - 2, '0')
    lines.push(`${address}  ${hex} ${text}`.trimEnd())
    if (caret !== undefined && caret >= row && caret < row + ROW) {
      const column = caret - row
      const underHex = `${' '.repeat(HEX_COLUMN + 3 * column)}^^`
      lines.push(`${underHex.padEnd(TEXT_COLUMN + column)}^`)
    }
  }
  return lines
}

function visible(byte: number | undefined): string {
  if (byte === undefined) return ' '
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
}
