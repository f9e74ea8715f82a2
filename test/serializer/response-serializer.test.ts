/**
 * Responses as they are written, which requests they answer, and every rule that a response head
 * can break. Each refusal comes after another message, so that its offset is seen to count from
 * the first byte ever written.
 */

import { describe, expect, test } from 'vitest'
import {
  type ErrorCode,
  type ResponseHeadInit,
  ResponseSerializer,
  STATUS_CODES,
} from '../../src/index.ts'
import { expectRefused, expectTypeError, text } from '../support/refusals.ts'

const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n'
const END = { type: 'end' } as const
const LENGTH_2 = { status: 200, headers: { 'Content-Length': '2' } } as const

/** A serializer that has written a response. */
function used(): ResponseSerializer {
  const serializer = new ResponseSerializer()
  serializer.write({ status: 204 })
  serializer.write(END)
  return serializer
}

function write(init: ResponseHeadInit): string {
  return text(...new ResponseSerializer().write(init))
}

describe('a response head', () => {
  test.each<[string, ResponseHeadInit, string]>([
    ['with the phrase of its status', { status: 404 }, 'HTTP/1.1 404 Not Found\r\n\r\n'],
    [
      'with a phrase of its own',
      { status: 200, reason: 'a\tb \xe9' },
      'HTTP/1.1 200 a\tb \xe9\r\n\r\n',
    ],
    ['with an empty phrase', { status: 200, reason: '' }, 'HTTP/1.1 200 \r\n\r\n'],
    ['with a status that nobody knows', { status: 999 }, 'HTTP/1.1 999 \r\n\r\n'],
    ['in HTTP/1.0', { status: 200, version: '1.0' }, 'HTTP/1.0 200 OK\r\n\r\n'],
    [
      'with its type and fields',
      {
        type: 'response',
        status: 304,
        headers: [
          ['ETag', '"a"'],
          ['Empty', ''],
        ],
      },
      'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nEmpty:\r\n\r\n',
    ],
  ])('is written %s', (_, init, expected) => {
    expect(write(init)).toBe(expected)
  })

  test('is written with the registered reason phrase of every status in STATUS_CODES', () => {
    for (const [status, reason] of Object.entries(STATUS_CODES)) {
      expect(write({ status: Number(status) })).toBe(`HTTP/1.1 ${status} ${reason}\r\n\r\n`)
    }
  })

  test('gets no Content-Length from the serializer, which does not know the content yet', () => {
    expect(write({ status: 200 })).toBe('HTTP/1.1 200 OK\r\n\r\n')
  })
})

const LINE = 'HTTP/1.1 200 OK\r\n'
const length = (...values: string[]) => ({
  headers: values.map((value) => ['Content-Length', value] as const),
})
const coding = (value: string) => ({ headers: { 'Transfer-Encoding': value } })
const BOTH = { headers: { 'Content-Length': '1', 'Transfer-Encoding': 'chunked' } }

describe('a response head that a client would refuse or repair', () => {
  test.each<[ErrorCode, Partial<ResponseHeadInit>, string]>([
    ['INVALID_STATUS', { status: 99 }, 'HTTP/1.1 '],
    ['INVALID_STATUS', { status: 1000 }, 'HTTP/1.1 '],
    ['INVALID_STATUS', { status: 200.5 }, 'HTTP/1.1 '],
    ['INVALID_STATUS', { status: Number.NaN }, 'HTTP/1.1 '],
    ['INVALID_STATUS', { status: -200 }, 'HTTP/1.1 '],
    ['INVALID_STATUS', { status: Number.POSITIVE_INFINITY }, 'HTTP/1.1 '],
    ['INVALID_REASON', { reason: 'a\r\nX: b' }, 'HTTP/1.1 200 a'],
    ['INVALID_REASON', { reason: 'a\u010d\u010a' }, 'HTTP/1.1 200 a'],
    ['INVALID_VERSION', { version: '2.0' as '1.1' }, ''],
    ['INVALID_FIELD_NAME', { headers: { 'X Y': 'a' } }, `${LINE}X`],
    ['INVALID_FIELD_VALUE', { headers: { X: 'a\0' } }, `${LINE}X: a`],
    ['INVALID_CONTENT_LENGTH', length('0x1'), `${LINE}Content-Length: `],
    ['INVALID_CONTENT_LENGTH', length('5,'), `${LINE}Content-Length: `],
    [
      'CONFLICTING_CONTENT_LENGTH',
      length('1', '2'),
      `${LINE}Content-Length: 1\r\nContent-Length: `,
    ],
    ['CONFLICTING_CONTENT_LENGTH', length('1, 2'), `${LINE}Content-Length: `],
    ['REPEATED_CONTENT_LENGTH', length('1', '1'), ''],
    ['REPEATED_CONTENT_LENGTH', length('1, 1'), ''],
    ['INVALID_TRANSFER_ENCODING', coding('a b'), `${LINE}Transfer-Encoding: `],
    ['INVALID_TRANSFER_ENCODING', coding(','), `${LINE}Transfer-Encoding: `],
    ['INVALID_TRANSFER_ENCODING', coding('gzip;q=1'), `${LINE}Transfer-Encoding: `],
    ['INVALID_TRANSFER_ENCODING', coding('gzip,, chunked'), ''],
    ['REPEATED_CHUNKED', coding('chunked, chunked'), `${LINE}Transfer-Encoding: `],
    ['LENGTH_WITH_TRANSFER_ENCODING', BOTH, `${LINE}Content-Length: 1\r\n`],
    ['TRANSFER_ENCODING_IN_HTTP_1_0', { version: '1.0', ...coding('chunked') }, ''],
    ...[100, 101, 103, 199, 204].flatMap(
      (status): [ErrorCode, Partial<ResponseHeadInit>, string][] => [
        ['FRAMING_FIELD_NOT_ALLOWED', { status, ...length('0') }, ''],
        ['FRAMING_FIELD_NOT_ALLOWED', { status, ...coding('chunked') }, ''],
      ],
    ),
  ])('is refused as %s at the offset of the fault: %j', (code, init, before) => {
    const serializer = used()
    expectRefused(
      () => serializer.write({ status: 200, ...init }),
      code,
      NO_CONTENT.length + before.length,
    )
    // Nothing has changed: the next head is written in the place of the refused one.
    expect(serializer.offset).toBe(NO_CONTENT.length)
    expect(text(...serializer.write({ status: 204 }))).toBe(NO_CONTENT)
  })

  test('is refused as FRAMING_FIELD_NOT_ALLOWED if it is a 2xx to CONNECT with a framing field', () => {
    for (const init of [length('0'), coding('chunked'), coding('malformed too')]) {
      const serializer = used().respondsTo('CONNECT')
      expectRefused(
        () => serializer.write({ status: 200, ...init }),
        'FRAMING_FIELD_NOT_ALLOWED',
        NO_CONTENT.length,
      )
      // The refused call has not consumed the queued CONNECT.
      serializer.write({ status: 200 })
      serializer.write(END)
      expect(serializer.switching).toBe(true)
    }
  })
})

describe('a value that is not a response event', () => {
  const serializer = new ResponseSerializer()
  test.each<[string, unknown, RegExp]>([
    ['null', null, /null/],
    ['a status that is a string', { status: '200' }, /status must be a number, not "200"/],
    ['a reason that is null', { status: 200, reason: null }, /reason must be a string, not null/],
    ['a reason that is a number', { status: 200, reason: 1 }, /reason must be a string, not 1/],
    ['headers that are true', { status: 200, headers: true }, /headers must be .* not true/],
    ['a head of the other kind', { type: 'request', method: 'GET' }, /response.*"request"/],
    ['an event that there is not', { type: 1 }, /response.*type 1/],
    ['a status that is a symbol', { status: Symbol('200') }, /status must be a number, not Symbol/],
  ])('throws a TypeError that names the fault: %s', (_, event, message) => {
    expectTypeError(() => serializer.write(event as ResponseHeadInit), message)
    expect(serializer.offset).toBe(0)
  })
})

describe('respondsTo', () => {
  test('returns the serializer and throws a TypeError unless it is given a string', () => {
    const serializer = new ResponseSerializer()
    expect(serializer.respondsTo('GET')).toBe(serializer)
    for (const wrong of [undefined, null, 1, {}, ['GET']]) {
      expectTypeError(() => serializer.respondsTo(wrong as never), /a method must be a string/)
    }
  })

  test('queues methods in order, and GET is assumed when the queue is empty', () => {
    const serializer = new ResponseSerializer().respondsTo('HEAD').respondsTo('GET')
    serializer.write(LENGTH_2)
    expectRefused(
      () => serializer.write({ type: 'data', bytes: 'ok' }),
      'CONTENT_NOT_ALLOWED',
      serializer.offset,
    )
    serializer.write(END)
    for (let i = 0; i < 2; i++) {
      serializer.write(LENGTH_2)
      expectRefused(() => serializer.write(END), 'CONTENT_LENGTH_MISMATCH', serializer.offset)
      serializer.write({ type: 'data', bytes: 'ok' })
      serializer.write(END)
    }
  })

  test('sets a method that only a final response consumes', () => {
    const serializer = new ResponseSerializer().respondsTo('HEAD')
    for (const status of [100, 103, 200]) {
      serializer.write({ status })
      expectRefused(
        () => serializer.write({ type: 'data', bytes: 'x' }),
        'CONTENT_NOT_ALLOWED',
        serializer.offset,
      )
      serializer.write(END)
    }
    serializer.write({ status: 200 })
    expect(text(...serializer.write({ type: 'data', bytes: 'x' }))).toBe('x')
  })

  test('applies to the next response when it is called during a response', () => {
    // The same rule as for ResponseParser.
    const serializer = new ResponseSerializer()
    serializer.write({ status: 200, headers: { 'Content-Length': '1' } })
    serializer.respondsTo('HEAD')
    serializer.write({ type: 'data', bytes: 'a' })
    serializer.write(END)
    serializer.write(LENGTH_2)
    expectRefused(
      () => serializer.write({ type: 'data', bytes: 'ok' }),
      'CONTENT_NOT_ALLOWED',
      serializer.offset,
    )
  })

  test('sets a method that a refused response does not consume', () => {
    const serializer = new ResponseSerializer().respondsTo('HEAD')
    expectRefused(() => serializer.write({ status: 0 }), 'INVALID_STATUS', 9)
    expectRefused(
      () => serializer.write({ status: 200, ...BOTH }),
      'LENGTH_WITH_TRANSFER_ENCODING',
      36,
    )
    serializer.write({ status: 200 })
    expectRefused(
      () => serializer.write({ type: 'data', bytes: 'x' }),
      'CONTENT_NOT_ALLOWED',
      serializer.offset,
    )
  })

  test('compares methods case-sensitively', () => {
    const serializer = new ResponseSerializer().respondsTo('head').respondsTo('connect')
    for (let i = 0; i < 2; i++) {
      serializer.write(LENGTH_2)
      serializer.write({ type: 'data', bytes: 'ok' })
      serializer.write(END)
    }
    expect(serializer.switching).toBe(false)
  })
})

describe('a response that cannot have content', () => {
  test.each<[string, string, ResponseHeadInit]>([
    ['HEAD', 'HEAD', LENGTH_2],
    ['HEAD, chunked', 'HEAD', { status: 200, ...coding('chunked') }],
    ['304', 'GET', { status: 304, headers: { 'Content-Length': '1' } }],
    ['204', 'GET', { status: 204 }],
    ['100', 'GET', { status: 100 }],
    ['101', 'GET', { status: 101 }],
    ['2xx to CONNECT', 'CONNECT', { status: 201 }],
  ])('refuses content and trailers: %s', (_, method, init) => {
    const serializer = new ResponseSerializer().respondsTo(method)
    serializer.write(init)
    const { offset } = serializer
    expectRefused(
      () => serializer.write({ type: 'data', bytes: 'x' }),
      'CONTENT_NOT_ALLOWED',
      offset,
    )
    expectRefused(
      () => serializer.write({ type: 'end', trailers: { A: 'b' } }),
      'TRAILERS_NOT_ALLOWED',
      offset,
    )
    expect(serializer.write({ type: 'data', bytes: '' })).toEqual([])
    expect(serializer.write(END)).toEqual([])
    expect(serializer.offset).toBe(offset)
  })
})

describe('the last response', () => {
  test.each<[string, string, ResponseHeadInit]>([
    ['101', 'GET', { status: 101 }],
    ['2xx to CONNECT', 'CONNECT', { status: 299 }],
  ])('is %s, after which no response may follow until resume()', (_, method, init) => {
    const serializer = new ResponseSerializer().respondsTo(method)
    serializer.write(init)
    expect(serializer.switching).toBe(false)
    serializer.write(END)
    expect(serializer.switching).toBe(true)
    expectRefused(() => serializer.write(LENGTH_2), 'WRONG_STATE', serializer.offset)
    serializer.resume()
    // The queued method has been consumed.
    serializer.write(LENGTH_2)
    expect(text(...serializer.write({ type: 'data', bytes: 'ok' }))).toBe('ok')
  })

  test.each<[string, ResponseHeadInit]>([
    ['without framing fields', { status: 200 }],
    ['whose last coding is not chunked', { status: 200, ...coding('chunked, gzip') }],
  ])('is one %s, after which every event and resume() are refused', (_, init) => {
    const serializer = new ResponseSerializer()
    serializer.write(init)
    expect(text(...serializer.write({ type: 'data', bytes: 'a' }))).toBe('a')
    expect(serializer.write({ type: 'data', bytes: '' })).toEqual([])
    expect(serializer.write(END)).toEqual([])
    expect(serializer.switching).toBe(false)
    for (const event of [{ status: 204 }, { type: 'data', bytes: 'b' } as const, END]) {
      expectRefused(() => serializer.write(event), 'WRONG_STATE', serializer.offset)
    }
    expectRefused(() => serializer.resume(), 'WRONG_STATE', serializer.offset)
  })
})
