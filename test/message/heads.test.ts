/**
 * What a head reports about its message, beyond what the readable cases show: codings, connection options
 * and framing fields across folded lines. Also how a head is shown and detached.
 */

import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  parse,
  type RequestHead,
  RequestParser,
  type ResponseHead,
  safeParse,
} from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'

function request(fields: string, startLine = 'GET / HTTP/1.1'): RequestHead {
  const bytes = toBytes(`${startLine}\r\nHost: a\r\n${fields}\r\n`)
  const head = new RequestParser().push(bytes).read()
  if (head?.type !== 'request') throw new Error('no request')
  return head
}

function response(fields: string, startLine = 'HTTP/1.1 200 OK'): ResponseHead {
  const [message] = parse(toBytes(`${startLine}\r\n${fields}\r\n`), {
    kind: 'response',
    requestMethods: ['HEAD'],
  }).messages
  if (message === undefined) throw new Error('no response')
  return message.head
}

describe('contentCodings and transferCodings', () => {
  test.each([
    ['Content-Encoding: gzip\r\n', ['gzip']],
    ['content-encoding: GZip\r\n', ['gzip']],
    ['Content-Encoding: gzip, br\r\n', ['gzip', 'br']],
    ['Content-Encoding: gzip\r\nContent-Encoding: br\r\n', ['gzip', 'br']],
    ['Content-Encoding: , gzip ,,\t br,\r\n', ['gzip', 'br']],
    ['Content-Encoding:\r\n', []],
    ['Content-Encoding: \r\nX-Content-Encoding: gzip\r\n', []],
  ])('contentCodings for %j are %j', (fields, codings) => {
    expect(request(fields).contentCodings).toEqual(codings)
    expect(response(fields).contentCodings).toEqual(codings)
  })

  test.each([
    ['x;a="b, c;d";e=f, chunked', ['x', 'chunked']],
    ['x ; a=b, chunked', ['x', 'chunked']],
    [', gzip ,,\t chunked,', ['gzip', 'chunked']],
  ])('transferCodings omit parameters and empty members: %j', (value, codings) => {
    expect(response(`Transfer-Encoding: ${value}\r\n`).transferCodings).toEqual(codings)
  })

  test.each([
    ['', []],
    ['Transfer-Encoding: chunked\r\n', ['chunked']],
    ['transfer-encoding: GZIP, Chunked\r\n', ['gzip', 'chunked']],
    ['Transfer-Encoding: gzip\r\nA: b\r\nTransfer-Encoding: chunked\r\n', ['gzip', 'chunked']],
    ['TE: gzip\r\nX-Transfer-Encoding: gzip\r\n', []],
  ])('transferCodings for %j are %j', (fields, codings) => {
    expect(request(fields).transferCodings).toEqual(codings)
    expect(response(fields).transferCodings).toEqual(codings)
  })

  test('contentCodings list any number of members', () => {
    const value = 'a,'.repeat(130_000)
    const limits = { maxFieldLine: 2 ** 18, maxHead: 2 ** 19 }
    const bytes = toBytes(`HTTP/1.1 200 OK\r\nContent-Encoding: ${value}\r\n\r\n`)
    const [message] = parse(bytes, { kind: 'response', limits }).messages
    expect(message?.head.contentCodings).toHaveLength(130_000)
  })

  test.each([
    ['", gzip', ['"', 'gzip']],
    ['"gzip, br"', ['"gzip', 'br"']],
    ['(gzip)', ['(gzip)']],
    ['gzip br', ['gzip br']],
    ['\xa0gzip', ['\xa0gzip']],
    ['gzip;q=1', ['gzip;q=1']],
    ['\xe2\x84\xaa', ['\xe2\x84\xaa']],
  ])('contentCodings keep members that are not tokens: %j', (value, codings) => {
    expect(response(`Content-Encoding: ${value}\r\n`).contentCodings).toEqual(codings)
  })
})

// RFC 9112 s. 5.2: a recipient reads an obs-fold in a response as SP.
describe('a list folded over several lines of a response', () => {
  test.each([
    ['gzip,\r\n br'],
    ['gzip\r\n ,br'],
    ['gzip\r\n , br'],
    ['gzip,\r\n\tbr'],
    ['gzip, \r\n br'],
    ['\r\n gzip, br'],
    ['gzip,\r\n \r\n br'],
    ['gzip, br\r\n '],
  ])('yields all its content codings: %j', (value) => {
    const head = response(`Content-Encoding: ${value}\r\n`)
    expect(head.anomalies).toContain('obs-fold')
    expect(head.contentCodings).toEqual(['gzip', 'br'])
  })

  test.each([
    ['keep-alive,\r\n close'],
    ['keep-alive\r\n ,close'],
    ['close\r\n , keep-alive'],
    ['keep-alive,\r\n\t \r\n close'],
    ['\r\n close'],
    ['close\r\n '],
  ])('ends persistence with its close option in any line: %j', (value) => {
    const head = response(`Connection: ${value}\r\nContent-Length: 0\r\n`)
    expect(head.anomalies).toContain('obs-fold')
    expect(head.keepAlive).toBe(false)
  })
})

describe('a folded framing field', () => {
  test.each([
    ['Content-Length: 5\r\n \r\n'],
    ['Content-Length:\r\n 5\r\n'],
    ['Content-Length: 5\r\n\t\r\n'],
    ['Content-Length: 5,\r\n 5\r\n'],
    ['A: b\r\n c\r\nContent-Length: 5\r\n  \r\n'],
    ['Transfer-Encoding: chunked\r\n \r\n'],
    ['Transfer-Encoding:\r\n chunked\r\n'],
    ['Transfer-Encoding: gzip,\r\n chunked\r\n'],
  ])('is refused with FOLDED_FRAMING_FIELD, even if the fold is only whitespace: %j', (fields) => {
    const result = safeParse(toBytes(`HTTP/1.1 200 OK\r\n${fields}\r\nhello`))
    expect(result).toMatchObject({ ok: false, error: { code: 'FOLDED_FRAMING_FIELD' } })
    expect(result.messages).toEqual([])
  })
})

describe('a head', () => {
  const text = 'POST /p?q HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX: \xff\r\n\r\n'
  const bytes = toBytes(text)
  const [message] = parse(bytes, { kind: 'request' }).messages
  if (message === undefined) throw new Error('no message')
  const { head } = message

  test.each(['GET', 'GE', 'GETS', 'G', 'GEX', 'GXT', 'XET', 'get', 'POST'])(
    'has the method %s exactly as it was sent',
    (method) => {
      expect(request('', `${method} / HTTP/1.1`).method).toBe(method)
    },
  )

  test('is converted by JSON.stringify with all members except the bytes', () => {
    expect(JSON.parse(JSON.stringify(head))).toEqual({
      type: 'request',
      method: 'POST',
      target: '/p?q',
      targetForm: 'origin',
      version: '1.1',
      headers: [
        ['Host', 'a'],
        ['Content-Length', '0'],
        ['X', '\xff'],
      ],
      framing: 'length',
      contentLength: 0,
      keepAlive: true,
      contentCodings: [],
      transferCodings: [],
      anomalies: [],
      offset: 0,
      upgrades: false,
      expectsContinue: false,
    })
    expect(JSON.parse(JSON.stringify(response('A: b\r\n')))).toEqual({
      type: 'response',
      status: 200,
      reason: 'OK',
      version: '1.1',
      headers: [['A', 'b']],
      framing: 'none',
      contentLength: null,
      keepAlive: true,
      contentCodings: [],
      transferCodings: [],
      anomalies: [],
      offset: 0,
      informational: false,
      upgrades: false,
    })
  })

  test('is shown by util.inspect with its class, its target and its fields', () => {
    const shown = inspect(head)
    expect(shown).toMatch(/^RequestHead /)
    expect(shown).toContain("target: '/p?q'")
    expect(shown).toContain("[ 'Host', 'a' ]")
    expect(inspect(response(''))).toMatch(/^ResponseHead /)
  })

  test('can be detached twice', () => {
    const one = request('A: b\r\n')
    expect(one.detach().detach()).toBe(one)
    expect(one.headers.raw()).toEqual(['Host', 'a', 'A', 'b'])
    expect(Buffer.from(one.bytes).toString()).toBe('GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n')
  })

  test('keeps its offset when it is detached', () => {
    const parser = new RequestParser().push(toBytes(text + text))
    const offsets: number[] = []
    for (const event of parser) if (event.type === 'request') offsets.push(event.detach().offset)
    expect(offsets).toEqual([0, text.length])
  })

  test('has a frozen list of anomalies', () => {
    expect(Object.isFrozen(head.anomalies)).toBe(true)
    const odd = response('', 'HTTP/1.1 200')
    expect(odd.anomalies).toEqual(['missing-space-after-status'])
    expect(Object.isFrozen(odd.anomalies)).toBe(true)
  })
})
