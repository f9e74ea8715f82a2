/**
 * Where a head, a chunk line or a trailer section is written: memory of its own, which is handed out
 * when what is in it has been judged. In Node that is a piece of the buffer pool.
 *
 * Its length is known before: nothing is moved, and nothing copied out.
 */

import { allocateBytes, EMPTY_BYTES } from '../grammar/byte-arrays.ts'

/** What is being written. Nothing is kept here between two calls of a serializer. */
export const output = { bytes: EMPTY_BYTES }

/** Begins with room for `length` bytes. */
export function startOutput(length: number): void {
  output.bytes = allocateBytes(length)
}

/** Hands out what was written, which ends at `end`. */
export function takeOut(end: number): Uint8Array {
  const { bytes } = output
  output.bytes = EMPTY_BYTES
  return end === bytes.length ? bytes : bytes.subarray(0, end)
}
