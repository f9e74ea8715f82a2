/**
 * Heads, lines and values of sizes around those that the parser works in: the words and looks of its
 * scanner, its window, and the arena of its entries.
 */

import { describe, expect, test } from 'vitest'
import { type RequestHead, RequestParser, ResponseParser } from '../../src/index.ts'
import { MAX_LINE } from '../../src/limits.ts'
import { ARENA_SIZE, Entry } from '../../src/message/entries.ts'
import { toBytes } from '../support/arbitraries.ts'
import { byteByByte, splitsInTwo, whole } from '../support/chunkings.ts'
import { expectIntact, request } from '../support/numbered-requests.ts'
import { runParser } from '../support/run-parser.ts'

describe('a section larger than the arena', () => {
  const limits = { maxFields: 100_000, maxHead: 10_000_000, maxTrailer: 10_000_000 }
  const fields = 3 * (ARENA_SIZE / Entry.SIZE) + 5

  test('keeps all of its fields if it is a head', () => {
    const text = request(1, fields)
    const bytes = toBytes(text + request(2) + request(3))
    for (const cut of [bytes.length, 1, 5_000, text.length - 1]) {
      const parser = new RequestParser({ limits })
      const heads: RequestHead[] = []
      for (const part of [bytes.slice(0, cut), bytes.slice(cut)]) {
        for (const event of parser.push(part)) if (event.type === 'request') heads.push(event)
      }
      const [large, ...others] = heads
      if (large === undefined) throw new Error('no head')
      expectIntact(large, 1, fields)
      let wrong = 0
      let i = -1
      for (const [name, value] of large.headers) {
        if (i >= 0 && (name !== `X-1-${i}` || value !== `value 1.${i}`)) wrong++
        i++
      }
      expect(wrong).toBe(0)
      expect(others).toHaveLength(2)
      expectIntact(others[0] as RequestHead, 2)
      expectIntact(others[1] as RequestHead, 3)
    }
  })

  test('keeps all of its fields if it is a trailer section', () => {
    const lines = Array.from({ length: fields }, (_, i) => `T-${i}: ${i}\r\n`).join('')
    const text = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${lines}\r\n`
    const bytes = toBytes(text + request(2))
    for (const cut of [bytes.length, 60, 30_000]) {
      const parser = new RequestParser({ limits })
      const events = [bytes.slice(0, cut), bytes.slice(cut)].flatMap((part) => [
        ...parser.push(part),
      ])
      const end = events.find(({ type }) => type === 'end')
      if (end?.type !== 'end') throw new Error('no end')
      expect(end.trailers.size).toBe(fields)
      expect([...end.trailers].every(([name, value]) => name === `T-${value}`)).toBe(true)
      expect(events.at(-1)?.type).toBe('end')
      expect(events).toHaveLength(4)
    }
  })
})

describe('lines of the largest length that a limit can allow', () => {
  const limits = {
    maxStartLine: MAX_LINE,
    maxTarget: MAX_LINE,
    maxFieldLine: MAX_LINE,
    maxChunkExtension: MAX_LINE,
    maxChunkExtensions: 10 * MAX_LINE,
    maxHead: 100 * MAX_LINE,
    maxTrailer: 100 * MAX_LINE,
  }
  const x = (length: number) => 'x'.repeat(length)

  /** Messages with one line of `length` bytes. */
  const LINES: Record<string, [kind: 'request' | 'response', of: (length: number) => string]> = {
    START_LINE_TOO_LONG: [
      'request',
      (length) => `GET /${x(length - 14)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    ],
    'START_LINE_TOO_LONG of a response': [
      'response',
      (length) => `HTTP/1.1 204 ${x(length - 13)}\r\n\r\n`,
    ],
    FIELD_LINE_TOO_LONG: [
      'request',
      (length) => `GET / HTTP/1.1\r\nHost: a\r\nA: ${x(length - 3)}\r\nB: b\r\n\r\n`,
    ],
    'FIELD_LINE_TOO_LONG of a name': [
      'request',
      (length) => `GET / HTTP/1.1\r\nHost: a\r\n${x(length - 1)}:\r\n\r\n`,
    ],
    'FIELD_LINE_TOO_LONG of a folded line': [
      'response',
      (length) =>
        `HTTP/1.1 204 \r\nA: ${x(MAX_LINE / 2)}\r\n ${x(length - MAX_LINE / 2 - 6)}\r\n\r\n`,
    ],
    'FIELD_LINE_TOO_LONG of a trailer': [
      'request',
      (length) =>
        `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: ${x(length - 3)}\r\n\r\n`,
    ],
    CHUNK_EXTENSION_TOO_LONG: [
      'request',
      (length) =>
        `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;${x(length - 1)}\r\n\r\n`,
    ],
  }

  const some = (bytes: Uint8Array) => {
    const cuts = [
      1,
      20,
      2_048,
      4_096,
      131_072,
      MAX_LINE - 1,
      MAX_LINE,
      MAX_LINE + 1,
      MAX_LINE + 2,
      MAX_LINE + 36,
    ]
    return [[bytes], ...cuts.map((at) => [bytes.slice(0, at), bytes.slice(at)])]
  }

  test.each(Object.entries(LINES))(
    'are accepted with 262144 bytes and refused with one more: %s',
    (name, line) => {
      const [kind, of] = line
      const [code] = name.split(' ')
      for (const chunks of some(toBytes(of(MAX_LINE)))) {
        const { events, error } = runParser(kind, chunks, { limits })
        expect(error).toBeNull()
        expect(events).toHaveLength(2)
      }
      for (const chunks of some(toBytes(of(MAX_LINE + 1)))) {
        expect(runParser(kind, chunks, { limits }).error?.code).toBe(code)
      }
    },
  )

  test('keep a field value byte for byte', () => {
    const value = Array.from({ length: MAX_LINE - 3 }, (_, i) =>
      String.fromCharCode(i % 2 ? 0x80 + (i % 128) : 0x21 + (i % 94)),
    ).join('')
    const bytes = toBytes(`GET / HTTP/1.1\r\nHost: a\r\nA: ${value}\r\nB: after\r\n\r\n`)
    for (const chunks of some(bytes)) {
      const parser = new RequestParser({ limits })
      for (const chunk of chunks) parser.push(chunk)
      const [head] = parser
      if (head?.type !== 'request') throw new Error('no head')
      expect(head.headers.get('a') === value).toBe(true)
      expect(head.headers.get('b')).toBe('after')
    }
  })

  test('are refused at the offset of an invalid byte, wherever in the line it is', () => {
    for (const at of [0, 1, 2_000, 2_048, 4_096, 8_191, 65_536, 131_072, 262_000, MAX_LINE - 4]) {
      const line = `A: ${x(at)}\0${x(MAX_LINE - at - 4)}`
      const before = 'HTTP/1.1 204 \r\n'
      for (const chunks of some(toBytes(`${before}${line}\r\n\r\n`))) {
        expect(runParser('response', chunks, { limits }).error).toMatchObject({
          code: 'INVALID_FIELD_VALUE',
          offset: before.length + 3 + at,
        })
      }
    }
  })
})

describe('a head longer than the window', () => {
  test('keeps all of its field lines in one chunk or two, and leaves the next head intact', () => {
    const limits = { maxHead: 10_000_000, maxFields: 1_000, maxFieldLine: 100_000 }
    const lines = Array.from({ length: 40 }, (_, i) => `X-${i}: ${String(i).repeat(9_000 + i)}\r\n`)
    const text = `GET /long HTTP/1.1\r\nHost: a\r\n${lines.join('')}\r\n`
    expect(text.length).toBeGreaterThan(2 * MAX_LINE)
    const bytes = toBytes(text + request(5))
    const cuts = [
      0,
      1,
      2_047,
      2_048,
      2_049,
      4_096,
      4_097,
      8_192,
      100_000,
      MAX_LINE,
      MAX_LINE + 2,
      500_000,
    ]
    for (const at of cuts) {
      const parser = new RequestParser({ limits })
      const heads: RequestHead[] = []
      for (const part of [bytes.slice(0, at), bytes.slice(at)]) {
        for (const event of parser.push(part)) if (event.type === 'request') heads.push(event)
      }
      expect(heads).toHaveLength(2)
      const [long, next] = heads
      expect(long?.bytes).toHaveLength(text.length)
      for (let i = 0; i < 40; i++) {
        expect(long?.headers.get(`x-${i}`) === String(i).repeat(9_000 + i)).toBe(true)
      }
      expectIntact(next as RequestHead, 5)
    }
  })
})

describe('heads and values with sizes around those that the scanner works in', () => {
  // Around 2048 bytes, the first look, and 4096, the largest chunk that is copied whole, at different
  // positions in words of four bytes.
  const SIZES = [2_040, 2_046, 2_047, 2_048, 2_049, 2_050, 4_090, 4_094, 4_095, 4_096, 4_097, 4_098]

  test.each(SIZES)('are read the same whole and cut near the end: heads of %i bytes', (size) => {
    const frame = 'GET / HTTP/1.1\r\nHost: a\r\nA: \r\n\r\n'.length
    const head = `GET / HTTP/1.1\r\nHost: a\r\nA: ${'v'.repeat(size - frame)}\r\n\r\n`
    expect(head).toHaveLength(size)
    const bytes = toBytes(head + head)
    const expected = runParser('request', [bytes])
    expect(expected.error).toBeNull()
    expect(expected.events).toHaveLength(4)
    for (let at = size - 8; at <= size + 8; at++) {
      expect(runParser('request', [bytes.slice(0, at), bytes.slice(at)])).toEqual(expected)
    }
  })

  test('keep a value of any length up to 70 bytes at any position in a word of four bytes', () => {
    for (let before = 0; before < 4; before++) {
      for (let length = 0; length <= 70; length++) {
        const value = `${'v'.repeat(Math.max(0, length - 1))}${length > 0 ? '\xff' : ''}`
        const text = `HTTP/1.1 204 ${'r'.repeat(before)}\r\nA: ${value}\r\n\r\n`
        const [head] = new ResponseParser().push(toBytes(text))
        if (head?.type !== 'response') throw new Error('no head')
        if (head.headers.get('a') !== value) expect(head.headers.get('a')).toBe(value)
      }
    }
  })

  test('may contain the bytes that RFC 9110 s. 5.5 allows in values, and no others, at any position', () => {
    for (let place = 0; place < 8; place++) {
      for (let byte = 0; byte < 256; byte++) {
        const allowed = byte === 0x09 || (byte >= 0x20 && byte !== 0x7f)
        const char = String.fromCharCode(byte)
        const text = `HTTP/1.1 204 \r\nA: ${'v'.repeat(place)}${char}vvvvvvvv\r\n\r\n`
        const { error } = runParser('response', [toBytes(text)])
        // Only the offset of an error is checked: CR and LF have codes of their own.
        expect(error === null, `${byte} at ${place}`).toBe(allowed)
        if (error !== null) expect(error.offset).toBe('HTTP/1.1 204 \r\nA: '.length + place)
      }
    }
  })

  test('are read the same whole, byte by byte and at every split in two: six small requests', () => {
    const bytes = toBytes(Array.from({ length: 6 }, (_, n) => request(n)).join(''))
    const [chunks = []] = whole(bytes)
    const expected = runParser('request', chunks)
    for (const chunking of [byteByByte, splitsInTwo]) {
      for (const chunks of chunking(bytes)) {
        const outcome = runParser('request', chunks)
        if (JSON.stringify(outcome) !== JSON.stringify(expected)) expect(outcome).toEqual(expected)
      }
    }
    expect(expected.error).toBeNull()
    expect(expected.events).toHaveLength(12)
  })
})
