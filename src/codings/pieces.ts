/**
 * Streams of byte arrays, as async iterables. What goes in has to stay as it is until the next piece
 * is asked for; what comes out is the consumer's own.
 */

import { show } from '../checks.ts'
import { isBytes } from '../grammar/byte-arrays.ts'

/** Content as a caller has it: some of it at a time. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** The first bytes of `source`, fewer than `length` only if it ends, and all of it. */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ readonly first: Uint8Array; readonly pieces: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]()
  const first = new Uint8Array(length)
  const held: Uint8Array[] = []
  let have = 0
  while (have < length) {
    const { done, value } = await iterator.next()
    if (done === true) break
    const part = value.subarray(0, length - have)
    first.set(part, have)
    have += part.length
    // The next one is asked for before this one is passed on: it has to be a copy.
    held.push(have < length ? new Uint8Array(value) : value)
  }
  const pieces = async function* () {
    yield* held
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { first: first.subarray(0, have), pieces: pieces() }
}

/** @throws TypeError unless `bytes` is a `Uint8Array`. */
export function requireBytes(bytes: unknown): void {
  if (!isBytes(bytes))
    throw new TypeError(`content must be bytes, a Uint8Array, not ${show(bytes)}`)
}

/** `source` without empty pieces, each announced to `taken` before it is given. */
export async function* count(
  source: Pieces,
  taken: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    requireBytes(bytes)
    if (bytes.length === 0) continue
    taken(bytes.length)
    yield bytes
  }
}
