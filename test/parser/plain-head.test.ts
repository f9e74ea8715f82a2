/**
 * The plain path: which heads it reads, that it gives the same result as the scanners for all heads, and
 * that it leaves all other heads to them. A head that arrives byte by byte is never read on it.
 */

import { describe, expect, test } from 'vitest'
import {
  type ParserOptions,
  type RequestHead,
  RequestParser,
  type ResponseHead,
  ResponseParser,
} from '../../src/index.ts'
import { ParsedHead } from '../../src/message/parsed-head.ts'
import { completeRules } from '../../src/parser/options.ts'
import { readPlainRequest, readPlainResponse } from '../../src/parser/plain-head.ts'
import { FIRST_LOOK } from '../../src/parser/section-reader.ts'
import { CHANGING, loadWindow } from '../../src/parser/window.ts'
import { loadCaptures } from '../fixtures/captures/load-captures.mjs'
import { toBytes } from '../support/arbitraries.ts'
import { byteByByte, eachByte, splitsInTwo, whole } from '../support/chunkings.ts'
import { type Kind, makeParser, runParser } from '../support/run-parser.ts'

const HOST = 'Host: example.com\r\n'

/** The result of the plain path for the head at the start of `text`. */
function readPlain(kind: Kind, text: string, options?: ParserOptions, method?: string) {
  const bytes = toBytes(text)
  const rules = completeRules(kind, options)
  loadWindow(bytes, CHANGING, 0, bytes.length, bytes.length)
  return kind === 'request'
    ? readPlainRequest(bytes, 0, 0, 0, rules, undefined)
    : readPlainResponse(bytes, 0, 0, 0, method, rules, undefined)
}

/** The shape of a parsed head. Only the plain path assigns shapes. */
function shapeOf(head: RequestHead | ResponseHead) {
  if (!(head instanceof ParsedHead)) throw new Error('not a parsed head')
  return head.section.shape
}

function isPlain(kind: Kind, text: string, options?: ParserOptions, method?: string): boolean {
  return readPlain(kind, text, options, method) !== undefined
}

function outcomes(kind: Kind, text: string, options?: ParserOptions) {
  const run = (chunks: Uint8Array[]) => runParser(kind, chunks, options)
  const bytes = toBytes(text)
  const [plain] = [...whole(bytes)].map(run)
  const others = [...byteByByte(bytes), ...splitsInTwo(bytes)].map(run)
  return { plain, others }
}

function expectAlike(kind: Kind, text: string, options?: ParserOptions): void {
  const { plain, others } = outcomes(kind, text, options)
  for (const other of others) expect(other).toEqual(plain)
}

const PLAIN_REQUESTS: Record<string, string> = {
  'one field': `GET / HTTP/1.1\r\n${HOST}\r\n`,
  'any method but CONNECT': ['GET', 'GETS', 'PUT', 'POST', 'OPTIONS', 'QUERY', 'CON', 'a', '!#$%']
    .map((method) => `${method} /a?b=%20&c=[]{}|^\`"<>\\~ HTTP/1.1\r\n${HOST}\r\n`)
    .join(''),
  'a port': 'GET / HTTP/1.1\r\nHost: 127.0.0.1:65535\r\n\r\n',
  'an empty port': 'GET / HTTP/1.1\r\nHost: a:\r\n\r\n',
  'a host of nothing but a port': 'GET / HTTP/1.1\r\nHost: :80\r\n\r\n',
  'names in any case': 'GET / HTTP/1.1\r\nhOST: a\r\nx-y: 1\r\nX-Y: 2\r\nx-y: 3\r\n\r\n',
  'names of two bytes': `GET / HTTP/1.1\r\n${HOST}TE: trailers\r\nDN: 1\r\n\r\n`,
  'values of every length': `GET / HTTP/1.1\r\n${HOST}${Array.from(
    { length: 20 },
    (_, i) => `F${i}: ${'v'.repeat(i + 1)}\r\n`,
  ).join('')}\r\n`,
  'targets of every length': Array.from(
    { length: 20 },
    (_, i) => `GET /${'t'.repeat(i)} HTTP/1.1\r\n${HOST}\r\n`,
  ).join(''),
  'content with a length': `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`,
  'content of no length': `POST / HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`,
  'content in chunks': `POST / HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
  'keep-alive in any case': `GET / HTTP/1.1\r\nConnection: KEEP-Alive\r\n${HOST}\r\n`,
  'close in any case': `GET / HTTP/1.1\r\n${HOST}Connection: cLOSE\r\n\r\n`,
  'HTTP/1.0, with and without Host': `GET / HTTP/1.0\r\n${HOST}\r\nGET / HTTP/1.0\r\nAb: c\r\n\r\n`,
  'HTTP/1.0 that is to be kept alive': 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'tabs and obs-text in values': `GET / HTTP/1.1\r\n${HOST}Ab: c\t\t\td\xe9\xff\x80e\r\nFg: \xff\r\n\r\n`,
  'names that have no place in the tree': `GET / HTTP/1.1\r\nA: b\r\n${HOST}${'n'.repeat(60)}: b\r\nContent-Length: 0\r\n\r\n`,
}

/** A head that is plain, and claims more content than a test can send. */
const LARGEST_LENGTH = `PUT / HTTP/1.1\r\n${HOST}Content-Length: 999999999999999\r\n\r\n`

const OTHER_REQUESTS: Record<string, string> = {
  'HTTP/1.2': `GET / HTTP/1.2\r\n${HOST}\r\n`,
  'a method that begins as CONNECT': `CONNECTS / HTTP/1.1\r\n${HOST}\r\n`,
  CONNECT: 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n',
  'an absolute target': `GET http://a/ HTTP/1.1\r\n${HOST}\r\n`,
  'an asterisk': `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
  'an empty line before it': `\r\nGET / HTTP/1.1\r\n${HOST}\r\n`,
  'an upgrade': `GET / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: x\r\n\r\n`,
  'an expectation': `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nExpect: 100-continue\r\n\r\na`,
  'two connection options': `GET / HTTP/1.1\r\n${HOST}Connection: close, te\r\n\r\n`,
  'a host with percent-encoding': 'GET / HTTP/1.1\r\nHost: %41\r\n\r\n',
  'an IPv6 host': 'GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n',
  'an empty value': `GET / HTTP/1.1\r\n${HOST}Ab:\r\n\r\n`,
  'a value without a space': `GET / HTTP/1.1\r\n${HOST}Ab:c\r\n\r\n`,
  'two spaces before a value': `GET / HTTP/1.1\r\n${HOST}Ab:  c\r\n\r\n`,
  'a tab before a value': `GET / HTTP/1.1\r\n${HOST}Ab: \tc\r\n\r\n`,
  'a space after a value': `GET / HTTP/1.1\r\n${HOST}Ab: c \r\n\r\n`,
  'a tab after a value': `GET / HTTP/1.1\r\n${HOST}Ab: c\t\r\n\r\n`,
  'nothing but the space after a colon': `GET / HTTP/1.1\r\n${HOST}Ab: \r\n\r\n`,
  'more than 64 fields': `GET / HTTP/1.1\r\n${HOST}${'Ab: c\r\n'.repeat(64)}\r\n`,
  'a length of 16 digits': `PUT / HTTP/1.1\r\n${HOST}Content-Length: 0000000000000001\r\n\r\na`,
}

/** Requests that are refused, with the code that the scanners for all heads give. */
const REFUSED_REQUESTS: Record<string, [text: string, code: string]> = {
  'no Host': ['GET / HTTP/1.1\r\nAccept: a\r\n\r\n', 'MISSING_HOST'],
  'two Hosts': [`GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 'REPEATED_HOST'],
  'a host that is none': ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 'INVALID_HOST'],
  'a port that is none': ['GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n', 'INVALID_HOST'],
  'two lengths': [
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
    'REPEATED_CONTENT_LENGTH',
  ],
  'a length and chunks': [
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na`,
    'LENGTH_WITH_TRANSFER_ENCODING',
  ],
  'chunks and a length': [
    `PUT / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\na`,
    'LENGTH_WITH_TRANSFER_ENCODING',
  ],
  'chunked twice': [
    `PUT / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
    'REPEATED_CHUNKED',
  ],
  'more than chunked': [
    `PUT / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunkedx\r\n\r\n`,
    'CHUNKED_NOT_LAST',
  ],
  'a length with more than digits': [
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 1x\r\n\r\na`,
    'INVALID_CONTENT_LENGTH',
  ],
  'a signed length': [
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: +1\r\n\r\na`,
    'INVALID_CONTENT_LENGTH',
  ],
  'no value in Content-Length': [
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: \r\n\r\na`,
    'INVALID_CONTENT_LENGTH',
  ],
  'a CR for the hyphen of keep-alive': [
    `GET / HTTP/1.1\r\n${HOST}Connection: keep\ralive\r\n\r\n`,
    'BARE_CR',
  ],
  'LF alone after a value': [`GET / HTTP/1.1\r\n${HOST}Ab: c\nDe: f\r\n\r\n`, 'BARE_LF'],
  'LF alone after the start-line': [`GET / HTTP/1.1\n${HOST}\r\n`, 'BARE_LF'],
  "CR alone as a head's end": [`GET / HTTP/1.1\r\n${HOST}\r\rX`, 'BARE_CR'],
  'NUL in a value': [`GET / HTTP/1.1\r\n${HOST}Ab: c\0d\r\n\r\n`, 'INVALID_FIELD_VALUE'],
  'DEL in a value': [`GET / HTTP/1.1\r\n${HOST}Ab: c\x7f\r\n\r\n`, 'INVALID_FIELD_VALUE'],
  'NUL in a name that is known otherwise': [
    `GET / HTTP/1.1\r\n${HOST}Acc\0pt: c\r\n\r\n`,
    'INVALID_FIELD_NAME',
  ],
  'no name': [`GET / HTTP/1.1\r\n${HOST}: a\r\n\r\n`, 'INVALID_FIELD_NAME'],
  'a space before the colon': [`GET / HTTP/1.1\r\nHost : a\r\n\r\n`, 'SPACE_BEFORE_COLON'],
  'a folded line': [`GET / HTTP/1.1\r\n${HOST}Ab: c\r\n d\r\n\r\n`, 'OBS_FOLD'],
  'a hash in a target': [`GET /a#b HTTP/1.1\r\n${HOST}\r\n`, 'INVALID_TARGET'],
  'a byte above ASCII in a target': [`GET /\xe9 HTTP/1.1\r\n${HOST}\r\n`, 'INVALID_TARGET'],
  'DEL in a target': [`GET /\x7f HTTP/1.1\r\n${HOST}\r\n`, 'INVALID_TARGET'],
  'two spaces': [`GET  / HTTP/1.1\r\n${HOST}\r\n`, 'INVALID_TARGET'],
  'another name for HTTP': [`GET / HTTQ/1.1\r\n${HOST}\r\n`, 'INVALID_VERSION'],
}

describe('requests', () => {
  test.each(Object.entries(PLAIN_REQUESTS))('are read on the plain path with %s', (_, text) => {
    expect(isPlain('request', text)).toBe(true)
    expect(outcomes('request', text).plain?.error).toBeNull()
    expectAlike('request', text)
  })

  test('are read on the plain path with the largest length that is exact for certain', () => {
    expect(isPlain('request', LARGEST_LENGTH)).toBe(true)
    expect(outcomes('request', LARGEST_LENGTH).plain?.error).toMatchObject({ code: 'TRUNCATED' })
    expectAlike('request', LARGEST_LENGTH)
  })

  test.each(Object.entries(OTHER_REQUESTS))('are left to the other scanners with %s', (_, text) => {
    expect(isPlain('request', text)).toBe(false)
    expect(outcomes('request', text).plain?.error).toBeNull()
    expectAlike('request', text)
  })

  test.each(Object.entries(REFUSED_REQUESTS))('are refused with %s', (_, [text, code]) => {
    // Also after a head with known names, which the tree of names contains by then.
    const known = `GET / HTTP/1.1\r\n${HOST}Accept: a\r\n\r\n`
    expect(outcomes('request', text).plain?.error?.code).toBe(code)
    expectAlike('request', text)
    expectAlike('request', known + text)
  })
})

describe('responses', () => {
  const length = 'Content-Length: 2\r\n\r\nok'

  test.each([
    ['a length', `HTTP/1.1 200 OK\r\n${length}`],
    ['no reason', `HTTP/1.1 200 \r\n${length}`],
    ['a long reason', `HTTP/1.1 999 ${'r'.repeat(30)}\r\n${length}`],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['the end of the connection', 'HTTP/1.1 200 OK\r\nServer: a\r\n\r\nok'],
    ['close', `HTTP/1.1 200 OK\r\nConnection: close\r\n${length}`],
    [
      '304 and a length that means another response',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n',
    ],
    ['204', 'HTTP/1.1 204 No Content\r\nServer: a\r\n\r\n'],
    ['HTTP/1.0', `HTTP/1.0 200 OK\r\n${length}`],
    ['HTTP/1.0 that is kept alive', `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${length}`],
    [
      'what means something in requests only',
      `HTTP/1.1 200 OK\r\nHost: a\r\nHost: a b\r\nExpect: c\r\n${length}`,
    ],
  ])('are read on the plain path with %s', (_, text) => {
    expect(isPlain('response', text)).toBe(true)
    expect(outcomes('response', text).plain?.error).toBeNull()
    expectAlike('response', text)
  })

  test.each([
    ['100', `HTTP/1.1 100 Continue\r\nServer: a\r\n\r\nHTTP/1.1 200 OK\r\n${length}`],
    ['101', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n'],
    ['no space after the status', `HTTP/1.1 200\r\n${length}`],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['the same length twice', `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${length}`],
    ['a folded line', `HTTP/1.1 200 OK\r\nAb: c\r\n d\r\n${length}`],
  ])('are left to the other scanners with %s', (_, text) => {
    expect(isPlain('response', text)).toBe(false)
    expect(outcomes('response', text).plain?.error).toBeNull()
    expectAlike('response', text)
  })

  test.each([
    ['HEAD', true],
    ['CONNECT', false],
  ])('to %s have no content (read on the plain path: %s)', (method, plain) => {
    const parser = new ResponseParser().respondsTo(method)
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'
    expect(isPlain('response', text, {}, method)).toBe(plain)
    const [head] = parser.push(toBytes(text))
    expect(head).toMatchObject({ framing: 'none', contentLength: plain ? 2 : null })
  })

  test('are framed by the methods given to respondsTo, one for each response', () => {
    const parser = new ResponseParser().respondsTo('GET').respondsTo('HEAD')
    const text = `HTTP/1.1 200 OK\r\n${length}HTTP/1.1 200 OK\r\n${length.slice(0, -2)}`
    const heads = [...parser.push(toBytes(text))].filter(({ type }) => type === 'response')
    expect(heads).toMatchObject([{ framing: 'length' }, { framing: 'none' }])
  })
})

describe('limits of the plain path', () => {
  const text = `GET /1234 HTTP/1.1\r\n${HOST}Accept: 1234\r\n\r\n`

  test.each([
    ['maxHead', text.length, 'HEAD_TOO_LARGE'],
    ['maxFields', 2, 'TOO_MANY_FIELDS'],
  ])('%s of %d is read on the plain path, and one less is refused', (name, size, code) => {
    expect(isPlain('request', text, { limits: { [name]: size } })).toBe(true)
    expectAlike('request', text, { limits: { [name]: size } })
    const less = { limits: { [name]: size - 1 } }
    expect(outcomes('request', text, less).plain?.error?.code).toBe(code)
    expectAlike('request', text, less)
  })

  test.each([
    ['maxTarget', 5, 'TARGET_TOO_LONG'],
    ['maxStartLine', 18, 'START_LINE_TOO_LONG'],
    ['maxFieldLine', 17, 'FIELD_LINE_TOO_LONG'],
  ])(
    '%s is enforced by the other scanners if the head is longer than the limit',
    (name, size, code) => {
      expect(isPlain('request', text, { limits: { [name]: size } })).toBe(false)
      expectAlike('request', text, { limits: { [name]: size } })
      const less = { limits: { [name]: size - 1 } }
      expect(outcomes('request', text, less).plain?.error?.code).toBe(code)
    },
  )

  test('maxFields refuses an excess field line at its start, before the line is complete', () => {
    const parser = new RequestParser({ limits: { maxFields: 1 } })
    parser.push(toBytes(`GET / HTTP/1.1\r\n${HOST}Acc`))
    expect(() => parser.read()).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_FIELDS', offset: 35 }),
    )
  })
})

describe('a head in pieces', () => {
  const text = `GET /path HTTP/1.1\r\n${HOST}User-Agent: test\r\nAccept: */*\r\n\r\n`
  const bytes = toBytes(text)

  test('is read on the plain path in two pieces, wherever it is cut after the request-line', () => {
    const firstField = text.indexOf(HOST)
    for (let at = firstField; at < bytes.length; at++) {
      expect(readPlain('request', text.slice(0, at)), `cut at ${at}`).toBeNull()
      const parser = new RequestParser().push(bytes.slice(0, at))
      expect(parser.read()).toBeNull()
      const head = parser.push(bytes.slice(at)).read()
      if (head?.type !== 'request') throw new Error('no head')
      expect(shapeOf(head), `cut at ${at}`).toBeDefined()
    }
  })

  test('is read by the other scanners in three pieces', () => {
    const parser = new RequestParser()
    const pieces = [bytes.slice(0, 30), bytes.slice(30, 40), bytes.slice(40)]
    const [head] = pieces.flatMap((piece) => [...parser.push(piece)])
    if (head?.type !== 'request') throw new Error('no head')
    expect(shapeOf(head)).toBeUndefined()
  })

  test('leaves the bytes after it to the next head', () => {
    const parser = new RequestParser()
    const first = toBytes(text.slice(0, 40))
    const second = toBytes(`${text.slice(40)}${text}${text.slice(0, 30)}`)
    const targets: string[] = []
    for (const chunk of [first, second, toBytes(text.slice(30))]) {
      for (const event of parser.push(chunk)) {
        if (event.type === 'request') targets.push(`${event.offset} ${event.headers.get('accept')}`)
      }
    }
    expect(targets).toEqual(['0 */*', `${text.length} */*`, `${2 * text.length} */*`])
  })

  test('is refused with TRUNCATED at the end of the input if it is incomplete', () => {
    const parser = new RequestParser().push(toBytes(text.slice(0, -2)))
    expect(parser.read()).toBeNull()
    expect(() => parser.finish().read()).toThrow(
      expect.objectContaining({ code: 'TRUNCATED', offset: text.length - 2 }),
    )
  })

  test('is refused before it is complete if it contains an invalid byte', () => {
    const parser = new RequestParser().push(toBytes(`GET / HTTP/1.1\r\n${HOST}A\x01`))
    expect(() => parser.read()).toThrow(expect.objectContaining({ code: 'INVALID_FIELD_NAME' }))
  })
})

describe('a head larger than the first look', () => {
  // The first look loads up to twice FIRST_LOOK, the second one 16 kB.
  test.each([2 * FIRST_LOOK + 1, 12_000, 40_000])(
    'is read on the plain path if it is in one chunk, with the same result as byte by byte: %d bytes',
    (size) => {
      const limits = { maxTarget: size, maxStartLine: size, maxFieldLine: size }
      const frame = `GET / HTTP/1.1\r\n${HOST}Cookie: \r\n\r\n`.length
      const text = `GET / HTTP/1.1\r\n${HOST}Cookie: ${'c'.repeat(size - frame)}\r\n\r\n`
      const bytes = toBytes(text)
      expect(bytes).toHaveLength(size)
      const head = new RequestParser({ limits }).push(bytes).read()
      if (head?.type !== 'request') throw new Error('no head')
      expect(shapeOf(head)).toBeDefined()
      const [uncut, inBytes] = [[bytes], eachByte(bytes)].map((chunks) =>
        runParser('request', chunks, { limits }),
      )
      expect(uncut).toEqual(inBytes)
    },
  )
})

test('more than half of the captured heads are read on the plain path', () => {
  let heads = 0
  let plain = 0
  for (const { request, response } of loadCaptures().connections) {
    for (const [kind, bytes] of [
      ['request', request],
      ['response', response],
    ] as const) {
      if (bytes === null) continue
      const parser = makeParser(kind)
      try {
        for (const event of parser.push(bytes)) {
          if (event.type !== 'request' && event.type !== 'response') continue
          heads++
          if (shapeOf(event) !== undefined) plain++
        }
      } catch {
        // Some of what was recorded is refused: see test/captures.
      }
    }
  }
  expect(heads).toBeGreaterThan(1_000)
  expect(plain / heads).toBeGreaterThan(0.5)
})
