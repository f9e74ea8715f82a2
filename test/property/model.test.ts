/**
 * Messages made from a model: what the parser finds must be what the message was made of, byte for
 * byte, in any chunking.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeParse } from '../../src/index.ts'
import {
  anyCuts,
  cutUp,
  type MessageModel,
  runs,
  TIMEOUT,
  toBytes,
  validStream,
} from '../support/arbitraries.ts'
import { runParser } from '../support/run-parser.ts'

/** The events that the model says, adjacent data merged where no chunk event is between. */
function eventsOf(model: MessageModel, offset: number, chunkBoundaries: boolean): object[] {
  const { kind, startLine, fields, framing, chunks, trailers, body } = model
  const [first, second, third] = startLine
  const head =
    kind === 'request'
      ? { method: first, target: second, version: third.slice(5) }
      : { version: first.slice(5), status: Number(second), reason: third }
  const events: object[] = [
    { type: kind, ...head, headers: fields, framing, offset, bytes: model.head, anomalies: [] },
  ]
  if (chunkBoundaries && framing === 'chunked') {
    let at = 0
    for (const { size, extensions } of chunks) {
      events.push({ type: 'chunk', size, extensions })
      if (size > 0) events.push({ type: 'data', bytes: body.slice(at, at + size) })
      at += size
    }
  } else if (body !== '' && framing !== 'none') events.push({ type: 'data', bytes: body })
  events.push({ type: 'end', trailers })
  return events
}

test(
  'a valid stream gives the messages that it was made of, at their offsets',
  () => {
    fc.assert(
      fc.property(
        validStream,
        anyCuts,
        fc.boolean(),
        ({ kind, text, messages, requestMethods }, cuts, chunkBoundaries) => {
          const chunks = cutUp(toBytes(text), cuts)
          const outcome = runParser(kind, chunks, { chunkBoundaries }, requestMethods)
          const expected: object[] = []
          let offset = 0
          for (const message of messages) {
            expected.push(...eventsOf(message, offset, chunkBoundaries))
            offset += message.text.length
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
  'safeParse gives the same messages, with their bodies and trailers',
  () => {
    fc.assert(
      fc.property(validStream, ({ kind, text, messages, requestMethods }) => {
        const result = safeParse(toBytes(text), { kind, requestMethods })
        expect(result.ok).toBe(true)
        expect(result.rest).toHaveLength(0)
        expect(
          result.messages.map(({ head, body, trailers }) => ({
            head: Buffer.from(head.bytes).toString('latin1'),
            fields: [...head.headers],
            body: Buffer.from(body).toString('latin1'),
            trailers: [...trailers],
          })),
        ).toEqual(
          messages.map(({ head, fields, framing, body, trailers }) => ({
            head,
            fields,
            body: framing === 'none' ? '' : body,
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
  'a valid stream is cut short at every place that is not between messages, and nowhere else',
  () => {
    fc.assert(
      fc.property(validStream, ({ kind, text, messages, requestMethods }) => {
        const whole = new Map<number, number>()
        let end = 0
        for (const [i, message] of messages.entries()) {
          end += message.text.length
          whole.set(end, i + 1)
        }
        whole.set(0, 0)
        const last = messages.at(-1)
        const untilClose = last?.framing === 'until-close'
        const lastHeadEnd = end - (last?.text.length ?? 0) + (last?.head.length ?? 0)
        for (let length = 0; length <= text.length; length++) {
          const cut = toBytes(text.slice(0, length))
          const { error } = runParser(kind, [cut], {}, requestMethods)
          if (whole.has(length) || (untilClose && length >= lastHeadEnd)) expect(error).toBeNull()
          else expect(error).toMatchObject({ code: 'TRUNCATED', offset: length })
        }
      }),
      runs(25),
    )
  },
  TIMEOUT,
)
