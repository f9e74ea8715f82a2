/**
 * Streams of byte arrays, as async iterables. An input piece must not change until the next one is
 * requested; an output piece belongs to the consumer.
 */

import { show } from '../checks.ts'
import { isBytes } from '../grammar/byte-arrays.ts'

/** Content in pieces. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** The first bytes of `source`, fewer than `length` only if it ends there, and all of its pieces. */
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
    // The next piece is requested before this one is passed on, so this one must be copied.
    held.push(have < length ? new Uint8Array(value) : value)
  }
  const pieces = async function* () {
    yield* held
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { first: first.subarray(0, have), pieces: pieces() }
}

/** @throws TypeError unless `bytes` is a `Uint8Array`. */
export function requireBytes(bytes: unknown, what = 'content'): void {
  if (!isBytes(bytes))
    throw new TypeError(`${what} must be bytes, a Uint8Array, not ${show(bytes)}`)
}

/** `source` without empty pieces. Calls `taken` with the length of each piece before yielding it. */
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
