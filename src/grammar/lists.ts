/**
 * The parts of field values: optional whitespace, quoted strings and the members of comma-separated
 * lists (RFC 9110 s. 5.6). The functions work on `bytes[p, end)` and return positions.
 *
 * Whitespace is SP and HTAB only: `trim` also strips VT, FF and NBSP, and coding names that one program
 * trims and another does not have been used to smuggle requests.
 */

import { Byte } from './bytes.ts'
import { Class, isIn } from './classes.ts'

/** Whether `byte`, which may also be a code unit, is whitespace. */
export function isOws(byte: number | undefined): boolean {
  return byte === Byte.SP || byte === Byte.HTAB
}

/** The first position at or after `p` that is not whitespace. */
export function skipOws(bytes: Uint8Array, p: number, end: number): number {
  while (p < end && isOws(bytes[p])) p++
  return p
}

/**
 * The first position at or after `p` that is neither whitespace nor part of an obs-fold. The value must
 * be validated: it then contains CR and LF only in obs-folds (RFC 9112 s. 5.2).
 */
export function skipFolds(bytes: Uint8Array, p: number, end: number): number {
  while (p < end && isFold(bytes[p])) p++
  return p
}

/** The end of `bytes[start, end)` without trailing whitespace and folds; see {@link skipFolds}. */
export function trimFoldsEnd(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && isFold(bytes[end - 1])) end--
  return end
}

function isFold(byte: number | undefined): boolean {
  return isOws(byte) || byte === Byte.CR || byte === Byte.LF
}

/** The end of `bytes[start, end)` without its trailing whitespace. */
export function trimOwsEnd(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && isOws(bytes[end - 1])) end--
  return end
}

/** The first position at or after `p` that is not a `tchar`. */
export function skipToken(bytes: Uint8Array, p: number, end: number): number {
  while (p < end && isIn(bytes[p], Class.TCHAR)) p++
  return p
}

/**
 * The position after the quoted-string that opens at `p`; `~q` if the byte at `q` cannot be part of
 * it, `~end` if it does not close.
 */
export function skipQuotedString(bytes: Uint8Array, p: number, end: number): number {
  p++
  while (p < end) {
    const byte = bytes[p]
    if (byte === Byte.DQUOTE) return p + 1
    if (byte === Byte.BACKSLASH) {
      p++
      if (p === end) break
      if (!isIn(bytes[p], Class.TEXT)) return ~p
    } else if (!isIn(byte, Class.QDTEXT)) return ~p
    p++
  }
  return ~end
}

/** The end of the list member at `p`: its comma, or `end`. A comma in quotes does not end it. */
export function memberEnd(bytes: Uint8Array, p: number, end: number): number {
  while (p < end) {
    const byte = bytes[p]
    if (byte === Byte.COMMA) return p
    if (byte === Byte.DQUOTE) {
      const after = skipQuotedString(bytes, p, end)
      p = after < 0 ? end : after
    } else p++
  }
  return end
}
