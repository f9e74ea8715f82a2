/**
 * The window: a copy of the bytes being scanned, in one array that is known at compile time.
 *
 * Scanning the copy is faster than scanning the chunk, even including the copying: to the engine the
 * array, its address and its length are constants; its word view is created once, not for each chunk;
 * and a NUL, which is in no class, follows the last byte, so that no loop has to test for the end.
 * Scanners read the bindings before their loops: inside a loop V8 does not treat them as constants, which
 * costs a small GET 10 % and a browser's request 20 %. They write `| 0` where a position advances: V8 then
 * keeps it as an integer and skips the overflow and tag checks at each step, which cost 10 % of either.
 *
 * One window serves all parsers: nothing in it outlives the call that loaded it, except that the next
 * message of the same chunk may use the copy again.
 */

import { setBytes, setBytesAt } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import { MAX_LINE } from '../limits.ts'

/**
 * Bytes after the longest line and its line end: for the sentinel, and for reads that do not test for
 * the end, which extend over a name at most.
 */
const MARGIN = 64

const CAPACITY = MAX_LINE + 2 + MARGIN

/** Sources up to this size are copied whole: `subarray` costs as much as copying 4 kB. */
const WHOLE = 4_096

export const windowBytes = new Uint8Array(CAPACITY)
/** The same bytes as words, which may begin at any position. */
export const windowView = new DataView(windowBytes.buffer)

/**
 * What the window contains: `source[p + shift]` is at `p`, for `p` below `end`; the sentinel is at
 * `end`. The source is identified by a number, since a reference would keep it alive.
 */
export const shown = { id: 0, shift: 0, end: 0 }

/** The number of a source whose bytes may change: it is copied anew each time. */
export const CHANGING = 0

let lastId = CHANGING

/** A number for a source whose bytes will not change. */
export function nextId(): number {
  return ++lastId
}

/**
 * Loads `source[from, end)` into the window, or at least its first `size` bytes if it is larger. With a
 * `size` of {@link MAX_LINE} + 2 the window contains any line that is within the limits.
 */
export function loadWindow(
  source: Uint8Array,
  id: number,
  from: number,
  end: number,
  size: number,
): void {
  const wanted = Math.min(end, from + size)
  const isShown = from >= shown.shift && wanted - shown.shift <= shown.end
  if (isShown && id === shown.id && id !== CHANGING) return
  if (end <= WHOLE) {
    setBytes(windowBytes, source)
    shown.shift = 0
    shown.end = end
  } else {
    // Twice as much as is wanted now, for the next message in the same source.
    const to = Math.min(end, from + Math.min(2 * size, MAX_LINE + 2))
    setBytes(windowBytes, source.subarray(from, to))
    shown.shift = from
    shown.end = to - from
  }
  windowBytes[shown.end] = Byte.NUL
  shown.id = id
}

/** Adds all of `source`, which has `length` bytes, to what has just been loaded. */
export function extendWindow(source: Uint8Array, length: number): void {
  setBytesAt(windowBytes, shown.end, source)
  shown.end += length
  windowBytes[shown.end] = Byte.NUL
}
