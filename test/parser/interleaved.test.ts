/**
 * All parsers of a process share one window and one arena. No parser may see data of another one, however
 * many are in use at once and however large the sections are.
 */

import { describe, expect, test } from 'vitest'
import {
  type Fields,
  HttpError,
  parse,
  type RequestHead,
  RequestParser,
  ResponseParser,
} from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { byteByByte, splitsInTwo, whole } from '../support/chunkings.ts'
import { makeParser, type PlainEvent, readAll, runParser } from '../support/run-parser.ts'

/** Numbers in one arena, as in `wire-section.ts`, and numbers for one line. */
const ARENA = 16_384
const ENTRY = 4

const MAX_LINE = 262_144

/** A unique request: its target, its host and the `fields` lines after that all contain `n`. */
function request(n: number, fields = n % 12): string {
  const lines = Array.from({ length: fields }, (_, i) => `X-${n}-${i}: value ${n}.${i}\r\n`)
  return `GET /${n} HTTP/1.1\r\nHost: host-${n}\r\n${lines.join('')}\r\n`
}

function expectIntact(head: RequestHead, n: number, fields = n % 12): void {
  expect(head.target).toBe(`/${n}`)
  expect(head.headers.get('host')).toBe(`host-${n}`)
  expect(head.headers.size).toBe(fields + 1)
  if (fields > 0) {
    const last = fields - 1
    expect(head.headers.get(`x-${n}-${last}`)).toBe(`value ${n}.${last}`)
    expect([...head.headers].at(-1)).toEqual([`X-${n}-${last}`, `value ${n}.${last}`])
  }
}

/** Pseudo-random numbers from 0 to 1, the same in every run. */
function* scattered(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

describe('parsers in use at the same time', () => {
  test('give the same events for 300 interleaved connections as for each one alone', () => {
    const random = scattered(1)
    const draw = (below: number) => Math.floor(random.next().value * below)
    const connections = Array.from({ length: 300 }, (_, n) => {
      const kind = n % 3 === 0 ? ('response' as const) : ('request' as const)
      const text =
        kind === 'request'
          ? request(n) + request(n + 1)
          : `HTTP/1.1 200 OK\r\nX-${n}: ${n}\r\nTransfer-Encoding: chunked\r\n\r\n` +
            `${'5;a=b\r\nhello\r\n'.repeat(n % 4)}0\r\nTrailer-${n}: ${n}\r\n\r\n`
      const events: PlainEvent[] = []
      return { kind, bytes: toBytes(text), at: 0, parser: makeParser(kind), events }
    })
    const open = [...connections]
    while (open.length > 0) {
      const i = draw(open.length)
      const connection = open[i]
      if (connection === undefined) throw new Error('no connection')
      const { bytes, at, parser, events } = connection
      const length = 1 + draw(40)
      parser.push(bytes.slice(at, at + length))
      // Some chunks are read at once, others later.
      if (draw(3) > 0) readAll(parser, events)
      connection.at += length
      if (connection.at >= bytes.length) open.splice(i, 1)
    }
    for (const { kind, bytes, parser, events } of connections) {
      readAll(parser.finish(), events)
      expect(events).toEqual(runParser(kind, [bytes]).events)
    }
  })

  test('can read the same chunk in turn', () => {
    const chunk = toBytes(Array.from({ length: 50 }, (_, n) => request(n)).join(''))
    const one = new RequestParser().push(chunk)
    const other = new RequestParser().push(chunk)
    for (let n = 0; n < 50; n++) {
      for (const parser of [one, other]) {
        const head = parser.read()
        if (head?.type !== 'request') throw new Error('no head')
        expectIntact(head, n)
        expect(parser.read()?.type).toBe('end')
      }
    }
  })

  test('keep their incomplete heads when another parser fails inside a head', () => {
    const parsers = Array.from({ length: 20 }, () => new RequestParser())
    for (const [n, parser] of parsers.entries()) {
      const text = request(n, 11)
      expect([...parser.push(toBytes(text.slice(0, 60)))]).toEqual([])
      expect(() => [
        ...new RequestParser().push(toBytes(`${request(99, 5).slice(0, -2)}\0`)),
      ]).toThrow(HttpError)
    }
    for (const [n, parser] of parsers.entries()) {
      const [head] = parser.push(toBytes(request(n, 11).slice(60)))
      if (head?.type !== 'request') throw new Error('no head')
      expectIntact(head, n, 11)
    }
  })

  test('are not disturbed by a parser that runs while their events are iterated', () => {
    const targets: string[] = []
    for (const event of new RequestParser().push(toBytes(request(1) + request(2) + request(3)))) {
      if (event.type !== 'request') continue
      const inner = parse(toBytes(request(7) + request(8)), { kind: 'request' })
      targets.push(event.target, ...inner.messages.map(({ head }) => head.target))
    }
    expect(targets).toEqual(['/1', '/7', '/8', '/2', '/7', '/8', '/3', '/7', '/8'])
  })
})

describe('many heads in use at the same time', () => {
  test('stay intact when they fill more than four arenas and are read only afterwards', () => {
    const count = 3_000
    const heads: RequestHead[] = []
    const parser = new RequestParser()
    for (let n = 0; n < count; n++) {
      for (const event of parser.push(toBytes(request(n))))
        if (event.type === 'request') heads.push(event)
    }
    expect(heads).toHaveLength(count)
    expect(count * 7 * ENTRY).toBeGreaterThan(4 * ARENA)
    for (const [n, head] of heads.entries()) expectIntact(head, n)
    // Again in reverse order, now that the text of every head has been decoded.
    for (let n = count - 1; n >= 0; n--) expectIntact(heads[n] as RequestHead, n)
  })

  test('stay intact when some arrive in pieces, some are detached and some have trailers', () => {
    const heads: RequestHead[] = []
    const trailers: Fields[] = []
    const parser = new RequestParser()
    for (let n = 0; n < 2_000; n++) {
      const text =
        n % 5 === 0
          ? `POST /${n} HTTP/1.1\r\nHost: host-${n}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ${n}\r\n\r\n`
          : request(n)
      const cut = n % 3 === 0 ? (n * 7) % text.length : text.length
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        for (const event of parser.push(toBytes(part))) {
          if (event.type === 'request') heads.push(n % 7 === 0 ? event.detach() : event)
          if (event.type === 'end') trailers.push(event.trailers)
        }
      }
    }
    for (const [n, head] of heads.entries()) {
      if (n % 5 !== 0) expectIntact(head, n)
      expect(trailers[n]?.raw()).toEqual(n % 5 === 0 ? ['T', `${n}`] : [])
    }
    expect(heads).toHaveLength(2_000)
  })

  test('stay intact wherever in the arena a section ends', () => {
    // Whatever the arena contains before, one of these heads ends exactly at its end.
    const heads: RequestHead[] = []
    const count = Math.ceil((3 * ARENA) / ENTRY / 3)
    const parser = new RequestParser()
    for (let n = 0; n < count; n++) {
      const fields = n % 2
      for (const event of parser.push(toBytes(request(n, fields)))) {
        if (event.type === 'request') heads.push(event)
      }
    }
    for (const [n, head] of heads.entries()) {
      if (head.target !== `/${n}` || head.headers.size !== (n % 2) + 1) expectIntact(head, n, n % 2)
    }
    expect(heads).toHaveLength(count)
  })
})

describe('a section larger than the arena', () => {
  const limits = { maxFields: 100_000, maxHead: 10_000_000, maxTrailer: 10_000_000 }
  const fields = 3 * (ARENA / ENTRY) + 5

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
    const cuts = [1, 20, 2_048, 4_096, 131_072, 262_143, 262_144, 262_145, 262_146, 262_180]
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
      0, 1, 2_047, 2_048, 2_049, 4_096, 4_097, 8_192, 100_000, 262_144, 262_146, 500_000,
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
