/**
 * Bytes for the checks of the codings: joined, repeated and cut, and arbitrary content.
 */

import fc from 'fast-check'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export function repeat(part: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(part.length * times)
  for (let i = 0; i < times; i++) all.set(part, i * part.length)
  return all
}

export function oneByOne(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
}

/** Every way to cut `bytes` in two. */
export function splits(bytes: Uint8Array): Uint8Array[][] {
  return Array.from({ length: bytes.length - 1 }, (_, i) => [
    bytes.subarray(0, i + 1),
    bytes.subarray(i + 1),
  ])
}

/** Content that compresses well, and content that does not. */
export const content: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat({ max: 5000 }))
    .map(([part, times]) => repeat(part, times)),
)

type Cut = (bytes: Uint8Array) => Uint8Array[]

/** Functions that cut bytes into pieces of repeating lengths. */
export const cutting: fc.Arbitrary<Cut> = fc
  .array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 })
  .map((lengths) => (bytes) => {
    const pieces: Uint8Array[] = []
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const length = lengths[i % lengths.length] as number
      pieces.push(bytes.subarray(at, at + length))
      at += length
    }
    return pieces
  })
