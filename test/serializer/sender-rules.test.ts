/**
 * What RFC 9112 and RFC 9110 require of senders, clause by clause: the tests that
 * docs/conformance.md cites where no other test covers a rule. Each asserts what is written or
 * what is refused.
 */

import { describe, expect, test } from 'vitest'
import {
  type ContentInit,
  type ErrorCode,
  Fields,
  parse,
  type RequestEventInit,
  type RequestHeadInit,
  RequestSerializer,
  type ResponseHeadInit,
  type SerializeOptions,
  serialize,
} from '../../src/index.ts'
import { thrown } from '../support/refusals.ts'
import { readEvents, write } from '../support/run-serializer.ts'
import { latin1 } from '../support/wire-text.ts'

/** The bytes of a GET request with the members of `head` in place of the defaults. */
function request(head: Partial<RequestHeadInit>, body?: ContentInit): string {
  const whole = { method: 'GET', target: '/', headers: [['Host', 'a']] as const, ...head }
  return latin1(serialize(body === undefined ? { head: whole } : { head: whole, body }))
}

/** The bytes of a 200 response with the members of `head` in place of the defaults. */
function response(
  head: Partial<ResponseHeadInit>,
  body: ContentInit = '',
  options: SerializeOptions = {},
): string {
  return latin1(serialize({ head: { status: 200, ...head }, body }, options))
}

function writeRequests(...events: RequestEventInit[]): string {
  const serializer = new RequestSerializer()
  return latin1(Buffer.concat(events.flatMap((event) => serializer.write(event))))
}

/** The bytes of `wire` after it was parsed and written again. */
function forward(wire: string, options: SerializeOptions = {}): string {
  const leniency = { allowLengthWithTransferEncoding: true }
  const [message] = parse(Buffer.from(wire, 'latin1'), { leniency }).messages
  if (message === undefined) throw new Error('no message')
  return latin1(serialize(message, options))
}

function expectRefusal(code: ErrorCode, run: () => unknown): void {
  expect(thrown(run)).toMatchObject({ name: 'HttpError', code, side: 'local' })
}

const GET: RequestHeadInit = { method: 'GET', target: '/', headers: { Host: 'a' } }
const CHUNKED: ResponseHeadInit = { status: 200, headers: { 'Transfer-Encoding': 'chunked' } }
const END = { type: 'end' } as const

describe('message boundaries', () => {
  test('add no bytes between consecutive requests', () => {
    const post = { method: 'POST', target: '/', headers: { Host: 'a', 'Content-Length': '1' } }
    expect(writeRequests(post, { type: 'data', bytes: 'x' }, END, GET, END)).toBe(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    )
  })

  test('add no CRLF after the content: a CRLF counts as content and must fit Content-Length', () => {
    const post = { method: 'POST', target: '/', headers: { Host: 'a', 'Content-Length': '1' } }
    expect(request({ method: 'POST' }, 'x\r\n')).toContain('Content-Length: 3\r\n\r\nx\r\n')
    expectRefusal('CONTENT_LENGTH_MISMATCH', () =>
      writeRequests(post, { type: 'data', bytes: 'x\r\n' }),
    )
  })
})

describe('a request-line', () => {
  test('has single spaces between its elements, and HTTP/1.1 unless the caller chooses 1.0', () => {
    expect(request({})).toBe('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(request({ version: '1.0' })).toBe('GET / HTTP/1.0\r\nHost: a\r\n\r\n')
  })

  test('may have a request-target of 100 kB', () => {
    const target = `/${'a'.repeat(100_000)}`
    expect(request({ target })).toBe(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
  })

  test.each(['', '?q', 'a', '//a b', '/a#b'])('is refused with the target %j', (target) => {
    expectRefusal('INVALID_TARGET', () => request({ target }))
  })

  test('may have visible ASCII in its request-target that is not valid in a URI', () => {
    expect(request({ target: '/a|{}"%zz' })).toMatch(/^GET \/a\|\{\}"%zz HTTP/)
  })

  test.each(['http:///', 'https:///', 'http://:80/', 'https:a', 'http://u@a/', 'https://u:p@a/'])(
    'is refused with an http or https URI that has no host or has userinfo: %s',
    (target) => {
      expectRefusal('INVALID_TARGET', () => request({ target }))
    },
  )

  test('has a host and port as its request-target for CONNECT, and only for CONNECT', () => {
    expect(request({ method: 'CONNECT', target: 'a:443' })).toMatch(/^CONNECT a:443 HTTP/)
    for (const target of ['a', 'a:', ':80', 'a:0', 'a:65536', 'u@a:80']) {
      expectRefusal('INVALID_TARGET', () => request({ method: 'CONNECT', target }))
    }
    for (const target of ['/', '*', 'http://a:80/']) {
      expectRefusal('TARGET_UNFIT_FOR_METHOD', () => request({ method: 'CONNECT', target }))
    }
    expectRefusal('TARGET_UNFIT_FOR_METHOD', () => request({ target: 'a:80' }))
  })

  test('has an asterisk as its request-target for OPTIONS, but not for GET', () => {
    expect(request({ method: 'OPTIONS', target: '*' })).toMatch(/^OPTIONS \* HTTP/)
    expectRefusal('TARGET_UNFIT_FOR_METHOD', () => request({ target: '*' }))
  })
})

describe('Host', () => {
  test.each(['/', 'http://a/', 'urn:a'])('is required in HTTP/1.1 for the target %s', (target) => {
    expectRefusal('MISSING_HOST', () => request({ target, headers: {} }))
  })

  test('is not required in HTTP/1.0', () => {
    expect(request({ version: '1.0', headers: {} })).toBe('GET / HTTP/1.0\r\n\r\n')
  })

  test('is refused if it is repeated or invalid, in HTTP/1.0 and in HTTP/1.1', () => {
    for (const version of ['1.0', '1.1'] as const) {
      const twice = ['Host', 'a', 'host', 'a']
      expectRefusal('REPEATED_HOST', () => request({ version, headers: twice }))
      for (const host of ['u@a', 'a b', 'a:b', 'a, a']) {
        expectRefusal('INVALID_HOST', () => request({ version, headers: { Host: host } }))
      }
    }
  })

  test('may be empty', () => {
    expect(request({ target: 'urn:a', headers: { Host: '' } })).toBe(
      'GET urn:a HTTP/1.1\r\nHost:\r\n\r\n',
    )
  })
})

describe('a status-line', () => {
  test('has a space after the status code, even if the reason phrase is empty', () => {
    expect(response({ status: 204 })).toBe('HTTP/1.1 204 No Content\r\n\r\n')
    expect(response({ status: 204, reason: '' })).toBe('HTTP/1.1 204 \r\n\r\n')
    expect(response({ status: 299 })).toMatch(/^HTTP\/1\.1 299 \r\n/)
  })

  test('gets the space after the status code that a parsed one lacked, or is refused verbatim', () => {
    expect(forward('HTTP/1.1 204\r\n\r\n')).toBe('HTTP/1.1 204 \r\n\r\n')
    expectRefusal('INVALID_STATUS', () => forward('HTTP/1.1 204\r\n\r\n', { verbatim: true }))
  })
})

describe('a field line', () => {
  test('is never written folded: a parsed obs-fold is unfolded, or refused verbatim', () => {
    expectRefusal('INVALID_FIELD_VALUE', () => response({ headers: { A: 'b\r\n c' } }))
    const folded = 'HTTP/1.1 204 \r\nA: b\r\n \t c\r\n\r\n'
    expect(forward(folded)).toBe('HTTP/1.1 204 \r\nA: b c\r\n\r\n')
    expectRefusal('OBS_FOLD', () => forward(folded, { verbatim: true }))
  })
})

describe('Transfer-Encoding', () => {
  const coded = (coding: string): string =>
    response({ headers: { 'Transfer-Encoding': coding } }, 'x')

  test('frames a response as chunked if chunked comes last, and until close without chunked', () => {
    expect(coded('gzip, chunked')).toContain('\r\n\r\n1\r\nx\r\n0\r\n\r\n')
    expect(coded('gzip')).toBe('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx')
  })

  test('is allowed in a 304 and in a response to HEAD, and frames nothing there', () => {
    const headers = { 'Transfer-Encoding': 'chunked' }
    const lines = '\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(response({ status: 304, headers })).toBe(`HTTP/1.1 304 Not Modified${lines}`)
    expect(response({ headers }, '', { requestMethod: 'HEAD' })).toBe(`HTTP/1.1 200 OK${lines}`)
  })

  test('is written without the empty list members that were parsed', () => {
    expect(
      forward('HTTP/1.1 200 \r\nTransfer-Encoding: ,gzip,,chunked\r\n\r\n0\r\n\r\n'),
    ).toContain('\r\nTransfer-Encoding: gzip, chunked\r\n')
  })

  test('replaces Content-Length in a response parsed with both, which gets Connection: close', () => {
    const both = 'Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    expect(forward(`HTTP/1.1 200 \r\n${both}`)).toBe(
      'HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    )
  })
})

test.each([
  ['Content-Length', '0'],
  ['Transfer-Encoding', 'chunked'],
])('%s is removed from a parsed 204 response, which must not have it', (name, value) => {
  expect(forward(`HTTP/1.1 204 \r\nA: b\r\n${name}: ${value}\r\n\r\n`)).toBe(
    'HTTP/1.1 204 \r\nA: b\r\n\r\n',
  )
})

describe('Content-Length', () => {
  test('is added to a response that can have content', () => {
    expect(response({}, 'hello')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
    expect(response({ status: 205 })).toMatch(/\r\nContent-Length: 0\r\n\r\n$/)
  })

  test('is added to a request with content, and as 0 if only the method anticipates content', () => {
    expect(request({}, 'hello')).toMatch(/\r\nContent-Length: 5\r\n\r\nhello$/)
    for (const method of ['POST', 'PUT', 'PATCH']) {
      expect(request({ method })).toMatch(/\r\nContent-Length: 0\r\n\r\n$/)
    }
  })

  test('is not added to a request without content whose method does not anticipate any', () => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']) {
      expect(request({ method })).toBe(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`)
    }
  })

  test('is not added beside Transfer-Encoding, nor to a response that cannot have content', () => {
    expect(latin1(serialize({ head: CHUNKED }))).not.toContain('Content-Length')
    expect(response({ status: 304 })).toBe('HTTP/1.1 304 Not Modified\r\n\r\n')
    expect(response({ status: 204 })).toBe('HTTP/1.1 204 No Content\r\n\r\n')
    for (const requestMethod of ['HEAD', 'CONNECT']) {
      expect(response({}, '', { requestMethod })).toBe('HTTP/1.1 200 OK\r\n\r\n')
    }
  })

  test('may be set in a 304 and in a response to HEAD, where no content is sent', () => {
    const headers = { 'Content-Length': '9' }
    const line = '\r\nContent-Length: 9\r\n\r\n'
    expect(response({ status: 304, headers })).toBe(`HTTP/1.1 304 Not Modified${line}`)
    expect(response({ headers }, '', { requestMethod: 'HEAD' })).toBe(`HTTP/1.1 200 OK${line}`)
  })

  test('is written once if it was parsed repeated with the same value', () => {
    for (const repeated of ['1, 1', '1\r\nContent-Length: 1']) {
      expect(forward(`HTTP/1.1 200 \r\nContent-Length: ${repeated}\r\n\r\nx`)).toBe(
        'HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx',
      )
    }
  })
})

describe('a chunk extension', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

  test('is written without the bad whitespace and needless backslash that were parsed', () => {
    const read = Buffer.from(`${head}1 ; a = "\\b"\r\nx\r\n0\r\n\r\n`)
    expect(latin1(write('response', readEvents('response', read)))).toBe(
      `${head}1;a=b\r\nx\r\n0\r\n\r\n`,
    )
  })
})

describe('forwarding', () => {
  test('writes a higher minor version as HTTP/1.1, and refuses it verbatim', () => {
    expect(forward('GET / HTTP/1.2\r\nHost: a\r\n\r\n')).toMatch(/^GET \/ HTTP\/1\.1\r\n/)
    expectRefusal('INVALID_VERSION', () =>
      forward('GET / HTTP/1.2\r\nHost: a\r\n\r\n', { verbatim: true }),
    )
  })

  test('writes unknown fields, and keeps all field lines in order', () => {
    const lines = 'Host: a\r\nX-Y: 2\r\nx-y: 1\r\nSet-Cookie: a=b\r\nX-Y: 3\r\n'
    expect(forward(`GET / HTTP/1.1\r\n${lines}\r\n`)).toBe(`GET / HTTP/1.1\r\n${lines}\r\n`)
  })

  test('removes Connection and the fields that it names from headers and trailers', () => {
    const lines = [...['Connection', 'close, X-A'], ...['x-a', '1', 'B', '2', 'connection', 'c']]
    const headers = Fields.from(lines)
    const trailers = Fields.from(['X-A', '1', 'C', '2', 'D', '3'])
    expect(trailers.deleteHopByHop(headers).raw()).toEqual(['D', '3'])
    expect(headers.deleteHopByHop().raw()).toEqual(['B', '2'])
  })

  test('removes the known hop-by-hop fields even if Connection does not name them', () => {
    const names = ['Keep-Alive', 'proxy-connection', 'TE', 'Transfer-Encoding', 'Upgrade', 'Via']
    const fields = Fields.from(names.map((name) => [name, 'x'] as const))
    expect(fields.deleteHopByHop().raw()).toEqual(['Via', 'x'])
  })

  test('refuses a request whose Host was removed because Connection names it', () => {
    const wire = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: host\r\n\r\n'
    const [message] = parse(Buffer.from(wire)).messages
    if (message === undefined) throw new Error('no message')
    message.head.headers.deleteHopByHop()
    expectRefusal('MISSING_HOST', () => serialize(message))
  })
})

describe('content in a message that must not have any although its framing could carry it', () => {
  const TRACE: RequestHeadInit = { method: 'TRACE', target: '/', headers: { Host: 'a' } }
  const chunked = { Host: 'a', 'Transfer-Encoding': 'chunked' }

  test('is refused in a TRACE request, with and without the chunked coding', () => {
    expectRefusal('CONTENT_NOT_ALLOWED', () => serialize({ head: TRACE, body: 'x' }))
    const head = { ...TRACE, headers: chunked }
    expectRefusal('CONTENT_NOT_ALLOWED', () => serialize({ head, body: 'x' }))
    expect(latin1(serialize({ head: TRACE }))).toBe('TRACE / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(latin1(serialize({ head }))).toMatch(/\r\n\r\n0\r\n\r\n$/)
  })

  test('is refused in a 205 response, with and without the chunked coding', () => {
    const reset = (headers: ResponseHeadInit['headers'] = {}) => ({ status: 205, headers })
    expectRefusal('CONTENT_NOT_ALLOWED', () => serialize({ head: reset(), body: 'x' }))
    const head = reset({ 'Transfer-Encoding': 'chunked' })
    expectRefusal('CONTENT_NOT_ALLOWED', () => serialize({ head, body: 'x' }))
    expect(response({ status: 205 })).toMatch(/^HTTP\/1\.1 205 .*\r\nContent-Length: 0\r\n\r\n$/s)
    expect(latin1(serialize({ head }))).toMatch(/\r\n\r\n0\r\n\r\n$/)
  })
})
