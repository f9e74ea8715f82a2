/**
 * Requests as they are written, and every rule that a request head can break. Each refusal comes
 * after another message, so that its offset is seen to count from the first byte ever written.
 */

import { describe, expect, test } from 'vitest'
import {
  type ErrorCode,
  type FieldsInit,
  type RequestHeadInit,
  RequestSerializer,
  safeParse,
} from '../../src/index.ts'
import { expectRefused, expectTypeError, text } from '../support/refusals.ts'

const GET = { method: 'GET', target: '/', headers: { Host: 'a' } } as const
const GET_BYTES = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const CHUNKED = { Host: 'a', 'Transfer-Encoding': 'chunked' }

/** A serializer that has written a request. */
function used(): RequestSerializer {
  const serializer = new RequestSerializer()
  serializer.write(GET)
  serializer.write({ type: 'end' })
  return serializer
}

function write(init: RequestHeadInit): string {
  return text(...new RequestSerializer().write(init))
}

describe('a request head', () => {
  test.each<[string, RequestHeadInit, string]>([
    ['with nothing but a Host', GET, GET_BYTES],
    [
      'with its type, version and several lines',
      { ...GET, type: 'request', version: '1.1', headers: ['Host', 'a', 'X', '1', 'x', '2'] },
      'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nx: 2\r\n\r\n',
    ],
    [
      'in HTTP/1.0, which needs no Host',
      { method: 'GET', target: '/', version: '1.0' },
      'GET / HTTP/1.0\r\n\r\n',
    ],
    [
      'with a method of its own',
      { method: "!#$%&'*+-.^_`|~", target: '/?a=%00"<>', headers: { Host: '' } },
      '!#$%&\'*+-.^_`|~ /?a=%00"<> HTTP/1.1\r\nHost:\r\n\r\n',
    ],
    [
      'in absolute-form',
      { ...GET, target: 'http://a:80/b?c' },
      'GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    [
      'in asterisk-form',
      { ...GET, method: 'OPTIONS', target: '*' },
      'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    [
      'in authority-form',
      { ...GET, method: 'CONNECT', target: '[::1]:443' },
      'CONNECT [::1]:443 HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
  ])('is written %s', (_, init, expected) => {
    expect(write(init)).toBe(expected)
    expect(safeParse(Buffer.from(expected, 'latin1'), { kind: 'request' })).toMatchObject({
      ok: true,
    })
  })

  test('gets no Content-Length from the serializer, which does not know the content yet', () => {
    expect(write({ ...GET, method: 'POST' })).not.toContain('Content-Length')
  })
})

describe('headers', () => {
  test.each<[string, FieldsInit]>([
    ['an object', { Host: 'a', X: ['b', 'c'] }],
    ['pairs', [...[['Host', 'a'] as const, ['X', 'b'] as const, ['X', 'c'] as const]]],
    ['a flat array', ['Host', 'a', 'X', 'b', 'X', 'c']],
    ['a set of pairs', new Set([['Host', 'a'] as const, ['X', 'b'] as const, ['X', 'c'] as const])],
  ])('may be given as %s and keep their order and spelling', (_, headers) => {
    expect(write({ ...GET, headers })).toBe('GET / HTTP/1.1\r\nHost: a\r\nX: b\r\nX: c\r\n\r\n')
  })

  test('may be given as a web Headers object, whose names are in lower case', () => {
    const headers = new Headers({ Host: 'a', 'X-Y': 'z' })
    expect(write({ ...GET, headers })).toBe('GET / HTTP/1.1\r\nhost: a\r\nx-y: z\r\n\r\n')
  })

  test('may have the names of members of Object.prototype, such as __proto__', () => {
    const headers = JSON.parse('{"Host":"a","__proto__":"p","constructor":"c"}')
    expect(write({ ...GET, headers })).toContain('\r\n__proto__: p\r\nconstructor: c\r\n')
  })
})

const host = (...lines: string[]) => ({ headers: ['Host', 'a', ...lines] })
const LINES = 'GET / HTTP/1.1\r\nHost: a\r\n'

describe('a request head that a server would refuse', () => {
  test.each<[ErrorCode, Partial<RequestHeadInit>, string]>([
    ['INVALID_METHOD', { method: '' }, ''],
    ['INVALID_METHOD', { method: 'GE T' }, 'GE'],
    ['INVALID_METHOD', { method: 'GET\r\n' }, 'GET'],
    ['INVALID_TARGET', { target: '' }, 'GET '],
    ['INVALID_TARGET', { target: '/a b' }, 'GET /a'],
    ['INVALID_TARGET', { target: '/#a' }, 'GET /'],
    ['INVALID_TARGET', { target: 'a' }, 'GET '],
    ['INVALID_TARGET', { target: 'http://u@a/' }, 'GET '],
    ['INVALID_TARGET', { method: 'CONNECT', target: 'a' }, 'CONNECT '],
    ['TARGET_UNFIT_FOR_METHOD', { target: '*' }, 'GET '],
    ['TARGET_UNFIT_FOR_METHOD', { target: 'a:443' }, 'GET '],
    ['TARGET_UNFIT_FOR_METHOD', { method: 'CONNECT', target: '/' }, 'CONNECT '],
    ['INVALID_VERSION', { version: '1.2' as '1.1' }, 'GET / '],
    ['INVALID_VERSION', { version: 'HTTP/1.1' as '1.1' }, 'GET / '],
    ['INVALID_FIELD_NAME', host('', 'x'), LINES],
    ['INVALID_FIELD_NAME', host('X Y', 'x'), `${LINES}X`],
    ['INVALID_FIELD_NAME', host('X:', 'x'), `${LINES}X`],
    ['INVALID_FIELD_VALUE', host('X', 'a\r\nY: b'), `${LINES}X: a`],
    ['INVALID_FIELD_VALUE', host('X', ' a'), `${LINES}X: `],
    ['MISSING_HOST', { headers: {} }, ''],
    ['REPEATED_HOST', host('host', 'a'), LINES],
    ['INVALID_HOST', { headers: { Host: 'a b' } }, 'GET / HTTP/1.1\r\nHost: '],
    ['INVALID_CONTENT_LENGTH', host('Content-Length', '+1'), `${LINES}Content-Length: `],
    ['INVALID_CONTENT_LENGTH', host('Content-Length', ''), `${LINES}Content-Length:`],
    [
      'INVALID_CONTENT_LENGTH',
      host('Content-Length', '9007199254740992'),
      `${LINES}Content-Length: `,
    ],
    ['REPEATED_CONTENT_LENGTH', host('Content-Length', '1, 1'), LINES],
    [
      'REPEATED_CONTENT_LENGTH',
      host('Content-Length', '1', 'content-length', '1'),
      `${LINES}Content-Length: 1\r\n`,
    ],
    ['INVALID_TRANSFER_ENCODING', host('Transfer-Encoding', ''), `${LINES}Transfer-Encoding:`],
    [
      'INVALID_TRANSFER_ENCODING',
      host('Transfer-Encoding', 'chunked,'),
      `${LINES}Transfer-Encoding: `,
    ],
    [
      'INVALID_TRANSFER_ENCODING',
      host('Transfer-Encoding', 'chunked;a=b'),
      `${LINES}Transfer-Encoding: `,
    ],
    [
      'REPEATED_CHUNKED',
      host('TE', '', 'Transfer-Encoding', 'chunked, CHUNKED'),
      `${LINES}TE:\r\nTransfer-Encoding: `,
    ],
    ['CHUNKED_NOT_LAST', host('Transfer-Encoding', 'chunked, gzip'), LINES],
    ['CHUNKED_NOT_LAST', host('Transfer-Encoding', 'gzip'), LINES],
    [
      'UNKNOWN_TRANSFER_CODING',
      host('Transfer-Encoding', 'gzip, x, chunked'),
      `${LINES}Transfer-Encoding: gzip, `,
    ],
    [
      'LENGTH_WITH_TRANSFER_ENCODING',
      host('Transfer-Encoding', 'chunked', 'Content-Length', '0'),
      LINES,
    ],
    [
      'TRANSFER_ENCODING_IN_HTTP_1_0',
      { version: '1.0', ...host('Transfer-Encoding', 'chunked') },
      LINES,
    ],
    [
      'CONTENT_IN_CONNECT',
      { method: 'CONNECT', target: 'a:1', ...host('Content-Length', '1') },
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n',
    ],
    [
      'CONTENT_IN_CONNECT',
      { method: 'CONNECT', target: 'a:1', ...host('Transfer-Encoding', 'chunked') },
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n',
    ],
    ['UNKNOWN_EXPECTATION', host('Expect', '100-continue, x'), `${LINES}Expect: `],
  ])('is refused as %s at the offset of the fault: %j', (code, init, before) => {
    const serializer = used()
    expectRefused(
      () => serializer.write({ ...GET, ...init }),
      code,
      GET_BYTES.length + before.length,
    )
    // Nothing has changed: the next head is written in the place of the refused one.
    expect(serializer.offset).toBe(GET_BYTES.length)
    expect(text(...serializer.write(GET))).toBe(GET_BYTES)
  })
})

describe('a value that is not a request event', () => {
  const serializer = new RequestSerializer()
  test.each<[string, unknown, RegExp]>([
    ['null', null, /null/],
    ['undefined', undefined, /undefined/],
    ['a method that is missing', { target: '/' }, /method must be a string, not undefined/],
    ['a method that is a number', { ...GET, method: 1 }, /method must be a string, not 1/],
    ['a target that is a URL', { ...GET, target: new URL('http://a') }, /target .* not an object/],
    ['headers that are null', { ...GET, headers: null }, /headers must be .* not null/],
    ['headers that are text', { ...GET, headers: 'Host: a' }, /headers .* not "Host: a"/],
    ['headers that are a number', { ...GET, headers: 1 }, /headers must be .* not 1/],
    ['a flat array of odd length', { ...GET, headers: ['Host'] }, /even length/],
    ['a value that is a number', { ...GET, headers: { 'X-Count': 1 } }, /X-Count.*not 1/],
    ['a value among others', { ...GET, headers: { A: ['b', null] } }, /"A".*not null/],
    ['a name that is a number', { ...GET, headers: [[1, 'a']] }, /name must be a string/],
    ['a pair without a value', { ...GET, headers: [['A']] }, /"A".*not undefined/],
    ['a head of the other kind', { type: 'response', status: 200 }, /request.*"response"/],
    ['an event that there is not', { type: 'body' }, /"body"/],
    ['a response head without its type', { status: 200 }, /method must be a string/],
  ])('throws a TypeError that names the fault: %s', (_, event, message) => {
    expectTypeError(() => serializer.write(event as RequestHeadInit), message)
    expect(serializer.offset).toBe(0)
    expect(serializer.switching).toBe(false)
  })
})

describe('RequestSerializer.switching', () => {
  const UPGRADE = { ...GET, headers: { Host: 'a', Connection: 'x, Upgrade', Upgrade: 'y' } }

  test.each<[string, RequestHeadInit]>([
    ['CONNECT', { ...GET, method: 'CONNECT', target: 'a:443' }],
    ['an Upgrade that Connection names', UPGRADE],
  ])('is true after %s, and no other request may follow until resume()', (_, init) => {
    const serializer = new RequestSerializer()
    serializer.write(init)
    expect(serializer.switching).toBe(false)
    serializer.write({ type: 'end' })
    expect(serializer.switching).toBe(true)
    expectRefused(() => serializer.write(GET), 'WRONG_STATE', serializer.offset)
    expectRefused(() => serializer.write({ type: 'end' }), 'WRONG_STATE', serializer.offset)
    expect(serializer.resume()).toBe(serializer)
    expect(serializer.switching).toBe(false)
    expect(text(...serializer.write(GET))).toBe(GET_BYTES)
  })

  test('becomes true only when the content of the request has ended', () => {
    const serializer = new RequestSerializer()
    serializer.write({ ...GET, headers: { ...UPGRADE.headers, ...CHUNKED } })
    serializer.write({ type: 'data', bytes: 'a' })
    expect(serializer.switching).toBe(false)
    serializer.write({ type: 'end' })
    expect(serializer.switching).toBe(true)
  })

  test.each<[string, RequestHeadInit]>([
    ['Upgrade that Connection does not name', { ...GET, headers: { Host: 'a', Upgrade: 'y' } }],
    ['HTTP/1.0', { ...UPGRADE, version: '1.0' }],
  ])('stays false for %s', (_, init) => {
    const serializer = new RequestSerializer()
    serializer.write(init)
    serializer.write({ type: 'end' })
    expect(serializer.switching).toBe(false)
    expect(text(...serializer.write(GET))).toBe(GET_BYTES)
  })
})
