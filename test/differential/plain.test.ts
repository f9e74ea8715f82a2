/**
 * The fast parser against the plain one of `plain/`, over generated and mutated inputs: always the same
 * ones, and few. `npm run fuzz:plain` compares as many as one likes.
 *
 * And the plain one against the readable cases, which were written by hand: what the fast parser is
 * compared with has to be right itself.
 */

import { describe, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/index.ts'
import { STRICT } from '../../src/limits.ts'
import { loadCaptures } from '../fixtures/captures/load-captures.mjs'
import { loadCases } from '../support/cases.ts'
import type { PlainEvent as ExpectedEvent } from '../support/run-parser.ts'
import { compareInput, describeDifference } from './plain/compare.ts'
import { parsePlainly } from './plain/parser.ts'
import { makeSamples } from './plain/samples.ts'

const INPUTS = 30_000
const SEED = 9112

/** The codes that a parser can refuse input with: all of docs/errors.md up to the codings, and the end. */
const CODES = 47

test('the fast parser and the plain one read generated and mutated inputs alike', () => {
  const samples = makeSamples(loadCaptures())
  // Thousands of errors are made here, and the stack of each is half of what it costs.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  onTestFinished(() => {
    Error.stackTraceLimit = stackTraceLimit
  })
  const outcomes = new Map<string, number>()
  for (let index = 0; index < INPUTS; index++) {
    const { outcome, difference } = compareInput(SEED, index, samples)
    if (difference !== null) expect.fail(describeDifference(SEED, difference))
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  const codes = [...outcomes.keys()].filter((outcome) => /^[A-Z\d_]+$/.test(outcome))
  expect(codes.length).toBe(CODES)
  expect(outcomes.get('accepted')).toBeGreaterThan(INPUTS / 5)
})

describe('the plain parser reads every readable case as it says', () => {
  const cases = loadCases()

  test('and there are cases', () => {
    expect(cases.length).toBeGreaterThan(100)
  })

  test.each(cases)(
    '$file: $title',
    ({ input, kind, options, requestMethods, resume, ...wanted }) => {
      const { events, error, rest } = parsePlainly(String.fromCharCode(...input), {
        kind,
        limits: { ...DEFAULT_LIMITS, ...options.limits },
        leniency: { ...STRICT, ...options.leniency },
        chunkBoundaries: options.chunkBoundaries === true,
        requestMethods,
        resume,
        ended: true,
      })
      expect(events).toEqual(wanted.events.map(withoutCodings))
      expect(error?.code).toBe(wanted.error?.code)
      expect(error?.offset).toBe(wanted.error?.offset)
      expect(rest).toBe(wanted.rest)
    },
  )
})

/** What a head reports of codings moves no boundary, and the plain parser leaves it out. */
function withoutCodings(event: ExpectedEvent): object {
  if (event.type !== 'request' && event.type !== 'response') return event
  const { contentCodings: _, transferCodings: __, ...rest } = event
  return rest
}
