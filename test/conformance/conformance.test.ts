/**
 * Every readable case of test/fixtures/cases: whole, byte by byte, and cut in two at every place.
 *
 * Knows no case; whether the cases leave something out is `coverage.test.ts`'s to say.
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
  it('comes out as written when it comes whole', () => {
    for (const chunks of whole(one.input)) expect(told(one, chunks)).toEqual(written(one))
  })

  it('comes out as written when it comes byte by byte', () => {
    for (const chunks of byteByByte(one.input)) expect(told(one, chunks)).toEqual(written(one))
  })

  it('comes out as written wherever it is cut in two', () => {
    const wrong: { cutAt: number | undefined; outcome: Outcome }[] = []
    for (const chunks of splitsInTwo(one.input)) {
      const outcome = told(one, chunks)
      // The comparison that explains itself takes many times as long.
      if (isDeepStrictEqual(outcome, written(one))) continue
      wrong.push({ cutAt: chunks[0]?.length, outcome })
    }
    expect(wrong).toEqual(wrong.map(({ cutAt }) => ({ cutAt, outcome: written(one) })))
  })

  it('gives each event as soon as its last byte is there', () => {
    const due = one.events.map(({ type }, n) => ({ type, bytes: one.dueAt[n] }))
    expect(arrivals(one)).toEqual(due.filter(isTimed))
  })
}

/** What comes out of the parser, the error's message cut to what the case says of it. */
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
  /** How many bytes were there when it came; `Infinity` after the end of input. */
  readonly bytes: number | undefined
}

/** When the events come, if bytes come one by one. */
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

/** Data comes bit by bit, whatever is there. */
function isTimed({ type }: Arrival): boolean {
  return type !== 'data'
}
