/**
 * Shared by the line scanners: return values that are not positions, and the order of errors.
 *
 * Of syntax errors and passed limits, the one at the earliest byte is reported, regardless of chunking. So every
 * scanner reads from left to right, and before it reports an error at a byte, or that it needs more input, it
 * checks whether a limit was passed earlier. What a line or section means is judged once it is complete.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { SectionBound } from './options.ts'

/** Returned by scanners for a line that is not complete yet. */
export const NEED_MORE = -1 as const

/** Returned by the plain paths for input that they leave to the scanners that implement all rules. */
export const NOT_PLAIN = -2 as const

/**
 * Throws if the section passed a limit; if it passed several, for the one it passed first.
 *
 * `lineStop` is how far the line's content was read, `sectionStop` how far the section was. They and
 * both bounds count from the section's first byte.
 */
export function enforceLimits(
  section: WireSection,
  lineStop: number,
  lineBound: number,
  lineCode: ErrorCode,
  sectionStop: number,
  { size, code }: SectionBound,
): void {
  const overLine = lineStop > lineBound
  if (overLine && (sectionStop <= size || lineBound <= size)) {
    throw protocolError(lineCode, section.offset + lineBound)
  }
  if (sectionStop > size) {
    throw protocolError(code, section.offset + size)
  }
}
