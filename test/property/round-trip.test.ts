/**
 * Round trips between serializer and parser: output is parsed with the meaning that it was written with,
 * however it arrives, and parsed messages are written with their meaning, or verbatim.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chunkings,
  type GeneratedRequest,
  type GeneratedResponse,
  request,
  requests,
  response,
  responses,
} from '../../src/arbitraries.ts'
import { parse, serialize } from '../../src/index.ts'
import { runs, TIMEOUT } from '../support/arbitraries.ts'
import { runParser } from '../support/run-parser.ts'
import { eventsOf, meaning, readEvents, write } from '../support/run-serializer.ts'
import { latin1 } from '../support/wire-text.ts'

const anyMessage: fc.Arbitrary<GeneratedRequest | GeneratedResponse> = fc.oneof(
  request(),
  response(),
)
const anyStream = fc.oneof(requests(), responses())

function methodsOf(one: GeneratedRequest | GeneratedResponse): string[] {
  return one.kind === 'response' && one.requestMethod !== null ? [one.requestMethod] : []
}

/** Parses `bytes`, which must be exactly one message without anomalies. */
function readBack(bytes: Uint8Array, one: GeneratedRequest | GeneratedResponse) {
  const { messages, rest } = parse(bytes, { kind: one.kind, requestMethods: methodsOf(one) })
  expect(rest).toHaveLength(0)
  expect(messages).toHaveLength(1)
  const [message] = messages
  if (message === undefined) throw new Error('no message')
  expect(message.head.anomalies).toEqual([])
  return message
}

const says = (name: string) => (pair: readonly string[]) => pair[0]?.toLowerCase() === name

describe('one serialized message', () => {
  test(
    'is parsed with the same meaning; Content-Length is added only without framing fields',
    () => {
      fc.assert(
        fc.property(anyMessage, (one) => {
          const [requestMethod] = methodsOf(one)
          const options = requestMethod === undefined ? {} : { requestMethod }
          const back = readBack(serialize(one.message, options), one)
          const expected = meaning(one.message)
          const { headers } = expected
          const framed =
            headers.some(says('content-length')) || headers.some(says('transfer-encoding'))
          const added = back.head.headers.size > headers.length
          if (added) {
            expect(framed).toBe(false)
            headers.push(['Content-Length', String(one.message.body.length)])
          } else expect(framed || one.message.body.length === 0).toBe(true)
          expect(meaning(back)).toEqual(expected)
        }),
        runs(1_500),
      )
    },
    TIMEOUT,
  )
})

describe('a serialized stream of messages', () => {
  test(
    'is parsed into the same events, including chunks and their extensions',
    () => {
      fc.assert(
        fc.property(anyStream, (stream) => {
          const { kind, requestMethods } = stream
          const bytes = write(kind, eventsOf(stream), requestMethods)
          const written = runParser(kind, [bytes], { chunkBoundaries: true }, requestMethods)
          const meant = runParser(kind, [stream.bytes], { chunkBoundaries: true }, requestMethods)
          expect(written.error).toBeNull()
          const plain = (events: typeof meant.events) =>
            events.map((event) => ('offset' in event ? { ...event, offset: 0, bytes: '' } : event))
          expect(plain(written.events)).toEqual(plain(meant.events))
        }),
        runs(1_000),
      )
    },
    TIMEOUT,
  )

  test(
    'is parsed into the same events in any chunking',
    () => {
      const streams = anyStream.chain((stream) => {
        const bytes = write(stream.kind, eventsOf(stream), stream.requestMethods)
        return fc.tuple(fc.constant(stream), fc.constant(bytes), chunkings(bytes))
      })
      fc.assert(
        fc.property(streams, ([{ kind, requestMethods }, bytes, chunks]) => {
          const options = { chunkBoundaries: true }
          const whole = runParser(kind, [bytes], options, requestMethods)
          expect(whole.error).toBeNull()
          expect(runParser(kind, chunks, options, requestMethods)).toEqual(whole)
        }),
        runs(800),
      )
    },
    TIMEOUT,
  )
})

describe('forwarding parsed messages', () => {
  test(
    'with verbatim: true preserves every head byte for byte',
    () => {
      fc.assert(
        fc.property(anyStream, ({ kind, bytes, messages, requestMethods }) => {
          const read = readEvents(kind, bytes, requestMethods)
          const written = write(kind, read, requestMethods, { verbatim: true })
          const heads = runParser(kind, [written], {}, requestMethods).events.flatMap((event) =>
            'offset' in event ? [event.bytes] : [],
          )
          let at = 0
          const came = messages.map((message) => {
            const head = bytes.subarray(at, at + message.headLength)
            at += message.bytes.length
            return latin1(head)
          })
          expect(heads).toEqual(came)
        }),
        runs(500),
      )
    },
    TIMEOUT,
  )

  test(
    'in canonical form preserves their meaning, and a second time changes no byte',
    () => {
      fc.assert(
        fc.property(anyStream, ({ kind, bytes, messages, requestMethods }) => {
          const once = write(kind, readEvents(kind, bytes, requestMethods), requestMethods)
          const twice = write(kind, readEvents(kind, once, requestMethods), requestMethods)
          expect(latin1(twice)).toBe(latin1(once))
          const { messages: back } = parse(once, { kind, requestMethods })
          expect(back.map(meaning)).toEqual(messages.map(({ message }) => meaning(message)))
        }),
        runs(500),
      )
    },
    TIMEOUT,
  )
})
