/**
 * The result of scanning plain field lines. If the section was cut, the result so far is saved, so that the
 * scan can continue when more of the section arrives, in the chunk that follows or in a copy of both: a
 * browser's request in two chunks takes a fifth less time that way than if it were scanned again.
 */

import { claimCutEntries, reopenEntries } from '../message/entries.ts'
import { NO_SHAPE, type Shape } from '../message/shape.ts'

/** The most field lines of a plain head. */
export const MAX_PLAIN_LINES = 64

/** What the Connection field asks for. */
export const enum Persistence {
  BY_VERSION,
  KEEP_ALIVE,
  CLOSE,
}

/** The result of the last {@link scanPlainFields}. */
export const plainFields = {
  /** The number of lines, and their names; {@link NO_SHAPE} if the tree does not hold all of them. */
  count: 0,
  shape: NO_SHAPE,
  /** Bits of {@link controlBit}. */
  controls: 0,
  /** The value of Content-Length; -1 if it is absent. */
  contentLength: -1,
  persistence: Persistence.BY_VERSION,
  /**
   * If the section is cut: where its field lines begin, and its bytes before the line that is cut. The other
   * members describe these, or are of the cut line, and will be replaced when it is read again.
   */
  from: 0,
  size: 0,
}

/** The field lines of a section before the one in which it is cut; their entries are in the arena. */
export interface CutFields {
  readonly from: number
  readonly size: number
  readonly count: number
  readonly shape: Shape
  readonly controls: number
  readonly contentLength: number
  readonly persistence: Persistence
  /** Where the entries are, see {@link claimCutEntries}. */
  readonly place: number
}

/** Saves the result of a scan that has just been cut. */
export function saveCutFields(): CutFields {
  const { from, size, count, shape, controls, contentLength, persistence } = plainFields
  const place = claimCutEntries(count + 1)
  return { from, size, count, shape, controls, contentLength, persistence, place }
}

/** Prepares the arena to continue after `cut`. Returns `undefined` if its entries are gone. */
export function reopenCutFields(cut: CutFields): CutFields | undefined {
  return reopenEntries(cut.place, cut.count + 1, MAX_PLAIN_LINES + 1) ? cut : undefined
}
