/**
 * Parses numbers on the wire strictly: digits only. No sign, no space, no `0x`, no `_`, no exponent,
 * and no silent loss of precision: a value above 2^53-1 is reported as an overflow.
 */

import { Byte } from './bytes.ts'

/** Returned for text that is not a number, including empty text. */
export const NOT_A_NUMBER = -1
/** Returned for digits whose value is above `Number.MAX_SAFE_INTEGER`. */
export const OVERFLOW = -2

/** The value of the `1*DIGIT` in `bytes[start, end)`, or {@link NOT_A_NUMBER} or {@link OVERFLOW}. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return NOT_A_NUMBER
  let value = 0
  for (let p = start; p < end; p++) {
    const digit = (bytes[p] as number) - Byte.ZERO
    if (digit < 0 || digit > 9) return NOT_A_NUMBER
    // A double grows past 2^53 without wrapping, so one test at the end is enough.
    value = value * 10 + digit
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : OVERFLOW
}
