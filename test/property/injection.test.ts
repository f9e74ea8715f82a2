/**
 * A serializer must never write text that would mean something else on the wire. The tests put a hostile
 * piece into every place that takes text, and then arbitrary text into all of them at once.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VIOLATIONS, violation } from '../../src/arbitraries.ts'
import {
  type ErrorCode,
  HttpError,
  type MessageInit,
  parse,
  type RequestHeadInit,
  RequestSerializer,
  type ResponseHeadInit,
  ResponseSerializer,
  serialize,
} from '../../src/index.ts'
import { runs, TIMEOUT } from '../support/arbitraries.ts'
import { type EventInit, meaning } from '../support/run-serializer.ts'

/** Pieces that end a line, hide one, or would end one if code units were truncated to bytes. */
const HOSTILE = [
  ...['\r', '\n', '\r\n', '\0', '\r\nInjected: yes', '\r\n\r\nGET /evil HTTP/1.1\r\n\r\n'],
  ...['\x7f', '\x0b', '\x0c', '\x1b', '\r\n folded', '\n\tfolded'],
  // The low bytes of U+010D U+010A are CR LF; those of U+560A U+560D are LF CR.
  ...['\u010d\u010a', '\u560a\u560d', '\u0100', '\u212a', '\u2028', '\u{1f600}'],
  ...['\ud800', '\udc00', '\ud83d\r\n'],
]

const REQUEST: RequestHeadInit = {
  type: 'request',
  method: 'POST',
  target: '/',
  headers: [
    ['Host', 'a'],
    ['Transfer-Encoding', 'chunked'],
  ],
}
const RESPONSE: ResponseHeadInit = {
  type: 'response',
  status: 200,
  headers: [['Transfer-Encoding', 'chunked']],
}
const framing = [...(RESPONSE.headers as [string, string][])]
const chunk = (name: string, value: string): EventInit => ({
  type: 'chunk',
  size: 1,
  extensions: [{ name, value }],
})
const end = (name: string, value: string): EventInit => ({ type: 'end', trailers: [[name, value]] })

/** Every place that takes text: the events before it, the event with it, and the code of its refusal. */
const PLACES: Record<string, readonly [EventInit[], (text: string) => EventInit, ErrorCode]> = {
  method: [[], (method) => ({ ...REQUEST, method }), 'INVALID_METHOD'],
  target: [[], (text) => ({ ...REQUEST, target: `/${text}` }), 'INVALID_TARGET'],
  reason: [[], (reason) => ({ ...RESPONSE, reason }), 'INVALID_REASON'],
  'name in a request': [
    [],
    (name) => ({
      ...REQUEST,
      headers: [
        ['Host', 'a'],
        [name, 'x'],
      ],
    }),
    'INVALID_FIELD_NAME',
  ],
  'value in a request': [
    [],
    (text) => ({
      ...REQUEST,
      headers: [
        ['Host', 'a'],
        ['X', text],
      ],
    }),
    'INVALID_FIELD_VALUE',
  ],
  'name in a response': [
    [],
    (name) => ({ ...RESPONSE, headers: [...framing, [name, 'x']] }),
    'INVALID_FIELD_NAME',
  ],
  'value in a response': [
    [],
    (text) => ({ ...RESPONSE, headers: [...framing, ['X', text]] }),
    'INVALID_FIELD_VALUE',
  ],
  'name of a trailer': [[RESPONSE], (name) => end(name, 'x'), 'INVALID_FIELD_NAME'],
  'value of a trailer': [[REQUEST], (text) => end('X', text), 'INVALID_FIELD_VALUE'],
  'name of an extension': [[REQUEST], (name) => chunk(name, 'x'), 'INVALID_CHUNK_EXTENSION'],
  'value of an extension': [[RESPONSE], (text) => chunk('x', text), 'INVALID_CHUNK_EXTENSION'],
}

const plain = fc.string({ unit: fc.constantFrom(...'abcXYZ019-'), minLength: 1, maxLength: 12 })

describe('hostile text given to a serializer', () => {
  test.each(Object.entries(PLACES))('throws and writes nothing: %s', (_, [before, event, code]) => {
    fc.assert(
      fc.property(plain, fc.constantFrom(...HOSTILE), plain, (ahead, hostile, after) => {
        const ofRequest = [...before, event('x')].some((one) => 'method' in one)
        const serializer = ofRequest ? new RequestSerializer() : new ResponseSerializer()
        const write = (one: EventInit) => serializer.write(one as never)
        for (const one of before) write(one)
        const { offset } = serializer
        const attempt = () => write(event(`${ahead}${hostile}${after}`))
        expect(attempt).toThrow(HttpError)
        expect(attempt).toThrow(expect.objectContaining({ code, side: 'local', status: 500 }))
        expect(serializer.offset).toBe(offset)
        // With harmless text the event is written, so the text was the only error.
        expect(write(event(`${ahead}${after}`))).not.toHaveLength(0)
      }),
      { numRuns: 150 },
    )
  })
})

/** Mostly text that is valid in some place, mixed with text that is valid nowhere. */
const anyText = fc.oneof(
  { weight: 3, arbitrary: plain },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom(...' \t:;,=/?*"\\()[]@\r\n\0\x7f\x80ÿĀ', 'a', '1'),
      maxLength: 8,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['GET', 'CONNECT', 'OPTIONS', '*', '/', 'http://a', 'a:80', 'chunked', 'gzip, chunked'],
      ...['0', '3', '5', '5, 5', 'close', 'upgrade', '100-continue', 'a', '[::1]:80', ''],
    ),
  },
)
const anyName = fc.oneof(
  anyText,
  fc.constantFrom('Host', 'host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Expect'),
  fc.constantFrom('Upgrade', 'Trailer', 'Date', '__proto__'),
)
const anyLines = fc.array(fc.tuple(anyName, anyText), { maxLength: 4 })
const withHost = anyLines.map((lines) => [['Host', 'a'] as [string, string], ...lines])
const version = fc.constantFrom('1.1' as const, '1.1' as const, '1.0' as const)

const anyRequest: fc.Arbitrary<MessageInit<RequestHeadInit>> = fc.record({
  head: fc.record({
    method: anyText,
    target: fc.oneof(
      anyText,
      plain.map((path) => `/${path}`),
    ),
    version,
    headers: fc.oneof(anyLines, withHost),
  }),
  body: fc.constantFrom('', 'hello', 'abc'),
  trailers: fc.oneof(fc.constant([]), anyLines),
})

const anyResponse: fc.Arbitrary<MessageInit<ResponseHeadInit>> = fc.record({
  head: fc.record({
    status: fc.oneof(fc.integer({ min: 90, max: 1_010 }), fc.constantFrom(200, 204, 304, 100)),
    reason: anyText,
    version,
    headers: anyLines,
  }),
  body: fc.constantFrom('', 'hello', 'abc'),
  trailers: fc.oneof(fc.constant([]), anyLines),
})

describe('arbitrary messages that the serializer accepts', () => {
  const outcomes = { request: 0, response: 0 }

  function check(kind: 'request' | 'response', message: MessageInit, requestMethod?: string): void {
    let bytes: Uint8Array
    try {
      bytes = serialize(message, requestMethod === undefined ? {} : { requestMethod })
    } catch (error) {
      expect(error).toBeInstanceOf(HttpError)
      expect(error).toMatchObject({ side: 'local', status: 500 })
      return
    }
    outcomes[kind]++
    const requestMethods = requestMethod === undefined ? [] : [requestMethod]
    const { messages, rest } = parse(bytes, { kind, requestMethods })
    expect(rest).toHaveLength(0)
    const [back] = messages
    if (back === undefined) throw new Error('no message came back')
    expect(messages).toHaveLength(1)
    expect(back.head.anomalies).toEqual([])
    const expected = meaning(message)
    const added = back.head.headers.size - expected.headers.length
    if (added > 0) expected.headers.push(['Content-Length', String(expected.body.length)])
    expect(meaning(back)).toEqual(expected)
  }

  test(
    'are parsed by the strict parser with the same meaning: requests',
    () => {
      fc.assert(
        fc.property(anyRequest, (message) => check('request', message)),
        runs(4_000),
      )
      expect(outcomes.request).toBeGreaterThan(20)
    },
    TIMEOUT,
  )

  test(
    'are parsed by the strict parser with the same meaning: responses',
    () => {
      const methods = fc.constantFrom('GET', 'HEAD', 'CONNECT', undefined)
      fc.assert(
        fc.property(anyResponse, methods, (message, method) => check('response', message, method)),
        runs(4_000),
      )
      expect(outcomes.response).toBeGreaterThan(20)
    },
    TIMEOUT,
  )
})

describe('refusal by the serializer of messages that break a rule', () => {
  test.each(VIOLATIONS.map(({ kind, rule }) => [kind, rule] as const))('%s: %s', (kind, rule) => {
    fc.assert(
      fc.property(violation({ kind, rule }), ({ message, messageCode, requestMethods }) => {
        // Some violations, such as a bare LF as line end, cannot be expressed to a serializer.
        if (message === null) return
        const [requestMethod] = requestMethods
        const options = requestMethod === undefined ? {} : { requestMethod }
        expect(() => serialize(message, options)).toThrow(
          expect.objectContaining({ name: 'HttpError', code: messageCode, side: 'local' }),
        )
      }),
      { numRuns: 10 },
    )
  })

  test('covers more than a third of the rules', () => {
    const stated = VIOLATIONS.filter(({ kind, rule }) =>
      fc.sample(violation({ kind, rule }), 1).some(({ message }) => message !== null),
    )
    expect(stated.length).toBeGreaterThan(VIOLATIONS.length / 3)
  })
})
