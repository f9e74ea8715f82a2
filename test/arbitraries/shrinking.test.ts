/**
 * What a failed property ends with: the messages and the cuts that the failure needs, and little else.
 * Each failure here is found and shrunk from several seeds, since one seed may be lucky.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunkings, cuts, requests, responses } from '../../src/arbitraries.ts'
import { latin1 } from '../support/wire-text.ts'

const SEEDS = Array.from({ length: 20 }, (_, i) => 7919 * (i + 1))

/** What remains of the first value with which `fails` is true. */
function shrunk<T>(arbitrary: fc.Arbitrary<T>, fails: (value: T) => boolean, seed: number): T {
  const property = fc.property(arbitrary, (value) => !fails(value))
  const { counterexample } = fc.check(property, { seed, numRuns: 5000 })
  if (counterexample === null) throw new Error(`no failure from seed ${seed}`)
  return counterexample[0]
}

function shrunkFromAll<T>(arbitrary: fc.Arbitrary<T>, fails: (value: T) => boolean): T[] {
  return SEEDS.map((seed) => shrunk(arbitrary, fails, seed))
}

/** The distinct texts that reports of failures show. */
function reports(values: readonly unknown[]): string[] {
  return [...new Set(values.map((value) => fc.stringify(value)))]
}

describe('requests', () => {
  test('shrink to the one request that matters, wherever it was', () => {
    const fails = ({ messages }: { messages: readonly { framing: string }[] }) =>
      messages.some(({ framing }) => framing === 'chunked')
    for (const { messages } of shrunkFromAll(requests(), fails)) expect(messages).toHaveLength(1)
    for (const { messages } of shrunkFromAll(responses(), fails)) expect(messages).toHaveLength(1)
  })

  test('shrink to the two requests that matter', () => {
    const all = shrunkFromAll(requests(), ({ messages }) => {
      const versions = messages.map(({ message }) => message.head.version)
      return versions.includes('1.0') && versions.includes('1.1')
    })
    for (const { messages } of all) expect(messages).toHaveLength(2)
  })

  test('shrink to no fewer than minLength', () => {
    const all = shrunkFromAll(requests({ minLength: 2 }), () => true)
    const request = 'GET / HTTP/1.1\\r\\nHost: a.example\\r\\n\\r\\n'
    expect(reports(all)).toEqual([`request '${request}${request}'`])
  })
})

describe('responses', () => {
  test('shrink to those that the constraints allow: the last one keeps its framing', () => {
    let shortest = 4
    const property = fc.property(responses({ framing: 'until-close' }), ({ messages }) => {
      expect(messages.at(-1)?.framing).toBe('until-close')
      shortest = Math.min(shortest, messages.length)
      throw new Error('fails')
    })
    for (const seed of SEEDS) {
      expect(String(fc.check(property, { seed }).errorInstance)).toBe('Error: fails')
    }
    expect(shortest).toBe(1)
  })
})

describe('cuts', () => {
  /** Where `cut` ends one chunk and begins another. */
  function cutsOf(chunks: readonly Uint8Array[]): number[] {
    let at = 0
    return chunks.slice(0, -1).map(({ length }) => {
      at += length
      return at
    })
  }

  test('shrink to the one place that matters, in the shortest message', () => {
    const all = shrunkFromAll(fc.tuple(requests(), cuts()), ([{ bytes }, cut]) => {
      const inside = latin1(bytes).indexOf('\r\n') + 1
      return cutsOf(cut(bytes)).includes(inside)
    })
    expect(all.map(([, cut]) => fc.stringify(cut))).toEqual(SEEDS.map(() => 'cut at [15]'))
    for (const [{ bytes }] of all) expect(bytes.length).toBeLessThan(40)
  })

  test('shrink to the two places that matter', () => {
    const bytes = new Uint8Array(200)
    const all = shrunkFromAll(cuts(), (cut) => {
      const places = cutsOf(cut(bytes))
      return places.includes(50) && places.includes(120)
    })
    expect(reports(all)).toEqual(['cut at [50,120]'])
  })

  test('shrink to the lowest of several places', () => {
    const bytes = new Uint8Array(200)
    const all = shrunkFromAll(cuts(), (cut) => cutsOf(cut(bytes)).some((place) => place >= 20))
    expect(reports(all)).toEqual(['cut at [20]'])
  })

  test('shrink to one empty chunk, if that is what matters', () => {
    const bytes = new Uint8Array(20)
    const isEmpty = ({ length }: Uint8Array) => length === 0
    const first = shrunkFromAll(cuts(), (cut) => cut(bytes).findIndex(isEmpty) === 0)
    expect(reports(first)).toEqual(['cut at [0]'])
    const within = shrunkFromAll(cuts(), (cut) => cut(bytes).slice(1, -1).some(isEmpty))
    for (const cut of within) expect(cut(bytes)).toHaveLength(3)
    const last = shrunkFromAll(cuts(), (cut) => cut(bytes).at(-1)?.length === 0)
    for (const cut of last) expect(cut(bytes)).toHaveLength(2)
  })

  test('shrink to a cut that fails because no other is near it', () => {
    const bytes = new Uint8Array(200)
    const all = shrunkFromAll(cuts(), (cut) => {
      const [first, ...others] = cut(bytes)
      return first !== undefined && first.length > 20 && others.length > 0
    })
    expect(reports(all)).toEqual(['cut at [21], modulo the length + 1'])
  })

  test('shrink to the smallest size of pieces that fails, if only such pieces do', () => {
    const bytes = new Uint8Array(200)
    const all = shrunkFromAll(cuts(), (cut) => {
      const lengths = cut(bytes).map(({ length }) => length)
      const [first = 0] = lengths
      return first > 2 && lengths.length > 9 && lengths.slice(0, -1).every((one) => one === first)
    })
    expect(reports(all)).toEqual(['in pieces of 3'])
  })

  test('shrink to one piece if no cut matters', () => {
    expect(reports(shrunkFromAll(cuts(), () => true))).toEqual(['cut at []'])
  })

  test('fail again from the seed and the path of a report', () => {
    const property = fc.property(requests(), cuts(), ({ bytes }, cut) => cut(bytes).length < 3)
    const { counterexample, counterexamplePath: path } = fc.check(property, { seed: 1 })
    const again = fc.check(property, { seed: 1, path: path ?? '', endOnFailure: true })
    expect(fc.stringify(again.counterexample)).toBe(fc.stringify(counterexample))
    expect(fc.stringify(counterexample)).toContain('cut at [')
  })
})

test('chunkings shrink to two chunks if one cut matters, and to one if none does', () => {
  const bytes = new Uint8Array(1000)
  const lengths = (all: readonly (readonly Uint8Array[])[]) =>
    reports(all.map((chunks) => chunks.map(({ length }) => length)))
  const of = chunkings(bytes)
  expect(lengths(shrunkFromAll(of, ([first]) => first?.length === 1))).toEqual(['[1,999]'])
  expect(lengths(shrunkFromAll(of, () => true))).toEqual(['[1000]'])
})
