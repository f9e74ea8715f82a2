/**
 * Text into the output, checked on its way: the one place where a code unit becomes a byte.
 *
 * A code unit is a byte or an error. Nothing is ever cut to eight bits: U+010D U+010A would become
 * CR LF that way, and so a header of the attacker's own.
 */

import { type ErrorCode, localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { CLASS } from '../grammar/classes.ts'
import type { WireSection } from '../message/wire-section.ts'
import { output } from './output.ts'

/**
 * Writes `text` at `p`. Returns the position after it, or `~i` where unit `i` is not `allowed`: a
 * unit beyond the table has no class, and none is cut to fit it.
 *
 * Two units a step: a fifth less time for a head of twelve fields.
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

/** Writes `source[from, to)` at `p` as {@link writeText} writes text: it is not trusted either. */
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

/** The error for unit `~stop` of what was to be written at `p` of `section`. */
export function refuseUnit(
  section: WireSection,
  code: ErrorCode,
  p: number,
  stop: number,
  unit: number | undefined,
  where: string,
): never {
  const index = ~stop
  const hex = (unit ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const offset = section.offset + p - section.start + index
  throw localError(code, offset, `U+${hex} at index ${index} of ${where}`)
}
