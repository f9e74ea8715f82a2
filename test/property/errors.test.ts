/**
 * Invalid bytes cause an `HttpError` and nothing else, after everything valid before them has been
 * delivered, and every later call throws the same error.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cuts } from '../../src/arbitraries.ts'
import { HttpError, type Message, ResponseParser, safeParse } from '../../src/index.ts'
import {
  anyOptions,
  anyStream,
  runs,
  TIMEOUT,
  toBytes,
  validStream,
} from '../support/arbitraries.ts'
import { thrown } from '../support/refusals.ts'
import {
  makeParser,
  type Parser,
  type PlainEvent,
  type PlainHead,
  readAll,
  runParser,
} from '../support/run-parser.ts'
import { latin1 } from '../support/wire-text.ts'

/** Feeds all chunks and the end of input to a parser. Returns the error, if any. */
function feed(parser: Parser, chunks: readonly Uint8Array[], events: PlainEvent[]): unknown {
  try {
    for (const chunk of chunks) readAll(parser.push(chunk), events, 'resume')
    readAll(parser.finish(), events, 'resume')
    return undefined
  } catch (error) {
    return error
  }
}

interface PlainMessage {
  head: PlainHead
  body: string
  trailers: [name: string, value: string][]
}

function plainMessage({ head, body, trailers }: Message): PlainMessage {
  const json = head.type === 'request' ? head.toJSON() : head.toJSON()
  return {
    head: { ...json, bytes: latin1(head.bytes) },
    body: latin1(body),
    trailers: [...trailers],
  }
}

/** The messages of `events` that have an end. */
function completeMessages(events: readonly PlainEvent[]): PlainMessage[] {
  const messages: PlainMessage[] = []
  let open: PlainMessage | undefined
  for (const event of events) {
    if (event.type === 'request' || event.type === 'response') {
      open = { head: event, body: '', trailers: [] }
    } else if (open === undefined) throw new Error('no head')
    else if (event.type === 'data') open.body += event.bytes
    else if (event.type === 'end') messages.push({ ...open, trailers: event.trailers })
  }
  return messages
}

describe('a parser given any bytes in any chunking', () => {
  test(
    'throws nothing but an HttpError, which has an offset, a status and an RFC clause',
    () => {
      fc.assert(
        fc.property(anyStream, anyOptions, cuts(), (stream, options, cut) => {
          const { bytes } = stream
          const parser = makeParser(stream.kind, options, stream.requestMethods)
          const error = feed(parser, cut(bytes), [])
          if (error === undefined) return
          if (!(error instanceof HttpError)) throw error
          expect(error.side).toBe('remote')
          expect(error.code).not.toBe('WRONG_STATE')
          expect(error.offset).toBeGreaterThanOrEqual(0)
          expect(error.offset).toBeLessThanOrEqual(bytes.length)
          if (error.code === 'TRUNCATED') expect(error.offset).toBe(bytes.length)
          if (stream.kind === 'response') expect(error.status).toBe(502)
          else expect([400, 413, 414, 417, 431, 501, 505]).toContain(error.status)
          expect(error.rfc).toMatch(/^RFC 911[02] s\. \d/)
        }),
        runs(2000),
      )
    },
    TIMEOUT,
  )

  test(
    'throws the same error from every call after its first error',
    () => {
      fc.assert(
        fc.property(anyStream, anyOptions, cuts(), (stream, options, cut) => {
          const chunks = cut(stream.bytes)
          const parser = makeParser(stream.kind, options, stream.requestMethods)
          const error = feed(parser, chunks, [])
          if (error === undefined) return
          for (let again = 0; again < 2; again++) {
            expect(thrown(() => parser.read())).toBe(error)
            expect(thrown(() => parser.push(toBytes('GET / HTTP/1.1\r\n')))).toBe(error)
            expect(thrown(() => parser.push(new Uint8Array(0)))).toBe(error)
            expect(thrown(() => [...parser])).toBe(error)
            expect(thrown(() => parser.takeRest())).toBe(error)
            expect(thrown(() => parser.finish())).toBe(error)
            expect(thrown(() => parser.resume())).toBe(error)
            if (parser instanceof ResponseParser) {
              expect(thrown(() => parser.respondsTo('GET'))).toBe(error)
            }
          }
        }),
        runs(1000),
      )
    },
    TIMEOUT,
  )

  test(
    'delivers complete messages the same, whatever bytes follow them',
    () => {
      fc.assert(
        fc.property(validStream, anyStream, cuts(), (good, bad, cut) => {
          const lastIsOpen = good.messages.at(-1)?.framing === 'until-close'
          if (good.kind !== bad.kind || lastIsOpen) return
          const goodEvents = runParser(good.kind, [good.bytes], {}, good.requestMethods).events
          const bytes = Buffer.concat([good.bytes, bad.bytes])
          const { events } = runParser(good.kind, cut(bytes), {}, [
            ...good.requestMethods,
            ...bad.requestMethods,
          ])
          expect(events.slice(0, goodEvents.length)).toEqual(goodEvents)
        }),
        runs(800),
      )
    },
    TIMEOUT,
  )
})

test(
  'safeParse never throws for bytes, and agrees with the parser on messages, error and rest',
  () => {
    fc.assert(
      fc.property(anyStream, anyOptions, (stream, { limits = {}, leniency = {} }) => {
        const { kind, bytes } = stream
        const requestMethods = kind === 'request' ? [] : stream.requestMethods
        const result = safeParse(bytes, { kind, requestMethods, limits, leniency })
        const outcome = runParser(kind, [bytes], { limits, leniency }, requestMethods)
        const messages: readonly Message[] = result.messages
        expect(messages.map(plainMessage)).toEqual(completeMessages(outcome.events))
        expect(result.ok).toBe(outcome.error === null)
        if (!result.ok) {
          expect(result.error).toBeInstanceOf(HttpError)
          expect(result.error.code).toBe(outcome.error?.code)
          expect(result.error.offset).toBe(outcome.error?.offset)
        }
        const rest = latin1(result.rest)
        expect(latin1(bytes).endsWith(rest)).toBe(true)
        if (outcome.rest !== null) expect(rest).toBe(outcome.rest)
      }),
      runs(2000),
    )
  },
  TIMEOUT,
)
