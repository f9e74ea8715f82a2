/**
 * Ways in which the same bytes can arrive.
 *
 * Every chunk has its own memory. A parser that reads beyond a chunk's end, or back into the one
 * before, therefore does not find the right bytes there by luck.
 */

import * as fc from 'fast-check'
import { mostly, oneOf } from './text.ts'

const CR = 0x0d
const LF = 0x0a

/** A way to cut bytes: returns chunks that join to `bytes`. */
export type Cut = (bytes: Uint8Array) => Uint8Array[]

/** Makes the report of a failed property show `text` instead of the function's source. */
function shown(cut: Cut, text: string): Cut {
  return Object.defineProperty(cut, fc.toStringMethod, { value: () => text })
}

/** Copies, because `slice` of a Buffer would be a view. */
function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to))
}

function inPieces(size: number): Cut {
  return shown((bytes) => {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(copyOf(bytes, at, at + size))
    return pieces
  }, `in pieces of ${size}`)
}

/** Cuts at each of `places`, modulo the length + 1. Two cuts at the same place make an empty chunk. */
function atPlaces(places: readonly number[]): Cut {
  return shown(
    (bytes) => {
      const cuts = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)
      return [0, ...cuts].map((from, i) => copyOf(bytes, from, cuts[i] ?? bytes.length))
    },
    `cut at ${JSON.stringify(places)}, modulo the length + 1`,
  )
}

/** A place for a cut, rarely listed twice. */
const place = fc
  .tuple(fc.nat(10_000), mostly(1, fc.constant(2), 9))
  .map(([place, times]) => Array.from({ length: times }, () => place))

/** Cuts at `places`, and after each CR or LF for which `pattern`, repeated as needed, has a true. */
function atLineEnds(pattern: readonly boolean[], places: readonly number[]): Cut {
  return shown(
    (bytes) => {
      const ends: number[] = []
      let n = 0
      for (let at = 1; at <= bytes.length; at++) {
        const isEnd = bytes[at - 1] === CR || bytes[at - 1] === LF
        if (isEnd && pattern[n++ % pattern.length] === true) ends.push(at)
      }
      return atPlaces([...places, ...ends])(bytes)
    },
    `cut after CR and LF as in ${JSON.stringify(pattern)}, and at ${JSON.stringify(places)}`,
  )
}

const anyCut = oneOf(
  {
    weight: 9,
    arbitrary: fc.array(place, { maxLength: 6 }).map((places) => atPlaces(places.flat())),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.array(mostly(false, fc.constant(true), 2), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(10_000), { maxLength: 2 }),
      )
      .map(([pattern, places]) => atLineEnds(pattern, places)),
  },
  { weight: 2, arbitrary: fc.constant(1).map(inPieces) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 16 }).map(inPieces) },
)

/**
 * Any way to cut bytes into chunks: one piece, byte by byte, pieces of one size, arbitrary places,
 * after CRs and LFs. Some chunks are empty. For bytes that the same property generates.
 *
 * @example
 * fc.assert(fc.property(requests(), cuts(), ({ bytes }, cut) => {
 *   expect(eventsOf(cut(bytes))).toEqual(eventsOf([bytes]))
 * }))
 */
export function cuts(): fc.Arbitrary<Cut> {
  return anyCut
}

/**
 * Any way to cut `bytes` into chunks, as {@link cuts} does: lists of chunks that join to `bytes`,
 * each with its own memory.
 */
export function chunkings(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return anyCut.map((cut) => cut(bytes))
}
