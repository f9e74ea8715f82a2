/**
 * Bytes as the conformance cases spell them: visible ASCII as it is, everything else escaped, and
 * one spelling only for each byte.
 */

export const CR = 0x0d
export const LF = 0x0a
const HTAB = 0x09

/** The bytes that `line` spells from `start` on, each with the column at which it is spelled. */
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
      // One spelling for each byte.
      const plain = (byte > 0x20 && byte < 0x7f) || byte === CR || byte === LF || byte === HTAB
      if (plain) throw new Error(`${text} has a shorter spelling`)
    }
    yield { column, byte }
  }
}

const LETTERS: Readonly<Record<string, number>> = { r: CR, n: LF, t: HTAB, '\\': 0x5c }

/** The bytes that `text` spells from `start` on, as latin1. */
export function readText(text: string, start = 0): string {
  return String.fromCharCode(...[...spelledBytes(text, start)].map(({ byte }) => byte))
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
