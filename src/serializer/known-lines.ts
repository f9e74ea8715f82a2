/**
 * Field lines that are written again and again, as most of a server's are: the last line that came
 * twice in a row, for each name, in bytes. To copy them takes a third off a head of twelve fields,
 * against reading strings code unit by code unit.
 *
 * Bounded, and made of copies only: it keeps no string of the caller's alive, and nothing secret.
 */

import { foldAscii } from '../grammar/ascii.ts'
import { copyBytes, EMPTY_BYTES } from '../grammar/byte-arrays.ts'
import { decodeLatin1 } from '../grammar/latin1.ts'
import { output } from './output.ts'

/** Names that are known at a time; with one more all are forgotten. */
const MAX_NAMES = 256

/** Bytes of the longest line that is kept, its line end not counted. */
const MAX_LENGTH = 128

/** Fields whose values are not to lie about in memory for longer than their message. */
const SECRETS: readonly string[] = [
  ...['authorization', 'proxy-authorization', 'cookie', 'set-cookie'],
]

export interface KnownLine {
  /** Whether lines of this name are kept at all. */
  readonly keeps: boolean
  /** Of the last line: that it came twice is told by it, before anything is copied. */
  hash: number
  /** The value of the line that is kept, and the line. */
  value: string | undefined
  bytes: Uint8Array
}

/** By name, as it was written. */
export const knownLines = new Map<string, KnownLine>()

/**
 * Notes the line `output.bytes[start, end)` with this value, which was found to be valid, and what is
 * known of its name.
 */
export function noteLine(
  known: KnownLine | undefined,
  value: string,
  start: number,
  nameEnd: number,
  end: number,
): void {
  if (end - start > MAX_LENGTH) return
  if (known?.keeps === false) return
  const hash = hashOf(nameEnd, end)
  if (known === undefined) {
    if (knownLines.size === MAX_NAMES) knownLines.clear()
    const name = decodeLatin1(output.bytes, start, nameEnd)
    const keeps = !SECRETS.includes(foldAscii(name))
    knownLines.set(name, { keeps, hash, value: undefined, bytes: EMPTY_BYTES })
  } else if (known.hash !== hash) known.hash = hash
  else {
    known.bytes = copyBytes(output.bytes, start, end)
    known.value = decodeLatin1(known.bytes, end - start - value.length, end - start)
  }
}

/** A number by which a line is told from the one before it, without keeping either. */
function hashOf(start: number, end: number): number {
  const { bytes } = output
  let hash = 0
  for (let p = start; p < end; p++) hash = (Math.imul(hash, 31) + (bytes[p] as number)) | 0
  return hash
}
