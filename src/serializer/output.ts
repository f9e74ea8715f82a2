/**
 * Where heads, chunk lines and trailers are written: one scratch for all serializers, from its
 * beginning, and copied out when what is in it has been judged. Nothing in it outlives a call.
 *
 * What is handed out has memory that no other connection's bytes share in a way that can hurt them:
 * in Node it is a piece of its buffer pool, which cannot be transferred away; elsewhere it is an
 * array of its own.
 */

import { allocateBytes } from '../grammar/byte-arrays.ts'

/** Bytes that the scratch has, unless a head needs more. */
const SCRATCH = 16_384

export const output = { bytes: new Uint8Array(SCRATCH) }

/** Makes room for `length` bytes behind `p`, and keeps what was written before it. */
export function makeRoom(p: number, length: number): void {
  const { bytes } = output
  if (bytes.length - p >= length) return
  output.bytes = new Uint8Array(2 * (p + length))
  output.bytes.set(bytes.subarray(0, p))
}

/** A copy of what was written, which ends at `end`. */
export function takeOut(end: number): Uint8Array {
  const taken = allocateBytes(end)
  taken.set(output.bytes.subarray(0, end))
  if (output.bytes.length > SCRATCH) output.bytes = new Uint8Array(SCRATCH)
  return taken
}
