/**
 * What the scanners of lines share: their answers where there is no position, and the order of errors.
 *
 * The first error in a stream is the one whose byte comes first, whatever the chunks it came in.
 * So every scanner reads from left to right, and before it reports what is wrong at one byte, or
 * that it needs more, it asks whether a limit was passed before.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import type { MessageKind } from '../grammar/kind.ts'
import type { WireSection } from '../message/wire-section.ts'

/** Returned by scanners for a line that is not all there yet. */
export const NEED_MORE = -1 as const

/** Returned on the plain paths for what they leave to the scanners that know all rules. */
export const NOT_PLAIN = -2 as const

/**
 * Refuses a section of which a limit was passed, the first one passed if there are several.
 *
 * `lineStop` is how far the line's content was read, `sectionStop` how far the section was; both
 * and both bounds count from the section's first byte.
 */
export function enforceLimits(
  section: WireSection,
  kind: MessageKind,
  lineStop: number,
  lineBound: number,
  lineCode: ErrorCode,
  sectionStop: number,
  sectionBound: number,
  sectionCode: ErrorCode,
): void {
  const overLine = lineStop > lineBound
  if (overLine && (sectionStop <= sectionBound || lineBound <= sectionBound)) {
    throw protocolError(lineCode, section.offset + lineBound, kind)
  }
  if (sectionStop > sectionBound) {
    throw protocolError(sectionCode, section.offset + sectionBound, kind)
  }
}
