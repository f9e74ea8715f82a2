/**
 * Writes text into the output and checks it on the way.
 *
 * A code unit becomes one byte or an error. None is ever truncated to eight bits: U+010D U+010A would
 * become CR LF, which lets an attacker inject a field line.
 */

import { type ErrorCode, localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { CLASS } from '../grammar/classes.ts'
import type { WireSection } from '../message/wire-section.ts'
import { output } from './output.ts'

/**
 * Writes `text` at `p`. Returns the position after it, or `~i` if code unit `i` is in none of the
 * classes `allowed`. A code unit above 255 is in no class.
 *
 * Two units per step: writing a head of twelve fields takes 20 % less time than with one.
 */
export function writeText(p: number, text: string, allowed: number): number {
  const { bytes } = output
  const classes = CLASS
  const length = text.length | 0
  p = p | 0
  let i = 0
  for (const last = length - 1; i < last; i = (i + 2) | 0) {
    const unit = text.charCodeAt(i)
    const next = text.charCodeAt((i + 1) | 0)
    if (((classes[unit] as number) & (classes[next] as number) & allowed) === 0) break
    bytes[p] = unit
    bytes[(p + 1) | 0] = next
    p = (p + 2) | 0
  }
  for (; i < length; i = (i + 1) | 0) {
    const unit = text.charCodeAt(i)
    if (((classes[unit] as number) & allowed) === 0) return ~i
    bytes[p] = unit
    p = (p + 1) | 0
  }
  return p
}

/** Writes `source[from, to)` at `p` with the checks and result of {@link writeText}. */
export function writeBytes(
  p: number,
  source: Uint8Array,
  from: number,
  to: number,
  allowed: number,
): number {
  const { bytes } = output
  const classes = CLASS
  p = p | 0
  for (let i = from; i < to; i++) {
    const byte = source[i] as number
    if (((classes[byte] as number) & allowed) === 0) return ~(i - from)
    bytes[p] = byte
    p = (p + 1) | 0
  }
  return p
}

/** Writes a CRLF at `p`. */
export function writeLineEnd(p: number): number {
  output.bytes[p] = Byte.CR
  output.bytes[p + 1] = Byte.LF
  return p + 2
}

/**
 * Throws the error for the text, named by `what`, that could not be written at `p`: `stop` is `p` if it is
 * empty, else `~i` for its code unit `unit` at index `i`.
 */
export function refuseText(
  section: WireSection,
  code: ErrorCode,
  p: number,
  stop: number,
  unit: number | undefined,
  what: string,
): never {
  const offset = section.offset + p - section.start
  if (stop === p) throw localError(code, offset, `${what} is empty`)
  const index = ~stop
  const hex = (unit ?? 0).toString(16).toUpperCase().padStart(4, '0')
  throw localError(code, offset + index, `U+${hex} at index ${index} of ${what}`)
}
