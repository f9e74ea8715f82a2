/**
 * The way in which bytes arrive must not matter: any chunking and any order of pushes and reads, under any
 * options, gives the same events and the same error at the same offset, for valid messages, damaged
 * messages and noise.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cuts } from '../../src/arbitraries.ts'
import { HttpError } from '../../src/index.ts'
import {
  anyOptions,
  anyStream,
  runs,
  type Stream,
  TIMEOUT,
  validStream,
} from '../support/arbitraries.ts'
import { splitsInTwo } from '../support/chunkings.ts'
import {
  makeParser,
  type Outcome,
  type PlainError,
  type PlainEvent,
  plainError,
  readAll,
  runParser,
} from '../support/run-parser.ts'
import { latin1 } from '../support/wire-text.ts'

function run({ kind, requestMethods }: Stream, chunks: Uint8Array[], options = {}): Outcome {
  return runParser(kind, chunks, options, requestMethods, 'resume')
}

/** Fails with both values if they differ. `toEqual` is slow, and called only then. */
function expectSame(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected)
}

describe('the outcome of parsing under any options', () => {
  test(
    'is the same for any chunking of valid messages',
    () => {
      fc.assert(
        fc.property(validStream, anyOptions, cuts(), (stream, options, cut) => {
          const outcome = run(stream, [stream.bytes], options)
          expectSame(run(stream, cut(stream.bytes), options), outcome)
        }),
        runs(1500),
      )
    },
    TIMEOUT,
  )

  test(
    'is the same for any chunking of damaged messages, fragments and noise',
    () => {
      fc.assert(
        fc.property(anyStream, anyOptions, cuts(), (stream, options, cut) => {
          const outcome = run(stream, [stream.bytes], options)
          expectSame(run(stream, cut(stream.bytes), options), outcome)
        }),
        runs(6000),
      )
    },
    TIMEOUT,
  )

  test(
    'is the same for every split in two',
    () => {
      fc.assert(
        fc.property(anyStream, anyOptions, (stream, options) => {
          const outcome = run(stream, [stream.bytes], options)
          for (const chunks of splitsInTwo(stream.bytes)) {
            expectSame(run(stream, chunks, options), outcome)
          }
        }),
        runs(400),
      )
    },
    TIMEOUT,
  )

  test(
    'is the same however late the events are read, with the rest taken after a switch',
    () => {
      fc.assert(
        fc.property(
          anyStream,
          anyOptions,
          cuts(),
          fc.infiniteStream(fc.boolean()),
          (stream, options, cut, readNow) => {
            const outcome = runParser(
              stream.kind,
              [stream.bytes],
              options,
              stream.requestMethods,
              'take the rest',
            )
            const parser = makeParser(stream.kind, options, stream.requestMethods)
            const events: PlainEvent[] = []
            let error: PlainError | null = null
            let rest: string | null = null
            try {
              for (const chunk of cut(stream.bytes)) {
                parser.push(chunk)
                if (readNow.next().value) readAll(parser, events)
              }
              readAll(parser.finish(), events)
              if (parser.switching) rest = latin1(parser.takeRest())
            } catch (thrown) {
              if (!(thrown instanceof HttpError)) throw thrown
              error = plainError(thrown)
            }
            expectSame({ events, error, rest }, outcome)
          },
        ),
        runs(2000),
      )
    },
    TIMEOUT,
  )
})

describe('options that must not affect what is parsed', () => {
  test(
    'copy: true gives the same outcome as copy: false',
    () => {
      fc.assert(
        fc.property(anyStream, anyOptions, cuts(), (stream, options, cut) => {
          const chunks = cut(stream.bytes)
          expectSame(
            run(stream, chunks, { ...options, copy: true }),
            run(stream, chunks, { ...options, copy: false }),
          )
        }),
        runs(1500),
      )
    },
    TIMEOUT,
  )

  test(
    'chunkBoundaries: true gives the same outcome except for chunk events',
    () => {
      fc.assert(
        fc.property(anyStream, anyOptions, cuts(), (stream, options, cut) => {
          const chunks = cut(stream.bytes)
          const { events, ...outcome } = run(stream, chunks, { ...options, chunkBoundaries: true })
          expectSame(
            { events: withoutChunks(events), ...outcome },
            run(stream, chunks, { ...options, chunkBoundaries: false }),
          )
        }),
        runs(1500),
      )
    },
    TIMEOUT,
  )
})

/** `events` without chunk events, and with data events that become adjacent merged. */
function withoutChunks(events: readonly PlainEvent[]): PlainEvent[] {
  const kept: PlainEvent[] = []
  for (const event of events) {
    const last = kept.at(-1)
    if (event.type === 'chunk') continue
    if ('bytes' in event && event.type === 'data' && last?.type === 'data' && 'bytes' in last) {
      kept[kept.length - 1] = { type: 'data', bytes: last.bytes + event.bytes }
    } else kept.push(event)
  }
  return kept
}
