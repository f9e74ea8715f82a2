/**
 * Ways in which the same bytes can arrive.
 *
 * Every chunk has its own memory. A parser that reads beyond a chunk's end, or back into the one
 * before, therefore does not find the right bytes there by luck.
 */

import * as fc from 'fast-check'
import { fewer, shrinking } from './shrinking.ts'
import { mostly, oneOf } from './text.ts'

const CR = 0x0d
const LF = 0x0a

/** A way to cut bytes: returns chunks that join to `bytes`. */
export type Cut = (bytes: Uint8Array) => Uint8Array[]

/** Where to cut, as data that can shrink. */
type Plan =
  | { readonly kind: 'pieces'; readonly size: number }
  /** At these places before the end of the bytes. Only shrinking leads here. */
  | { readonly kind: 'exact'; readonly places: readonly number[] }
  /**
   * At these places modulo the length + 1, and after each CR or LF for which `ends`, repeated as needed,
   * has a true.
   */
  | {
      readonly kind: 'scattered'
      readonly places: readonly number[]
      readonly ends: readonly boolean[]
    }

/** Where a plan cuts `bytes`, in any order. The same place twice makes an empty chunk. */
function placesIn(bytes: Uint8Array, plan: Plan): readonly number[] {
  const { length } = bytes
  if (plan.kind === 'exact') return plan.places.filter((place) => place < length)
  if (plan.kind === 'pieces') {
    const pieces = Math.ceil(length / plan.size)
    return Array.from({ length: Math.max(0, pieces - 1) }, (_, i) => (i + 1) * plan.size)
  }
  const { places, ends } = plan
  const lineEnds: number[] = []
  for (let at = 1; at <= length; at++) {
    if (bytes[at - 1] === CR || bytes[at - 1] === LF) lineEnds.push(at)
  }
  return [
    ...places.map((place) => place % (length + 1)),
    ...lineEnds.filter((_, i) => ends[i % ends.length] === true),
  ]
}

/** What the report of a failed property shows instead of the function's source. */
function textOf(plan: Plan): string {
  if (plan.kind === 'pieces') return `in pieces of ${plan.size}`
  const places = JSON.stringify(plan.places)
  if (plan.kind === 'exact') return `cut at ${places}`
  const at = `at ${places}, modulo the length + 1`
  if (plan.ends.length === 0) return `cut ${at}`
  return `cut after CR and LF as in ${JSON.stringify(plan.ends)}, and ${at}`
}

function cutOf(plan: Plan): Cut {
  const cut = (bytes: Uint8Array) => {
    const cuts = [...placesIn(bytes, plan)].sort((a, b) => a - b)
    // Copies, because `slice` of a Buffer would be a view.
    return [0, ...cuts].map(
      (from, i) => new Uint8Array(bytes.subarray(from, cuts[i] ?? bytes.length)),
    )
  }
  return Object.defineProperty(cut, fc.toStringMethod, { value: () => textOf(plan) })
}

/** A place for a cut, rarely listed twice. */
const place = fc
  .tuple(fc.nat(10_000), mostly(1, fc.constant(2), 9))
  .map(([place, times]) => Array.from({ length: times }, () => place))

const ends = fc.array(mostly(false, fc.constant(true), 2), { minLength: 1, maxLength: 12 })

function scattered(maxLength: number, ends: fc.Arbitrary<boolean[]>): fc.Arbitrary<Plan> {
  return fc
    .tuple(fc.array(place, { maxLength }), ends)
    .map(([places, ends]) => ({ kind: 'scattered', places: places.flat(), ends }))
}

function pieces(size: fc.Arbitrary<number>): fc.Arbitrary<Plan> {
  return size.map((size) => ({ kind: 'pieces', size }))
}

const anyPlan = oneOf(
  { weight: 9, arbitrary: scattered(6, fc.constant([])) },
  { weight: 4, arbitrary: scattered(2, ends) },
  { weight: 2, arbitrary: pieces(fc.constant(1)) },
  { weight: 1, arbitrary: pieces(fc.integer({ min: 2, max: 16 })) },
)

/** How far shrinking looks for the places that matter: further than most inputs reach. */
const SEARCHED = 4096

const SEARCHED_PLACES = Array.from({ length: SEARCHED }, (_, place) => place)

function exactly(places: readonly number[]): Plan {
  return { kind: 'exact', places }
}

/**
 * One piece. Then a cut at every place: the failure mostly persists while the input shrinks, whereas the
 * cuts of the plan would move, and then the places that do not matter can be left out. The same with
 * empty chunks. Then less of the plan itself.
 */
function* simplerPlans(plan: Plan): Generator<Plan> {
  if (plan.kind === 'exact') {
    for (const places of fewer(plan.places)) yield exactly(places)
    return
  }
  yield exactly([])
  yield exactly(SEARCHED_PLACES.slice(1))
  yield exactly(SEARCHED_PLACES.flatMap((place) => [place, place]))
  if (plan.kind === 'pieces') {
    for (let size = 2; size < plan.size; size++) yield { ...plan, size }
    return
  }
  for (const places of fewer(plan.places)) yield { ...plan, places }
  for (const ends of fewer(plan.ends)) yield { ...plan, ends }
  // A cut that fails only alone, such as one at the end: the lowest place that it can stand for.
  const [only, ...others] = plan.places
  if (only !== undefined && others.length + plan.ends.length === 0) {
    for (const place of SEARCHED_PLACES.slice(0, only)) yield { ...plan, places: [place] }
  }
}

const anyCut = shrinking(anyPlan, simplerPlans).map(cutOf)

/**
 * Any way to cut bytes into chunks: one piece, byte by byte, pieces of one size, arbitrary places,
 * after CRs and LFs. Some chunks are empty. For bytes that the same property generates: put it behind
 * them, because fast-check shrinks the arguments of a property in order.
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
