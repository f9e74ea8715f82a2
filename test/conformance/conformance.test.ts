/**
 * Every readable case of test/fixtures/cases: whole, byte by byte, and cut in two at every place.
 *
 * Knows no particular case. `coverage.test.ts` checks that the cases leave nothing out.
 */

import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { HttpError } from '../../src/index.ts'
import { type ConformanceCase, loadCases } from '../support/cases.ts'
import { byteByByte, splitsInTwo, whole } from '../support/chunkings.ts'
import {
  makeParser,
  type Outcome,
  type PlainEvent,
  readAll,
  runParser,
} from '../support/run-parser.ts'

const cases = loadCases()

for (const file of new Set(cases.map((one) => one.file))) {
  describe(file, () => {
    for (const one of cases) if (one.file === file) describe(one.title, () => protect(one))
  })
}

function protect(one: ConformanceCase): void {
  it('has the stated outcome in one chunk', () => {
    for (const chunks of whole(one.input)) expect(told(one, chunks)).toEqual(written(one))
  })

  it('has the stated outcome byte by byte', () => {
    for (const chunks of byteByByte(one.input)) expect(told(one, chunks)).toEqual(written(one))
  })

  it('has the stated outcome cut in two at every place', () => {
    const wrong: { cutAt: number | undefined; outcome: Outcome }[] = []
    for (const chunks of splitsInTwo(one.input)) {
      const outcome = told(one, chunks)
      // toEqual, which explains a difference, takes many times as long.
      if (isDeepStrictEqual(outcome, written(one))) continue
      wrong.push({ cutAt: chunks[0]?.length, outcome })
    }
    expect(wrong).toEqual(wrong.map(({ cutAt }) => ({ cutAt, outcome: written(one) })))
  })

  it('has each event except data as soon as its last byte arrives', () => {
    const due = one.events.map(({ type }, n) => ({ type, bytes: one.dueAt[n] }))
    expect(arrivals(one)).toEqual(due.filter(isTimed))
  })
}

/** The outcome from the parser, with the error message cut to the part that the case states. */
function told(one: ConformanceCase, chunks: readonly Uint8Array[]): Outcome {
  const onSwitching = one.resume ? 'resume' : 'take the rest'
  const outcome = runParser(one.kind, chunks, one.options, one.requestMethods, onSwitching)
  if (outcome.error !== null && one.error?.detail === null) {
    outcome.error.message = outcome.error.message.slice(0, one.error.text.length)
  }
  return outcome
}

function written({ events, error, rest }: ConformanceCase): object {
  if (error === null) return { events, error, rest }
  const { text, detail, ...members } = error
  const message = detail === null ? text : `${text}: ${detail}`
  return { events, error: { ...members, message }, rest }
}

interface Arrival {
  readonly type: PlainEvent['type']
  /** The number of bytes received when it came; `Infinity` after the end of input. */
  readonly bytes: number | undefined
}

/** When each event comes if the bytes come one by one. */
function arrivals(one: ConformanceCase): Arrival[] {
  const parser = makeParser(one.kind, one.options, one.requestMethods)
  const found: Arrival[] = []
  const note = (bytes: number) => {
    const events: PlainEvent[] = []
    try {
      readAll(parser, events, one.resume ? 'resume' : 'take the rest')
    } finally {
      for (const { type } of events) found.push({ type, bytes })
    }
  }
  try {
    for (const [at, byte] of one.input.entries()) {
      parser.push(Uint8Array.of(byte))
      note(at + 1)
    }
    parser.finish()
    note(Number.POSITIVE_INFINITY)
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
  }
  return found.filter(isTimed)
}

/** Data is not timed: it is delivered piece by piece, as it arrives. */
function isTimed({ type }: Arrival): boolean {
  return type !== 'data'
}
