/**
 * Messages generated from a model: the parser must find exactly what the message was generated from, byte
 * for byte, in any chunking.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cuts, type GeneratedRequest, type GeneratedResponse } from '../../src/arbitraries.ts'
import { safeParse } from '../../src/index.ts'
import { runs, TIMEOUT, validStream } from '../support/arbitraries.ts'
import { runParser } from '../support/run-parser.ts'
import { latin1 } from '../support/wire-text.ts'

type Generated = GeneratedRequest | GeneratedResponse

/** The properties of the head other than its start-line and fields. */
function judgement(generated: Generated): object {
  const { framing, keepAlive, upgrades } = generated
  const common = { framing, keepAlive, upgrades, anomalies: [] }
  if (generated.kind === 'response') {
    return { ...common, informational: generated.requestMethod === null }
  }
  const { targetForm, expectsContinue } = generated
  return { ...common, targetForm, expectsContinue }
}

/** The expected events, with data merged unless a chunk event separates it. */
function eventsOf(generated: Generated, offset: number, chunkBoundaries: boolean): object[] {
  const { framing, chunks, headLength, message } = generated
  const bytes = latin1(generated.bytes.subarray(0, headLength))
  const body = latin1(message.body)
  const events: object[] = [{ ...message.head, ...judgement(generated), offset, bytes }]
  if (chunkBoundaries && framing === 'chunked') {
    let at = 0
    for (const { size, extensions } of chunks) {
      events.push({ type: 'chunk', size, extensions })
      if (size > 0) events.push({ type: 'data', bytes: body.slice(at, at + size) })
      at += size
    }
  } else if (body !== '') events.push({ type: 'data', bytes: body })
  events.push({ type: 'end', trailers: message.trailers })
  return events
}

test(
  'a valid stream is parsed into the messages it was generated from, at their offsets',
  () => {
    fc.assert(
      fc.property(
        validStream,
        cuts(),
        fc.boolean(),
        ({ kind, bytes, messages, requestMethods }, cut, chunkBoundaries) => {
          const chunks = cut(bytes)
          const outcome = runParser(kind, chunks, { chunkBoundaries }, requestMethods)
          const expected: object[] = []
          let offset = 0
          for (const message of messages) {
            expected.push(...eventsOf(message, offset, chunkBoundaries))
            offset += message.bytes.length
          }
          expect(outcome.error).toBeNull()
          expect(outcome.events).toMatchObject(expected)
          expect(outcome.events).toHaveLength(expected.length)
        },
      ),
      runs(800),
    )
  },
  TIMEOUT,
)

test(
  'safeParse returns the messages of a valid stream with their bodies and trailers',
  () => {
    fc.assert(
      fc.property(validStream, ({ kind, bytes, messages, requestMethods }) => {
        const result = safeParse(bytes, { kind, requestMethods })
        expect(result.ok).toBe(true)
        expect(result.rest).toHaveLength(0)
        expect(
          result.messages.map(({ head, body, trailers }) => ({
            head: latin1(head.bytes),
            headers: [...head.headers],
            body: latin1(body),
            trailers: [...trailers],
          })),
        ).toEqual(
          messages.map(({ bytes, headLength, message: { head, body, trailers } }) => ({
            head: latin1(bytes.subarray(0, headLength)),
            headers: head.headers,
            body: latin1(body),
            trailers,
          })),
        )
      }),
      runs(800),
    )
  },
  TIMEOUT,
)

test(
  'a prefix of a valid stream is TRUNCATED unless it ends between messages or in until-close content',
  () => {
    fc.assert(
      fc.property(validStream, ({ kind, bytes, messages, requestMethods }) => {
        const whole = new Map<number, number>()
        let end = 0
        for (const [i, message] of messages.entries()) {
          end += message.bytes.length
          whole.set(end, i + 1)
        }
        whole.set(0, 0)
        const last = messages.at(-1)
        const untilClose = last?.framing === 'until-close'
        const lastHeadEnd = end - (last?.bytes.length ?? 0) + (last?.headLength ?? 0)
        for (let length = 0; length <= bytes.length; length++) {
          const { error } = runParser(kind, [bytes.slice(0, length)], {}, requestMethods)
          if (whole.has(length) || (untilClose && length >= lastHeadEnd)) expect(error).toBeNull()
          else expect(error).toMatchObject({ code: 'TRUNCATED', offset: length })
        }
      }),
      runs(25),
    )
  },
  TIMEOUT,
)
