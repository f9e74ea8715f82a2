/**
 * The spelling of bytes in the conformance cases: visible ASCII is literal, everything else is escaped,
 * and each byte has only one spelling.
 */

export const CR = 0x0d
export const LF = 0x0a
const HTAB = 0x09

/** The bytes spelled by `line` from `start` on, each with the column of its spelling. */
export function* spelledBytes(
  line: string,
  start: number,
): Generator<{ column: number; byte: number }> {
  const spelled = /\\x([0-9A-F]{2})|\\([rnt\\])|[^\\]/y
  spelled.lastIndex = start
  while (spelled.lastIndex < line.length) {
    const column = spelled.lastIndex
    const [text, hex, letter] = spelled.exec(line) ?? []
    if (text === undefined) throw new Error(`no escape: ${line.slice(column, column + 4)}`)
    let byte = text.charCodeAt(0)
    if (letter !== undefined) byte = LETTERS[letter] ?? 0
    if (hex !== undefined) {
      byte = Number.parseInt(hex, 16)
      const plain = (byte > 0x20 && byte < 0x7f) || byte === CR || byte === LF || byte === HTAB
      if (plain) throw new Error(`${text} has a shorter spelling`)
    }
    yield { column, byte }
  }
}

const LETTERS: Readonly<Record<string, number>> = { r: CR, n: LF, t: HTAB, '\\': 0x5c }

/** The bytes spelled by `text` from `start` on, as latin1. */
export function readText(text: string, start = 0): string {
  return String.fromCharCode(...[...spelledBytes(text, start)].map(({ byte }) => byte))
}

/** One code unit per byte. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
