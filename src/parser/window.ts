/**
 * The window: the bytes that are being scanned, copied to one place known at compile time.
 *
 * Scanning the copy is faster than scanning the chunk, copying included: the engine knows the
 * array, its address and its length as constants; a view of words on it is made once, and not for each
 * chunk; and after its last byte stands a NUL, which is in no class, so that no loop has to ask
 * where the end is. The scanners read the bindings before their loops: inside a loop V8
 * does not make constants of them, which costs a small GET 10 % and a browser's request 20 %. And
 * where a position goes on, they write `| 0`: V8 then keeps it as an integer, and neither looks for
 * overflow nor for a tag at each step, which costs 10 % of either.
 *
 * One window serves all parsers: nothing in it outlives the call that loaded it, except that the next
 * message of the same chunk may use the copy again.
 */

import { setBytes } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import { MAX_LINE } from '../limits.ts'

/**
 * Bytes after the longest line and its line end: the sentinel, and what is looked at without asking
 * where the end is, a name at most.
 */
const MARGIN = 64

const CAPACITY = MAX_LINE + 2 + MARGIN

/** Sources up to this size are copied whole: `subarray` costs as much as copying 4 kB. */
const WHOLE = 4_096

export const windowBytes = new Uint8Array(CAPACITY)
/** The same in words, at any place. */
export const windowView = new DataView(windowBytes.buffer)

/**
 * What the window shows: `source[p + shift]` is at `p`, for `p` below `end`; the sentinel is at
 * `end`. The source is known by its number, since a reference would keep it alive.
 */
export const shown = { id: 0, shift: 0, end: 0 }

/** The number of a source whose bytes may change: it is shown anew each time. */
export const CHANGING = 0

let lastId = CHANGING

/** A number for a source whose bytes will not change. */
export function nextId(): number {
  return ++lastId
}

/**
 * Makes the window show `source[from, end)`, or of a larger source at least `size` bytes of it. A `size` of
 * {@link MAX_LINE} + 2 shows any line that is within the limits.
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
    // Twice what is wanted now, for the next message in the same source.
    const to = Math.min(end, from + Math.min(2 * size, MAX_LINE + 2))
    setBytes(windowBytes, source.subarray(from, to))
    shown.shift = from
    shown.end = to - from
  }
  windowBytes[shown.end] = Byte.NUL
  shown.id = id
}
