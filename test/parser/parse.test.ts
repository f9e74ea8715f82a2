/**
 * `parse` and `safeParse` read one buffer, whose end is the end of the stream.
 */

import { describe, expect, test } from 'vitest'
import { HttpError, parse, safeParse } from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { text } from '../support/refusals.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const POST = 'POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('parse', () => {
  test('returns the head, body and trailers of every message', () => {
    const chunked =
      'POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n' +
      '3;a=b\r\nfoo\r\n3\r\nbar\r\n0\r\nDigest: x\r\n\r\n'
    const { messages, rest } = parse(toBytes(GET + chunked + POST), { kind: 'request' })
    expect(
      messages.map(({ head, body, trailers }) => [
        `${head.method} ${head.target}`,
        text(body),
        trailers.toJSON(),
      ]),
    ).toEqual([
      ['GET /', '', []],
      ['POST /c', 'foobar', [['Digest', 'x']]],
      ['POST /p', 'hello', []],
    ])
    expect(rest).toHaveLength(0)
  })

  test('returns no messages for empty input or an empty line', () => {
    expect(parse(new Uint8Array(0))).toEqual({ messages: [], rest: new Uint8Array(0) })
    expect(parse(toBytes('\r\n')).messages).toEqual([])
  })

  test.each([
    ['GET / HTTP/1.0\r\n\r\n', 'request'],
    ['HTTP/1.1 204 No Content\r\n\r\n', 'response'],
    ['\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', 'response'],
    // A method that only begins like a version.
    ['HTTP / HTTP/1.0\r\n\r\n', 'request'],
    ['HTTPS / HTTP/1.0\r\n\r\n', 'request'],
  ])('detects from %j that it is a %s', (input, kind) => {
    expect(parse(toBytes(input)).messages[0]?.head.type).toBe(kind)
  })

  test('reads the kind that is given, and throws for messages of the other kind', () => {
    expect(() => parse(toBytes(GET), { kind: 'response' })).toThrow(HttpError)
    expect(() => parse(toBytes(OK), { kind: 'request' })).toThrow(HttpError)
    expect(parse(toBytes(GET), { kind: 'request' }).messages[0]?.head.method).toBe('GET')
    expect(parse(toBytes(OK), { kind: 'response' }).messages[0]?.head.status).toBe(200)
  })

  test('frames final responses by requestMethods and skips interim responses', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'
    const input = `${head}HTTP/1.1 100 Continue\r\n\r\n${OK}${head}ok`
    const { messages } = parse(toBytes(input), { requestMethods: ['HEAD', 'POST'] })
    expect(messages.map(({ body }) => text(body))).toEqual(['', '', 'ok', 'ok'])
  })

  test('reads responses if given requestMethods, and refuses these for kind: request', () => {
    expect(() => parse(toBytes(GET), { requestMethods: ['GET'] })).toThrow(
      expect.objectContaining({ code: 'INVALID_VERSION', status: 502 }),
    )
    expect(() => parse(toBytes(GET), { kind: 'request', requestMethods: ['HEAD'] })).toThrow(
      /requestMethods are for kind: 'response'/,
    )
  })

  test('returns a body in one piece as a view, and a body in several chunks as a copy', () => {
    const bytes = toBytes(
      `${POST}POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n`,
    )
    const [one, other] = parse(bytes).messages
    expect(one?.body.buffer).toBe(bytes.buffer)
    expect(one?.head.bytes.buffer).toBe(bytes.buffer)
    expect(other?.body.buffer).not.toBe(bytes.buffer)
    expect(text(other?.body ?? bytes)).toBe('ab')
  })

  test('returns an empty body as a view, and with copy: true as an array of its own', () => {
    const bytes = toBytes(GET)
    expect(parse(bytes).messages[0]?.body.buffer).toBe(bytes.buffer)
    const [one, other] = parse(toBytes(GET + GET), { copy: true }).messages
    expect(one?.body).toHaveLength(0)
    expect(one?.body.buffer).not.toBe(other?.body.buffer)
  })

  test('returns no views with copy: true', () => {
    const bytes = toBytes(POST)
    const [message] = parse(bytes, { copy: true }).messages
    expect(message?.body.buffer).not.toBe(bytes.buffer)
    expect(message?.head.bytes.buffer).not.toBe(bytes.buffer)
    bytes.fill(0)
    expect(text(message?.body ?? bytes)).toBe('hello')
    expect(message?.head.headers.get('host')).toBe('a')
  })

  test.each([
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', []],
    [
      'Upgrade',
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      undefined,
    ],
    ['101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', []],
    ['2xx to CONNECT', 'HTTP/1.1 200 OK\r\n\r\n', ['CONNECT']],
  ])('stops after %s and returns the bytes after it as the rest', (_, head, requestMethods) => {
    const bytes = toBytes(`${head}${GET}\0`)
    const { messages, rest } = parse(bytes, { requestMethods })
    expect(messages).toHaveLength(1)
    expect(text(rest)).toBe(`${GET}\0`)
    expect(rest.buffer).toBe(bytes.buffer)
  })

  test('ends a close-delimited body at the end of the input', () => {
    const { messages } = parse(toBytes('HTTP/1.1 200 OK\r\n\r\nall of it'))
    expect(text(messages[0]?.body ?? new Uint8Array())).toBe('all of it')
  })

  test('returns an empty rest without a protocol switch, even after trailing empty lines', () => {
    expect(parse(toBytes(GET)).rest).toHaveLength(0)
    expect(parse(toBytes(`${GET}\r\n`)).rest).toHaveLength(0)
    expect(parse(toBytes('\r\n\r\n')).rest).toHaveLength(0)
  })

  test('throws for invalid or truncated input', () => {
    expect(() => parse(toBytes(`${GET}\0`))).toThrow(HttpError)
    expect(() => parse(toBytes(GET.slice(0, -1)))).toThrow(/in a head/)
    expect(() => parse(toBytes(POST.slice(0, -1)))).toThrow(/Content-Length/)
  })

  test('applies limits and leniency', () => {
    expect(() => parse(toBytes(GET), { limits: { maxHead: GET.length - 1 } })).toThrow(HttpError)
    expect(parse(toBytes(GET), { limits: { maxHead: GET.length } }).messages).toHaveLength(1)
    const lenient = { leniency: { allowMissingHost: true } }
    expect(parse(toBytes('GET / HTTP/1.1\r\n\r\n'), lenient).messages).toHaveLength(1)
  })

  test('reads only the bytes of a view into a larger buffer', () => {
    const memory = toBytes(`xxx${POST}xxx`)
    const { messages, rest } = parse(memory.subarray(3, 3 + POST.length))
    expect(messages).toHaveLength(1)
    expect(text(messages[0]?.body ?? memory)).toBe('hello')
    expect(rest).toHaveLength(0)
  })
})

describe('safeParse', () => {
  test('returns ok: true and all messages for valid input', () => {
    const result = safeParse(toBytes(GET + GET))
    expect(result.ok).toBe(true)
    expect(result.messages).toHaveLength(2)
    expect(result.rest).toHaveLength(0)
    expect('error' in result).toBe(false)
  })

  test('returns the messages before the error, and all bytes after them as the rest', () => {
    const bad = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\nbody'
    const bytes = toBytes(GET + POST + bad)
    const result = safeParse(bytes)
    expect(result).toMatchObject({
      ok: false,
      error: {
        code: 'INVALID_CONTENT_LENGTH',
        offset: (GET + POST + bad).indexOf('x\r\n\r\nbody'),
      },
    })
    expect(result.messages.map(({ body }) => text(body))).toEqual(['', 'hello'])
    expect(text(result.rest)).toBe(bad)
    expect(result.rest.buffer).toBe(bytes.buffer)
  })

  test('returns no incomplete message', () => {
    const result = safeParse(toBytes(GET + POST.slice(0, -1)))
    expect(result).toMatchObject({ ok: false, error: { code: 'TRUNCATED' } })
    expect(result.messages).toHaveLength(1)
    expect(text(result.rest)).toBe(POST.slice(0, -1))
  })

  test('throws for invalid arguments', () => {
    expect(() => safeParse('GET' as never)).toThrow(TypeError)
    expect(() => safeParse(toBytes(GET), { kind: null as never })).toThrow(/^kind must be/)
    expect(() => safeParse(toBytes(GET), { requestMethods: [1] as never })).toThrow(
      'each member of requestMethods must be a string, not 1',
    )
    expect(() => safeParse(toBytes(GET), { limits: { maxHead: 0 } })).toThrow(RangeError)
  })
})
