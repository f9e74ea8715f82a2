/**
 * Every kind of byte array is read alike: a `Uint8Array`, a `Buffer` or a subclass, at any offset of its
 * memory, in shared memory, and a buffer that is refilled for each push.
 */

import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { parse, RequestParser } from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { latin1 } from '../support/wire-text.ts'

const MESSAGE =
  'POST /path?query HTTP/1.1\r\nHost: a\r\nCookie: \xe9\xff=1\r\n' +
  'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a="b"\r\n world\r\n0\r\nDigest: x\r\n\r\n'

class OwnArray extends Uint8Array {}

function place(make: (length: number) => Uint8Array): Uint8Array {
  const array = make(MESSAGE.length)
  array.set(toBytes(MESSAGE))
  return array
}

const KINDS: [string, () => Uint8Array][] = [
  ['a Uint8Array', () => toBytes(MESSAGE)],
  ['a Buffer of its own', () => place((length) => Buffer.alloc(length))],
  ['a Buffer out of the pool', () => Buffer.from(MESSAGE, 'latin1')],
  ['a Buffer on other memory', () => Buffer.from(place((n) => new Uint8Array(n)).buffer)],
  ['a subarray', () => toBytes(`xx${MESSAGE}yy`).subarray(2, 2 + MESSAGE.length)],
  ['a slice of a Buffer', () => Buffer.from(`xx${MESSAGE}yy`, 'latin1').subarray(2, -2)],
  ['shared memory', () => place((length) => new Uint8Array(new SharedArrayBuffer(length)))],
  [
    'an array of another realm',
    () => place((length) => runInNewContext(`new Uint8Array(${length})`) as Uint8Array),
  ],
  ['a class of the caller', () => place((length) => new OwnArray(length))],
  ...[1, 2, 3, 5, 7].map((at): [string, () => Uint8Array] => [
    `memory from byte ${at} on`,
    () => place((length) => new Uint8Array(new ArrayBuffer(length + at), at)),
  ]),
]

describe.each(KINDS)('input in %s', (_, make) => {
  test('is read in one piece', () => {
    const [message] = parse(make()).messages
    if (message?.head.type !== 'request') throw new Error('no request')
    expect(message.head.target).toBe('/path?query')
    expect([...message.head.headers]).toEqual([
      ['Host', 'a'],
      ['Cookie', '\xe9\xff=1'],
      ['Transfer-Encoding', 'chunked'],
    ])
    expect(Buffer.from(message.body).toString()).toBe('hello world')
    expect([...message.trailers]).toEqual([['Digest', 'x']])
    expect(latin1(message.head.bytes)).toBe(MESSAGE.slice(0, MESSAGE.indexOf('\r\n\r\n') + 4))
  })

  test('is read in pieces of three bytes that are views of it', () => {
    const bytes = make()
    const parser = new RequestParser()
    const types: string[] = []
    let body = ''
    for (let at = 0; at < bytes.length; at += 3) {
      for (const event of parser.push(bytes.subarray(at, at + 3))) {
        types.push(event.type)
        if (event.type === 'data') body += latin1(event.bytes)
        if (event.type === 'request') expect(event.headers.get('cookie')).toBe('\xe9\xff=1')
        if (event.type === 'end') expect(event.trailers.get('digest')).toBe('x')
      }
    }
    expect(body).toBe('hello world')
    expect(types.at(0)).toBe('request')
    expect(types.at(-1)).toBe('end')
  })

  test('yields heads and data that are views of the same class and memory', () => {
    const bytes = make()
    for (const event of new RequestParser().push(bytes)) {
      if (event.type === 'data' || event.type === 'request') {
        expect(event.bytes.constructor).toBe(bytes.constructor)
        expect(event.bytes.buffer).toBe(bytes.buffer)
      }
    }
  })

  test('is not modified when a head read with copy: true is edited', () => {
    const bytes = make()
    const before = latin1(bytes)
    for (const event of new RequestParser({ copy: true }).push(bytes)) {
      if (event.type === 'request') event.headers.set('Host', 'changed')
    }
    expect(latin1(bytes)).toBe(before)
  })

  test('is copied to separate memory by copy: true and by detach()', () => {
    const bytes = make()
    const events = [...new RequestParser({ copy: true }).push(bytes)]
    const [head] = parse(bytes).messages
    head?.head.detach()
    for (const event of events) {
      if (event.type !== 'data' && event.type !== 'request') continue
      expect(event.bytes.buffer).not.toBe(bytes.buffer)
      expect(event.bytes.buffer.byteLength).toBe(event.bytes.length)
    }
    expect(head?.head.bytes.buffer).not.toBe(bytes.buffer)
  })
})

describe('one buffer that is refilled for each push', () => {
  /** Pushes `text` through one small buffer, like a socket reader that always uses the same one. */
  function throughOneBuffer(text: string, size: number, parser: RequestParser): string[] {
    const buffer = new Uint8Array(size)
    const told: string[] = []
    for (let at = 0; at < text.length; at += size) {
      const part = toBytes(text.slice(at, at + size))
      buffer.set(part)
      // The same array each time, or a new view of its memory for a shorter part.
      const chunk = part.length === size ? buffer : buffer.subarray(0, part.length)
      for (const event of parser.push(chunk)) {
        if (event.type === 'request') told.push(`${event.target} ${event.headers.get('x')}`)
        else if (event.type === 'data') told.push(latin1(event.bytes))
      }
    }
    return told
  }

  const request = (n: number) =>
    `POST /${n} HTTP/1.1\r\nHost: a\r\nX: value ${n}\r\nContent-Length: 3\r\n\r\n${100 + n}`
  const stream = Array.from({ length: 100 }, (_, n) => request(n)).join('')
  const heads = Array.from({ length: 100 }, (_, n) => `/${n} value ${n}`)

  test.each([
    // The length of the first requests: heads begin where a head began in the previous content.
    request(0).length,
    2 * request(0).length,
    1,
    7,
    100,
    1_000,
    5_000,
  ])('yields what it contained at each push: %i bytes', (size) => {
    const told = throughOneBuffer(stream, size, new RequestParser())
    expect(told.filter((one) => one.startsWith('/'))).toEqual(heads)
    expect(told.filter((one) => !one.startsWith('/')).join('')).toBe(
      Array.from({ length: 100 }, (_, n) => 100 + n).join(''),
    )
  })

  test('yields its new content to a second parser after a first one was abandoned', () => {
    const buffer = toBytes(`${request(1)}${request(2)}`)
    const abandoned = new RequestParser().push(buffer)
    expect(abandoned.read()).toMatchObject({ target: '/1' })
    buffer.set(toBytes(`${request(3)}${request(4)}`))
    const targets: string[] = []
    for (const event of new RequestParser().push(buffer)) {
      if (event.type === 'request') targets.push(event.target, event.headers.get('X') ?? '')
    }
    expect(targets).toEqual(['/3', 'value 3', '/4', 'value 4'])
  })

  test('yields its new content to a second parser after a first one failed', () => {
    const buffer = toBytes('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\0')
    const dying = new RequestParser().push(buffer)
    expect(() => [...dying]).toThrow()
    buffer.set(toBytes('GET /2 HTTP/1.1\r\nHost: b\r\n\r\nG'))
    const [head] = new RequestParser().push(buffer)
    expect(head).toMatchObject({ type: 'request', target: '/2' })
  })
})

test.each([
  ['an object that says it is one', { [Symbol.toStringTag]: 'Uint8Array', length: 1 }],
  ['what only inherits from one', Object.create(Uint8Array.prototype)],
  ['an array of words', new Uint16Array(1)],
  ['a DataView', new DataView(new ArrayBuffer(1))],
  ['an ArrayBuffer', new ArrayBuffer(1)],
  ['nothing', undefined],
])('push throws a TypeError if it is not given a Uint8Array: %s', (_, value) => {
  expect(() => new RequestParser().push(value as never)).toThrow(TypeError)
})
