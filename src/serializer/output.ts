/**
 * Where heads, chunk lines and trailers are written: one piece of memory for all serializers, taken
 * from front to back, and a fresh one when it is full. A typed array for each would cost as much as
 * half of a small head.
 *
 * What was taken out is never written again. Nothing is kept between two calls of a serializer.
 */

/** Bytes of one piece of memory: some forty heads of responses. */
const SLAB = 16_384

/** `bytes[end, ...)` is free. */
export const output = { bytes: new Uint8Array(SLAB), end: 0 }

/** Makes `length` bytes behind `output.end` free. Returns `output.end`. */
export function makeRoom(length: number): number {
  if (output.bytes.length - output.end < length) {
    output.bytes = new Uint8Array(Math.max(SLAB, length))
    output.end = 0
  }
  return output.end
}

/**
 * Makes `length` bytes behind `p` free, what was written up to there included in one piece with them.
 * Returns how far that was moved: 0, or a number to be added to every position in it.
 */
export function makeMoreRoom(p: number, length: number): number {
  const { bytes, end } = output
  if (bytes.length - p >= length) return 0
  output.bytes = new Uint8Array(Math.max(SLAB, 2 * (p - end + length)))
  output.bytes.set(bytes.subarray(end, p))
  output.end = 0
  return -end
}

/** Takes out what was written up to `p`. */
export function takeOut(p: number): Uint8Array {
  const written = output.bytes.subarray(output.end, p)
  output.end = p
  return written
}
