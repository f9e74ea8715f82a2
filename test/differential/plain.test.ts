/**
 * Compares the fast parser with the plain one of `plain/` on a fixed, small set of generated and mutated
 * inputs. `npm run fuzz:plain` compares any number of them.
 *
 * Also checks the plain parser against the readable cases, which were written by hand, because the
 * reference itself has to be right.
 */

import { describe, expect, onTestFinished, test } from 'vitest'
import { completeLeniency, completeLimits } from '../../src/limits.ts'
import { loadCaptures } from '../fixtures/captures/load-captures.mjs'
import { loadCases } from '../support/cases.ts'
import type { PlainEvent as ExpectedEvent } from '../support/run-parser.ts'
import { compareInput, describeDifference } from './plain/compare.ts'
import { parsePlainly } from './plain/parser.ts'
import { makeSamples } from './plain/samples.ts'

const INPUTS = 30_000
const SEED = 9112

/** The number of codes that a parser throws: all in docs/errors.md before the codings, and `TRUNCATED`. */
const CODES = 47

test('the fast parser and the plain parser agree on generated and mutated inputs', () => {
  const samples = makeSamples(loadCaptures())
  // Capturing the stack takes half the time of creating an error, and thousands are created here.
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

describe('the plain parser', () => {
  const cases = loadCases()

  test('is checked against more than 100 readable cases', () => {
    expect(cases.length).toBeGreaterThan(100)
  })

  test.each(cases)(
    'reads the readable case $file: $title',
    ({ input, kind, options, requestMethods, resume, ...wanted }) => {
      const { events, error, rest } = parsePlainly(String.fromCharCode(...input), {
        kind,
        limits: completeLimits(options.limits),
        leniency: completeLeniency(options.leniency),
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

/** The plain parser omits the codings of a head, because they move no message boundary. */
function withoutCodings(event: ExpectedEvent): object {
  if (event.type !== 'request' && event.type !== 'response') return event
  const { contentCodings: _, transferCodings: __, ...rest } = event
  return rest
}
