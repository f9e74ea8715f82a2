/**
 * Every way of a kind in which one input can arrive, where the `cuts` of `httpwire/arbitraries` are
 * any of them: each generator yields lists of chunks that join to it.
 *
 * Every chunk has memory of its own, so that a parser which looks beyond a chunk's end, or into the
 * one before it, does not find by luck what belongs there.
 */

import { copyBytes } from '../../src/grammar/byte-arrays.ts'

/** All of it in one chunk. */
export function* whole(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [copyBytes(bytes, 0, bytes.length)]
}

/** A chunk for each byte. */
export function* byteByByte(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield eachByte(bytes)
}

/** The chunks of {@link byteByByte}. */
export function eachByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte))
}

/** Two chunks, cut at each place in turn. Yields nothing for fewer than two bytes. */
export function* splitsInTwo(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let at = 1; at < bytes.length; at++)
    yield [copyBytes(bytes, 0, at), copyBytes(bytes, at, bytes.length)]
}
