/**
 * Invalid bytes cause an `HttpError` and nothing else, after everything valid before them has been
 * delivered, and every later call throws the same error.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cuts } from '../../src/arbitraries.ts'
import { HttpError, ResponseParser, safeParse } from '../../src/index.ts'
import {
  anyOptions,
  anyStream,
  runs,
  TIMEOUT,
  toBytes,
  toLatin1,
  validStream,
} from '../support/arbitraries.ts'
import {
  makeParser,
  type Parser,
  type PlainEvent,
  readAll,
  runParser,
} from '../support/run-parser.ts'

/** Returns what `run` throws, and fails if it throws nothing. */
function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

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
            expect(thrownBy(() => parser.read())).toBe(error)
            expect(thrownBy(() => parser.push(toBytes('GET / HTTP/1.1\r\n')))).toBe(error)
            expect(thrownBy(() => parser.push(new Uint8Array(0)))).toBe(error)
            expect(thrownBy(() => [...parser])).toBe(error)
            expect(thrownBy(() => parser.takeRest())).toBe(error)
            expect(thrownBy(() => parser.finish())).toBe(error)
            expect(thrownBy(() => parser.resume())).toBe(error)
            if (parser instanceof ResponseParser) {
              expect(thrownBy(() => parser.respondsTo('GET'))).toBe(error)
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
  'safeParse never throws for bytes, and agrees with the parser on message count, error and rest',
  () => {
    fc.assert(
      fc.property(anyStream, anyOptions, (stream, { limits = {}, leniency = {} }) => {
        const { kind, bytes } = stream
        const requestMethods = kind === 'request' ? [] : stream.requestMethods
        const result = safeParse(bytes, { kind, requestMethods, limits, leniency })
        const outcome = runParser(kind, [bytes], { limits, leniency }, requestMethods)
        const ends = outcome.events.filter(({ type }) => type === 'end')
        expect(result.messages).toHaveLength(ends.length)
        expect(result.ok).toBe(outcome.error === null)
        if (!result.ok) {
          expect(result.error).toBeInstanceOf(HttpError)
          expect(result.error.code).toBe(outcome.error?.code)
          expect(result.error.offset).toBe(outcome.error?.offset)
        }
        const rest = toLatin1(result.rest)
        expect(toLatin1(bytes).endsWith(rest)).toBe(true)
        if (outcome.rest !== null) expect(rest).toBe(outcome.rest)
      }),
      runs(2000),
    )
  },
  TIMEOUT,
)
