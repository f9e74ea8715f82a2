/**
 * `serialize`: whole messages, built by the caller or parsed, with the Content-Length that they
 * need and without one that they must not have.
 */

import { describe, expect, test } from 'vitest'
import {
  Fields,
  type MessageInit,
  parse,
  type SerializeOptions,
  serialize,
} from '../../src/index.ts'
import { expectRefused, expectTypeError, text } from '../support/refusals.ts'

const HOST = { Host: 'a' }

function write(message: MessageInit, options?: SerializeOptions): string {
  return text(serialize(message, options))
}

function request(method: string, body?: string, headers: Record<string, string> = HOST): string {
  const head = { method, target: '/', headers }
  return write(body === undefined ? { head } : { head, body })
}

describe('a request', () => {
  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'X-OWN', 'post'])(
    'gets no Content-Length for %s without content',
    (method) => {
      expect(request(method)).toBe(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`)
      expect(request(method, '')).toBe(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`)
    },
  )

  test.each(['POST', 'PUT', 'PATCH', 'QUERY'])(
    'gets Content-Length: 0 for %s without content',
    (method) => {
      expect(request(method)).toBe(`${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)
    },
  )

  test.each(['GET', 'POST', 'X-OWN'])('gets the Content-Length of its content for %s', (method) => {
    expect(request(method, 'é')).toBe(
      `${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\xc3\xa9`,
    )
  })

  test('keeps a Content-Length from the caller, which the content must match', () => {
    const headers = { 'content-length': '2', ...HOST }
    expect(request('POST', 'ab', headers)).toBe(
      'POST / HTTP/1.1\r\ncontent-length: 2\r\nHost: a\r\n\r\nab',
    )
    const at = 'POST / HTTP/1.1\r\ncontent-length: 2\r\nHost: a\r\n\r\n'.length
    expectRefused(() => request('POST', 'abc', headers), 'CONTENT_LENGTH_MISMATCH', at)
    expectRefused(() => request('POST', 'a', headers), 'CONTENT_LENGTH_MISMATCH', at + 1)
    expectRefused(() => request('POST', undefined, headers), 'CONTENT_LENGTH_MISMATCH', at)
  })

  test('is written as one chunk with Transfer-Encoding, or as the last chunk only without content', () => {
    const headers = { ...HOST, 'Transfer-Encoding': 'chunked' }
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(request('POST', 'a'.repeat(17), headers)).toBe(
      `${head}11\r\n${'a'.repeat(17)}\r\n0\r\n\r\n`,
    )
    expect(request('POST', '', headers)).toBe(`${head}0\r\n\r\n`)
  })

  test('is refused as CONTENT_IN_CONNECT for CONNECT with content', () => {
    const head = { method: 'CONNECT', target: 'a:1', headers: HOST }
    expect(write({ head })).toBe('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')
    const at = 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n'.length
    expectRefused(() => write({ head, body: 'x' }), 'CONTENT_IN_CONNECT', at)
  })
})

describe('a response', () => {
  test.each([200, 201, 299, 301, 404, 500, 999])('gets Content-Length for status %d', (status) => {
    for (const body of ['', 'abc']) {
      const bytes = write({ head: { status, reason: '' }, body })
      expect(bytes).toBe(`HTTP/1.1 ${status} \r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    }
    expect(write({ head: { status, version: '1.0', reason: '' } })).toContain('Content-Length: 0')
  })

  test.each([100, 101, 103, 204, 304])('has no content and no Content-Length for %d', (status) => {
    const head = { status, reason: '' }
    expect(write({ head })).toBe(`HTTP/1.1 ${status} \r\n\r\n`)
    expectRefused(() => write({ head, body: 'x' }), 'CONTENT_NOT_ALLOWED', 19 - 2)
  })

  test('gets no Content-Length in answer to HEAD, but may set one, and is refused with content', () => {
    const options = { requestMethod: 'HEAD' }
    expect(write({ head: { status: 200 } }, options)).toBe('HTTP/1.1 200 OK\r\n\r\n')
    const head = { status: 200, headers: { 'Content-Length': '5' } }
    expect(write({ head }, options)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
    expect(() => write({ head, body: 'hello' }, options)).toThrow(/content in a message/)
  })

  test('gets no Content-Length in answer to CONNECT if it is 2xx, but gets one otherwise', () => {
    const options = { requestMethod: 'CONNECT' }
    expect(write({ head: { status: 200 } }, options)).toBe('HTTP/1.1 200 OK\r\n\r\n')
    expect(write({ head: { status: 407, reason: '' }, body: 'a' }, options)).toBe(
      'HTTP/1.1 407 \r\nContent-Length: 1\r\n\r\na',
    )
  })

  test('gets no Content-Length if the last transfer coding is not chunked', () => {
    const head = { status: 200, headers: { 'Transfer-Encoding': 'gzip' } }
    expect(write({ head, body: 'zzz' })).toBe(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nzzz',
    )
  })
})

describe('trailers', () => {
  const head = { status: 200, headers: { 'Transfer-Encoding': 'chunked' } }

  test('are written after chunked content, even if it is empty', () => {
    const trailers = [['A', 'b']] as const
    expect(write({ head, body: 'x', trailers })).toMatch(/\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n$/)
    expect(write({ head, trailers })).toMatch(/\r\n\r\n0\r\nA: b\r\n\r\n$/)
  })

  test('are refused as TRAILERS_NOT_ALLOWED without the chunked coding', () => {
    const run = () => write({ head: { status: 200 }, trailers: { A: 'b' } })
    expectRefused(
      run,
      'TRAILERS_NOT_ALLOWED',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'.length,
    )
  })
})

describe('a parsed message', () => {
  const WIRE = [
    'GET / HTTP/1.1\r\nhost:a\r\n\r\n',
    'POST / HTTP/1.0\r\nContent-Length:3\r\n\r\nabc',
    'POST / HTTP/1.1\r\nHost:  a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: t\r\n\r\n',
    'HTTP/1.1 304 \r\nContent-Length:  3\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA:b\r\n\r\nuntil the end',
  ]

  test.each(WIRE)('keeps its fields, content and trailers, and verbatim every byte: %j', (wire) => {
    const [message] = parse(Buffer.from(wire)).messages
    if (message === undefined) throw new Error('no message')
    const [again] = parse(serialize(message)).messages
    const shown = ({ head, body, trailers }: typeof message) => ({
      fields: [...head.headers].filter(
        ([name]) => name !== 'Content-Length' || wire.includes(name),
      ),
      body: text(body),
      trailers: [...trailers],
    })
    expect(again === undefined ? undefined : shown(again)).toEqual(shown(message))
    expect(text(serialize(message, { verbatim: true }))).toBe(wire)
  })

  test('may be written with another body once its Content-Length is deleted', () => {
    const [message] = parse(Buffer.from(WIRE[1] ?? '')).messages
    if (message === undefined) throw new Error('no message')
    expect(() => serialize({ ...message, body: 'longer' })).toThrow(
      expect.objectContaining({ code: 'CONTENT_LENGTH_MISMATCH', side: 'local' }),
    )
    message.head.headers.delete('Content-Length')
    expect(text(serialize({ ...message, body: 'longer' }))).toBe(
      'POST / HTTP/1.0\r\nContent-Length: 6\r\n\r\nlonger',
    )
  })

  test('gets a Content-Length if it ended with the connection, but not verbatim', () => {
    const [message] = parse(Buffer.from(WIRE[4] ?? '')).messages
    if (message === undefined) throw new Error('no message')
    expect(text(serialize(message))).toContain('\r\nContent-Length: 13\r\n')
    expect(text(serialize(message, { verbatim: true }))).not.toContain('Content-Length')
  })
})

describe('the result', () => {
  test('shares no memory with the body or with any other output', () => {
    const body = Buffer.from('abc')
    const withBody = serialize({ head: { status: 200 }, body })
    const without = serialize({ head: { status: 204 } })
    const parsed = parse(withBody).messages[0]
    if (parsed === undefined) throw new Error('no message')
    const again = serialize(parsed, { verbatim: true })
    for (const bytes of [withBody, without, again]) {
      expect(bytes.buffer.byteLength).toBe(bytes.length)
      expect(bytes.byteOffset).toBe(0)
    }
    body.fill(0)
    expect(text(withBody)).toMatch(/abc$/)
  })

  test('is produced without changing the message', () => {
    const headers = Fields.from(HOST)
    const head = Object.freeze({ method: 'POST', target: '/', headers })
    serialize(Object.freeze({ head, body: 'abc' }))
    expect([...headers]).toEqual([['Host', 'a']])
  })
})

describe('a value that is not a message', () => {
  const head = { status: 200 }
  test.each<[string, unknown, RegExp]>([
    ['null', null, /null/],
    ['text', 'HTTP/1.1 200 OK', /a message must be an object, not "HTTP/],
    ['nothing', undefined, /a message must be an object, not undefined/],
    ['no head', {}, /the head of a message must be an object, not undefined/],
    [
      'a head that was parsed and spread, which has lost its fields',
      {
        head: {
          ...parse(Buffer.from('HTTP/1.1 204 A\r\nB: c\r\n\r\n')).messages[0]?.head,
          status: 200,
        },
      },
      /cannot be spread/,
    ],
    ['a head that is null', { head: null }, /the head of a message must be an object, not null/],
    [
      'a head that is text',
      { head: 'GET /' },
      /the head of a message must be an object, not "GET \/"/,
    ],
    ['a head of neither kind', { head: {} }, /a method and a target, or a status/],
    ['a body that is a number', { head, body: 1 }, /content must be .* not 1/],
    ['a body that is null', { head, body: null }, /content must be .* not null/],
    ['a body that is an object', { head, body: {} }, /content must be .* not an object/],
    ['a body with a lone surrogate', { head, body: '\ud800' }, /lone surrogate/],
    ['trailers that are null', { head, trailers: null }, /trailers must be .* not null/],
    [
      'headers that are a number',
      { head: { status: 200, headers: 1 } },
      /headers must be .* not 1/,
    ],
  ])('throws a TypeError that names the fault: %s', (_, message, error) => {
    expectTypeError(() => serialize(message as MessageInit), error)
  })
})
