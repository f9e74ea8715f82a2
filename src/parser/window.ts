/**
 * The window: the bytes that are being scanned, copied to one place known at compile time.
 *
 * Scanning the copy is faster than scanning the chunk, copying included: the engine knows the
 * array, its address and its length as constants (in a loop, if the binding is read before the
 * loop: worth 10 % of a small GET, 20 % of a browser's request); it is aligned, so that values can be looked at
 * four bytes a step; and behind its last byte stands a NUL, which is in no class, so that no loop
 * has to ask where the end is.
 *
 * One window serves all parsers: nothing in it outlives the call that loaded it, but that the next
 * message of the same chunk need not be copied again.
 */

import { Byte } from '../grammar/bytes.ts'
import { MAX_LINE } from '../limits.ts'

/** The longest line, its line end, and room for the sentinel. */
const CAPACITY = MAX_LINE + 8

/** Sources up to this size are copied whole: `subarray` costs as much as copying 4 kB. */
const WHOLE = 4_096

export const window8 = new Uint8Array(CAPACITY)
export const window32 = new Int32Array(window8.buffer)

/** What the window shows: `source[p + shift]` is at `p`, for `p` below `end`; the sentinel at `end`. */
export const shown = { source: undefined as Uint8Array | undefined, shift: 0, end: 0 }

/**
 * Shows `source[from, end)`, or of a larger source at least `size` bytes of it. A `size` of
 * {@link MAX_LINE} + 2 shows any line that is within the limits.
 */
export function show(source: Uint8Array, from: number, end: number, size: number): void {
  const wanted = Math.min(end, from + size)
  if (source === shown.source && from >= shown.shift && wanted - shown.shift <= shown.end) return
  if (source.length <= WHOLE) {
    window8.set(source)
    shown.shift = 0
    shown.end = end
  } else {
    // Twice what is wanted now, for the next message in the same source.
    const to = Math.min(end, from + Math.min(2 * size, MAX_LINE + 2))
    window8.set(source.subarray(from, to))
    shown.shift = from
    shown.end = to - from
  }
  window8[shown.end] = Byte.NUL
  shown.source = source
}

/** Forgets what is shown: its source may have other bytes now, or be kept alive by nothing else. */
export function forget(): void {
  shown.source = undefined
}
