/**
 * Systematic ways to cut one input into chunks, where `cuts` of `httpwire/arbitraries` picks random ones:
 * each generator yields lists of chunks that join to the input.
 *
 * Every chunk has memory of its own, so that a parser that reads past a chunk's end, or in the chunk
 * before it, does not find the right bytes by chance.
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

/** Two chunks, cut at every offset in turn. Yields nothing for fewer than two bytes. */
export function* splitsInTwo(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let at = 1; at < bytes.length; at++)
    yield [copyBytes(bytes, 0, at), copyBytes(bytes, at, bytes.length)]
}
