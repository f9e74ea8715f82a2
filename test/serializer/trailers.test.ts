/**
 * Which fields may be trailers: of generated fields, those whose definition permits it; of received
 * fields that are forwarded, all that a parser accepts.
 */

import { describe, expect, test } from 'vitest'
import { Fields, type RequestHead, RequestParser, RequestSerializer } from '../../src/index.ts'
import { expectRefused, expectTypeError, text } from '../support/refusals.ts'

const HEAD = {
  method: 'POST',
  target: '/',
  headers: { Host: 'a', 'Transfer-Encoding': 'chunked' },
} as const

function chunked(): RequestSerializer {
  const serializer = new RequestSerializer()
  serializer.write(HEAD)
  return serializer
}

function write(trailers: Fields | Record<string, string>): string {
  return text(...chunked().write({ type: 'end', trailers }))
}

/** The trailers of a message that was received with these field lines. */
function received(lines: string): Fields {
  const parser = new RequestParser()
  parser.push(
    Buffer.from(
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${lines}\r\n`,
      'latin1',
    ),
  )
  for (const event of parser) if (event.type === 'end') return event.trailers
  throw new Error('no end')
}

describe('generated trailers', () => {
  test.each(['ETag', 'Accept-Ranges', 'Authentication-Info', 'Digest', 'X-Checksum', 'Hosts'])(
    'may contain %s',
    (name) => {
      expect(write({ [name]: 'a' })).toBe(`0\r\n${name}: a\r\n\r\n`)
    },
  )

  // The kinds of fields that RFC 9110 s. 6.5.1 lists, and the fields for framing and routing.
  test.each([
    ...['Content-Length', 'transfer-encoding', 'HOST', 'Trailer', 'TE', 'Connection', 'Upgrade'],
    ...['Keep-Alive', 'Proxy-Connection', 'Max-Forwards', 'Via', 'Expect'],
    ...['Authorization', 'WWW-Authenticate', 'Proxy-Authenticate', 'Proxy-Authorization'],
    ...['Set-Cookie', 'cookie', 'From', 'Referer', 'User-Agent', 'Server'],
    ...['If-Match', 'If-None-Match', 'If-Range', 'If-Modified-Since', 'If-Unmodified-Since'],
    ...['Range', 'Content-Range', 'Last-Modified', 'Date', 'Age', 'Expires', 'Cache-Control'],
    ...['Content-Type', 'Content-Encoding', 'Content-Language', 'Content-Location', 'Location'],
    ...['Accept', 'Accept-Charset', 'Accept-Encoding', 'Accept-Language', 'Allow', 'Vary'],
    ...['Retry-After', 'Pragma', 'Warning'],
  ])('are refused as FORBIDDEN_TRAILER if they contain %s', (name) => {
    const serializer = chunked()
    const { offset } = serializer
    const trailers = { 'X-Checksum': 'a', [name]: '1' }
    expectRefused(() => serializer.write({ type: 'end', trailers }), 'FORBIDDEN_TRAILER', offset)
    expect(text(...serializer.write({ type: 'end' }))).toBe('0\r\n\r\n')
  })

  test.each([null, 1, 'A: b', true])('are refused with a TypeError if they are %j', (trailers) => {
    const serializer = chunked()
    const event = { type: 'end', trailers } as never
    expectTypeError(() => serializer.write(event), /^trailers must be /)
    expect(text(...serializer.write({ type: 'end' }))).toBe('0\r\n\r\n')
  })
})

describe('forwarded trailers', () => {
  test('may contain received fields that are forbidden in generated trailers', () => {
    const fields = received('Set-Cookie:a \r\nDate: b\r\nX: c\r\n')
    expect(write(fields)).toBe('0\r\nSet-Cookie: a\r\nDate: b\r\nX: c\r\n\r\n')
    expect(write(Fields.from(fields))).toBe('0\r\nSet-Cookie: a\r\nDate: b\r\nX: c\r\n\r\n')
  })

  test('may be extended with generated fields, to which the rule for generated trailers applies', () => {
    expect(write(received('Date: a\r\n').append('X', 'b'))).toBe('0\r\nDate: a\r\nX: b\r\n\r\n')
    expect(() => write(received('X: a\r\n').append('Date', 'b'))).toThrow(/"Date"/)
    expect(() => write(received('Date: a\r\n').set('date', 'b'))).toThrow(/"date"/)
  })

  test('are refused if they are a parsed header section with a field that no trailer may be', () => {
    const parser = new RequestParser().push(
      Buffer.from('GET / HTTP/1.1\r\nA: b\r\nHost: a\r\n\r\n'),
    )
    const { headers } = parser.read() as RequestHead
    const serializer = chunked()
    const { offset } = serializer
    expectRefused(
      () => serializer.write({ type: 'end', trailers: headers }),
      'FORBIDDEN_TRAILER',
      offset,
    )
    headers.delete('Host')
    expect(text(...serializer.write({ type: 'end', trailers: headers }))).toBe('0\r\nA: b\r\n\r\n')
  })
})

describe('a parsed header section given as trailers', () => {
  /** A head for the plain path, and one for the other scanners. */
  const HEADS = ['GET / HTTP/1.1\r\nHost: a\r\n', '\r\nGET / HTTP/1.0\r\nHost: a\r\n']

  const headers = (head: string, line: string): Fields => {
    const parser = new RequestParser().push(Buffer.from(`${head}${line}\r\n`))
    const fields = (parser.read() as RequestHead).headers
    fields.delete('Host')
    return fields
  }

  test.each(['Set-Cookie: a=b', 'AUTHORIZATION: x', 'Connection: close', 'Date: d'])(
    'is refused as FORBIDDEN_TRAILER if it has a field for headers only: %s',
    (line) => {
      for (const head of HEADS) {
        const trailers = headers(head, `X: y\r\n${line}\r\n`)
        const serializer = chunked()
        const { offset } = serializer
        for (const fields of [trailers, Fields.from(trailers), trailers.append('Z', 'z')]) {
          const event = { type: 'end', trailers: fields } as const
          expectRefused(() => serializer.write(event), 'FORBIDDEN_TRAILER', offset)
        }
      }
    },
  )

  test('is written if all its fields may be trailers', () => {
    for (const head of HEADS)
      expect(write(headers(head, 'ETag: e\r\n'))).toMatch(/ETag: e\r\n\r\n$/)
  })
})

describe('trailers without the chunked coding', () => {
  test.each<[string, Record<string, string>, string]>([
    ['in content with a length', { Host: 'a', 'Content-Length': '1' }, 'x'],
    ['without content', { Host: 'a' }, ''],
  ])('are refused as TRAILERS_NOT_ALLOWED %s, unless they are empty', (_, headers, content) => {
    const serializer = new RequestSerializer()
    serializer.write({ ...HEAD, headers })
    serializer.write({ type: 'data', bytes: content })
    const { offset } = serializer
    for (const trailers of [{ A: 'b' }, received('A: b\r\n')]) {
      expectRefused(
        () => serializer.write({ type: 'end', trailers }),
        'TRAILERS_NOT_ALLOWED',
        offset,
      )
    }
    for (const trailers of [{}, [], new Fields(), received('')]) {
      expect(serializer.write({ type: 'end', trailers })).toEqual([])
      serializer.write({ ...HEAD, headers })
      serializer.write({ type: 'data', bytes: content })
    }
  })
})
