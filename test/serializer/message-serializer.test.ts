/**
 * The state machine of a serializer: which events each state accepts, what they write, and that a
 * refused call changes nothing.
 */

import { describe, expect, test } from 'vitest'
import { type RequestEventInit, RequestSerializer } from '../../src/index.ts'
import { expectRefused, expectTypeError, text } from '../support/refusals.ts'

const GET: RequestEventInit = { method: 'GET', target: '/', headers: { Host: 'a' } }
const LENGTH: RequestEventInit = { ...GET, headers: { Host: 'a', 'Content-Length': '5' } }
const CHUNKED: RequestEventInit = { ...GET, headers: { Host: 'a', 'Transfer-Encoding': 'chunked' } }
const CONNECT: RequestEventInit = { ...GET, method: 'CONNECT', target: 'a:1' }
const END: RequestEventInit = { type: 'end' }

const data = (bytes: string | Uint8Array): RequestEventInit => ({ type: 'data', bytes })
const chunk = (size: number): RequestEventInit => ({ type: 'chunk', size })

/** A serializer that has written `events`. */
function afterEvents(...events: RequestEventInit[]): RequestSerializer {
  const serializer = new RequestSerializer()
  for (const event of events) serializer.write(event)
  return serializer
}

/** The output for `events`, one string per event. */
function writeAll(...events: RequestEventInit[]): string[] {
  const serializer = new RequestSerializer()
  return events.map((event) => text(...serializer.write(event)))
}

describe('the state machine of a serializer', () => {
  /** One event of each kind; content is not empty. */
  const EVENTS = { head: GET, data: data('abc'), chunk: chunk(3), last: chunk(0), end: END }

  test.each<[string, RequestEventInit[], Partial<Record<keyof typeof EVENTS, string>>]>([
    ['before a head', [], { head: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' }],
    ['in a message without content', [GET], { end: '' }],
    ['in content with a length', [LENGTH], { data: 'abc' }],
    ['in content that is nearly complete', [LENGTH, data('ab')], { data: 'abc' }],
    ['after complete content', [LENGTH, data('abcde')], { end: '' }],
    [
      'in chunked content',
      [CHUNKED],
      { data: '3\r\nabc\r\n', chunk: '3\r\n', last: '0\r\n', end: '0\r\n\r\n' },
    ],
    ['in a chunk', [CHUNKED, chunk(4)], { data: 'abc' }],
    ['at the end of a chunk', [CHUNKED, chunk(4), data('x')], { data: 'abc\r\n' }],
    [
      'after a chunk',
      [CHUNKED, chunk(1), data('x')],
      { data: '3\r\nabc\r\n', chunk: '3\r\n', last: '0\r\n', end: '0\r\n\r\n' },
    ],
    ['after the last chunk', [CHUNKED, chunk(0)], { end: '\r\n' }],
    ['after a message', [GET, END], { head: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' }],
    ['while switching', [CONNECT, END], {}],
  ])('accepts exactly the events that are due %s', (_, events, due) => {
    for (const [name, event] of Object.entries(EVENTS)) {
      const expected = due[name as keyof typeof EVENTS]
      const serializer = afterEvents(...events)
      const { offset, switching } = serializer
      if (expected === undefined) {
        expect(() => serializer.write(event)).toThrow(
          expect.objectContaining({ name: 'HttpError', side: 'local', status: 500, offset }),
        )
        expect(serializer.offset).toBe(offset)
        expect(serializer.switching).toBe(switching)
      } else {
        expect(text(...serializer.write(event))).toBe(expected)
        expect(serializer.offset).toBe(offset + expected.length)
      }
    }
  })

  test.each<[string, RequestEventInit[], RequestEventInit]>([
    ['an end before a head', [], END],
    ['data before a head', [], data('')],
    ['a chunk before a head', [], chunk(1)],
    ['a head before the end of a message', [GET], GET],
    ['a head in content', [LENGTH], GET],
    ['a head after complete content', [LENGTH, data('abcde')], GET],
    ['a head in a chunk', [CHUNKED, chunk(1)], GET],
    ['a chunk without the chunked coding', [LENGTH], chunk(5)],
    ['a chunk in a chunk', [CHUNKED, chunk(1)], chunk(1)],
    ['data after the last chunk', [CHUNKED, chunk(0)], data('a')],
    ['a second last chunk', [CHUNKED, chunk(0)], chunk(0)],
    ['a second end', [GET, END], END],
    ['a head while switching', [CONNECT, END], GET],
  ])('refuses %s as WRONG_STATE', (_, events, event) => {
    const serializer = afterEvents(...events)
    const { offset } = serializer
    expectRefused(() => serializer.write(event), 'WRONG_STATE', offset)
  })

  test.each<[string, RequestEventInit[]]>([
    ['before a head', []],
    ['in a message', [GET]],
    ['between messages', [GET, END]],
  ])('refuses resume() %s as WRONG_STATE', (_, events) => {
    const serializer = afterEvents(...events)
    expectRefused(() => serializer.resume(), 'WRONG_STATE', serializer.offset)
  })
})

describe('content', () => {
  test('is refused as CONTENT_NOT_ALLOWED without a framing field, and the message can still be ended', () => {
    const serializer = afterEvents(GET)
    const { offset } = serializer
    expectRefused(() => serializer.write(data('a')), 'CONTENT_NOT_ALLOWED', offset)
    expect(serializer.write(data(''))).toEqual([])
    expect(serializer.write(END)).toEqual([])
  })

  test('is refused as a whole with CONTENT_LENGTH_MISMATCH if it exceeds Content-Length', () => {
    const serializer = afterEvents(LENGTH, data('abc'))
    const { offset } = serializer
    expectRefused(() => serializer.write(data('def')), 'CONTENT_LENGTH_MISMATCH', offset)
    expect(text(...serializer.write(data('de')))).toBe('de')
    expectRefused(() => serializer.write(data('f')), 'CONTENT_LENGTH_MISMATCH', offset + 2)
    expect(serializer.write(END)).toEqual([])
  })

  test('cannot be ended short of Content-Length: CONTENT_LENGTH_MISMATCH', () => {
    const serializer = afterEvents(LENGTH, data('abcd'))
    const { offset } = serializer
    expectRefused(() => serializer.write(END), 'CONTENT_LENGTH_MISMATCH', offset)
    serializer.write(data('e'))
    expect(serializer.write(END)).toEqual([])
  })

  test('that does not fit is refused with the number of bytes, in the singular for one', () => {
    const write =
      (...events: RequestEventInit[]) =>
      () =>
        afterEvents(LENGTH, ...events)
    expect(write(data('abcd'), END)).toThrow(/: 1 byte missing$/)
    expect(write(data('abc'), END)).toThrow(/: 2 bytes missing$/)
    expect(write(data('abcdef'))).toThrow(/: 1 byte too many$/)
    expect(write(data('abcde'), data('fg'))).toThrow(/: 2 bytes too many$/)
  })

  test('is refused as a whole with CHUNK_SIZE_MISMATCH if it exceeds the open chunk', () => {
    const serializer = afterEvents(CHUNKED, chunk(2))
    const { offset } = serializer
    expectRefused(() => serializer.write(data('abc')), 'CHUNK_SIZE_MISMATCH', offset)
    expect(text(...serializer.write(data('ab')))).toBe('ab\r\n')
  })

  test('cannot be ended inside an open chunk: CHUNK_SIZE_MISMATCH', () => {
    const serializer = afterEvents(CHUNKED, chunk(2), data('a'))
    const { offset } = serializer
    expectRefused(() => serializer.write(END), 'CHUNK_SIZE_MISMATCH', offset)
    expect(text(...serializer.write(data('b')), ...serializer.write(END))).toBe('b\r\n0\r\n\r\n')
  })

  test('writes nothing if it is empty, in particular no last chunk', () => {
    expect(writeAll(CHUNKED, data(''), data(new Uint8Array(0)), data('a'), END).slice(1)).toEqual([
      '',
      '',
      '1\r\na\r\n',
      '0\r\n\r\n',
    ])
  })

  test('becomes one chunk per data event, unless a chunk event has opened a chunk', () => {
    expect(
      writeAll(
        CHUNKED,
        data('a'.repeat(26)),
        chunk(3),
        data('a'),
        data(''),
        data('bc'),
        chunk(0),
        END,
      )
        .slice(1)
        .join('|'),
    ).toBe(`1a\r\n${'a'.repeat(26)}\r\n|3\r\n|a||bc\r\n|0\r\n|\r\n`)
  })

  test('is passed through as the view that the caller gave, without a copy', () => {
    const bytes = Buffer.from('abcde')
    expect(afterEvents(LENGTH).write(data(bytes))).toEqual([bytes])
    expect(afterEvents(LENGTH).write(data(bytes))[0]).toBe(bytes)
    expect(afterEvents(CHUNKED).write(data(bytes))[1]).toBe(bytes)
    expect(afterEvents(CHUNKED, chunk(5)).write(data(bytes))[0]).toBe(bytes)
    expect(afterEvents(CHUNKED, chunk(6)).write(data(bytes))[0]).toBe(bytes)
  })

  test('is encoded as UTF-8 if it is a string, and measured in bytes', () => {
    expect(writeAll(LENGTH, data('é€'), END)[1]).toBe('\xc3\xa9\xe2\x82\xac')
    expect(writeAll(CHUNKED, data('😀'))[1]).toBe('4\r\n\xf0\x9f\x98\x80\r\n')
  })

  test.each<[string, unknown, RegExp]>([
    ['null', null, /content must be .* not null/],
    ['a number', 5, /not 5/],
    ['an array of bytes', [1, 2], /not an array/],
    ['an ArrayBuffer', new ArrayBuffer(5), /not an object/],
    ['a view of other numbers', new Uint16Array(5), /not an object/],
    ['a high surrogate alone', 'abcd\ud800', /lone surrogate/],
    ['a low surrogate alone', '\udc00abcd', /lone surrogate/],
    ['surrogates in the wrong order', '\udc00\ud800', /lone surrogate/],
  ])('that is %s throws a TypeError, and further content is accepted', (_, bytes, message) => {
    const serializer = afterEvents(LENGTH)
    expectTypeError(() => serializer.write(data(bytes as string)), message)
    expect(text(...serializer.write(data('abcde')))).toBe('abcde')
  })

  test('has exact offsets and lengths beyond 4 GiB', () => {
    const length = 5_000_000_000
    const serializer = afterEvents({
      ...GET,
      headers: { Host: 'a', 'Content-Length': `${length}` },
    })
    const head = serializer.offset
    const megabytes = new Uint8Array(10_000_000)
    for (let i = 0; i < 500; i++) serializer.write(data(megabytes))
    expect(serializer.offset).toBe(head + length)
    expectRefused(() => serializer.write(data('x')), 'CONTENT_LENGTH_MISMATCH', head + length)
    serializer.write(END)
    expectRefused(() => serializer.write({ ...GET, headers: {} }), 'MISSING_HOST', head + length)
  })
})

describe('content in a TRACE request', () => {
  const TRACE: RequestEventInit = { ...CHUNKED, method: 'TRACE' }

  test('is refused as CONTENT_NOT_ALLOWED, whether as data or as the start of a non-empty chunk', () => {
    const serializer = afterEvents(TRACE)
    const { offset } = serializer
    expectRefused(() => serializer.write(data('a')), 'CONTENT_NOT_ALLOWED', offset)
    expectRefused(() => serializer.write(chunk(1)), 'CONTENT_NOT_ALLOWED', offset)
    expect(serializer.write(data(''))).toEqual([])
    expect(text(...serializer.write(chunk(0)), ...serializer.write(END))).toBe('0\r\n\r\n')
  })

  test('is refused with the head as CONTENT_NOT_ALLOWED if Content-Length is not 0', () => {
    const head = { ...LENGTH, method: 'TRACE' }
    expectRefused(() => afterEvents(head), 'CONTENT_NOT_ALLOWED', 0)
    const none = { ...head, headers: { Host: 'a', 'Content-Length': '0' } }
    expect(afterEvents(none).write(END)).toEqual([])
  })

  test('stays allowed in the next request, and in the current one if a TRACE head is refused', () => {
    expect(writeAll(TRACE, END, CHUNKED, data('a')).at(-1)).toBe('1\r\na\r\n')
    const serializer = afterEvents(CHUNKED)
    expectRefused(() => serializer.write(TRACE), 'WRONG_STATE', serializer.offset)
    expect(text(...serializer.write(data('a')))).toBe('1\r\na\r\n')
  })
})

describe('refused calls between accepted events', () => {
  const WRONG: RequestEventInit[] = [
    { ...GET, method: 'A B' },
    { ...GET, headers: { Host: 'a', X: 'x'.repeat(40_000), Y: '\n' } },
    { ...GET, headers: { Host: 'a', 'Content-Length': 'x' } },
    data('\ud800'),
    { type: 'chunk', size: -1 },
    { type: 'chunk', size: 1, extensions: [{ name: 'a', value: '\0' }] },
    { type: 'end', trailers: { Host: 'a' } },
    { type: 'end', trailers: { A: '\r' } },
    null as never,
    { type: 'x' } as never,
  ]

  test('do not change the bytes of the accepted events', () => {
    const events = [LENGTH, data('abc'), data('de'), END, CHUNKED, chunk(3), data('a'), data('bc')]
    events.push(data('d'), chunk(0), { type: 'end', trailers: { T: 't' } }, GET, END, GET, END)
    const serializer = new RequestSerializer()
    const written = events.map((event) => {
      for (const wrong of WRONG) expect(() => serializer.write(wrong)).toThrow()
      return text(...serializer.write(event))
    })
    expect(written).toEqual(writeAll(...events))
  })
})
