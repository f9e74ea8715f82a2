/**
 * The buffer that a head, chunk line or trailer section is written into. Each gets a new one (in
 * Node, a piece of the buffer pool), which is handed out once its content has been judged.
 *
 * The length is computed in advance, so the buffer never grows and nothing is copied out.
 */

import { allocateBytes, EMPTY_BYTES } from '../grammar/byte-arrays.ts'

/** The current buffer. No serializer relies on it between two calls. */
export const output = { bytes: EMPTY_BYTES }

/** Allocates a buffer of `length` bytes. */
export function startOutput(length: number): void {
  output.bytes = allocateBytes(length)
}

/** Hands out the bytes up to `end` and releases the buffer. */
export function takeOut(end: number): Uint8Array {
  const { bytes } = output
  output.bytes = EMPTY_BYTES
  return end === bytes.length ? bytes : bytes.subarray(0, end)
}
