/**
 * A plain head in two chunks, which is neither copied nor joined until its bytes are needed in one array.
 * Whatever is read from it first, it gives the same results as the same head in one chunk, and changes that
 * the caller makes to the first chunk in the meantime are detected.
 */

import { describe, expect, test } from 'vitest'
import {
  type RequestHead,
  RequestParser,
  type ResponseHead,
  ResponseParser,
  serialize,
} from '../../src/index.ts'
import { ParsedHead } from '../../src/message/parsed-head.ts'
import { loadHead } from '../fixtures/captures/load-captures.mjs'
import { toBytes } from '../support/arbitraries.ts'
import { splitsInTwo } from '../support/chunkings.ts'
import { type Kind, makeParser, runParser } from '../support/run-parser.ts'
import { latin1 } from '../support/wire-text.ts'

type Head = RequestHead | ResponseHead

const REQUEST =
  'GET /a/rather/long/target?to=be#cut'.replace('#', '%23') +
  ' HTTP/1.1\r\nHost: example.com:8080\r\nConnection: keep-alive\r\n' +
  'Accept: text/html\r\nX-Empty-Not: 1\r\nCookie: a=b\r\nCookie: c=d\r\nContent-Length: 5\r\n\r\n'
const RESPONSE =
  'HTTP/1.1 404 Not here, and not there\r\nDate: Sun, 29 Nov 2026 08:09:05 GMT\r\n' +
  'Content-Encoding: gzip\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n'

function headOf(kind: Kind, chunks: readonly Uint8Array[]): Head {
  const parser = makeParser(kind)
  for (const chunk of chunks) {
    const event = parser.push(chunk).read()
    if (event?.type === 'request' || event?.type === 'response') return event
  }
  throw new Error('no head')
}

function isInPieces(head: Head): boolean {
  return head instanceof ParsedHead && head.section.pieces !== undefined
}

/** What can be read from a head. Each is read first from a new head, since an earlier read may join it. */
const QUESTIONS: Record<string, (head: Head) => unknown> = {
  'its start-line': (head) =>
    head.type === 'request' ? [head.method, head.target] : [head.status, head.reason],
  'the form of its target': (head) => head.type === 'request' && head.targetForm,
  'its version': (head) => head.version,
  'its framing': (head) => [head.framing, head.contentLength, head.keepAlive, head.upgrades],
  'its codings': (head) => [head.contentCodings, head.transferCodings],
  'its bytes': (head) => latin1(head.bytes),
  'all fields': (head) => head.headers.raw(),
  'the fields one by one': (head) => [...head.headers],
  'a field': (head) => head.headers.get('host') ?? head.headers.get('date'),
  'a field twice': (head) => [head.headers.getAll('cookie'), head.headers.getAll('Set-Cookie')],
  'a field that it lacks': (head) => [head.headers.has('expect'), head.headers.get('te')],
  'an object': (head) => head.headers.toObject(),
  JSON: (head) => JSON.stringify(head),
  'edited fields': (head) => head.headers.set('Accept', '*/*').append('B', 'c').raw(),
  'its fields once it is detached': (head) => head.detach().headers.raw(),
  'its bytes on the wire': (head) => latin1(serialize({ head, body: new Uint8Array(5) })),
}

describe.each([
  ['request', REQUEST],
  ['response', RESPONSE],
] as const)('a %s head in two chunks', (kind, text) => {
  test.each(Object.entries(QUESTIONS))('reads the same wherever it is cut: %s', (_about, ask) => {
    const expected = ask(headOf(kind, [toBytes(text)]))
    for (const chunks of splitsInTwo(toBytes(text))) {
      expect(ask(headOf(kind, chunks))).toEqual(expected)
    }
  })

  test('is not joined to read its fields, if the first chunk has at least 64 bytes', () => {
    const isJoinedAt = (at: number) => {
      const head = headOf(kind, [toBytes(text.slice(0, at)), toBytes(text.slice(at))])
      head.headers.raw()
      return !isInPieces(head)
    }
    expect(isJoinedAt(63)).toBe(true)
    expect(isJoinedAt(64)).toBe(false)
    expect(isJoinedAt(text.length - 1)).toBe(false)
  })

  test('is joined once, into separate memory, when its bytes are read', () => {
    const [chunks] = [...splitsInTwo(toBytes(text))].slice(99)
    const head = headOf(kind, chunks ?? [])
    const { bytes } = head
    expect(bytes.buffer).toBe(head.bytes.buffer)
    for (const chunk of chunks ?? []) expect(bytes.buffer).not.toBe(chunk.buffer)
    expect(isInPieces(head)).toBe(false)
  })
})

describe('heads in several chunks, compared with whole heads', () => {
  const long = (n: number) => Array.from({ length: n }, (_, i) => `F${i}: ${'v'.repeat(i)}x\r\n`)
  const start = 'GET / HTTP/1.1\r\nHost: a\r\nAccept-Something-Or-Other: with a value\r\n'
  const cases: Record<string, [kind: Kind, text: string]> = {
    'with as many fields as a plain head may have': ['request', `${start}${long(62).join('')}\r\n`],
    'with more': ['request', `${start}${long(70).join('')}\r\n`],
    'with names of any length': [
      'request',
      `${start}${Array.from({ length: 60 }, (_, i) => `${'n'.repeat(i + 1)}: ${i}\r\n`).join('')}\r\n`,
    ],
    'with a name that no list of names has room for': [
      'request',
      `${start}A: b\r\n${'n'.repeat(70)}: 1\r\nB: c\r\nConnection: close\r\n\r\n`,
    ],
    'with two Hosts': ['request', `${start}A: b\r\nHost: b\r\n\r\n`],
    'with a length after a coding': [
      'request',
      `${start}Transfer-Encoding: chunked\r\nA: b\r\nContent-Length: 1\r\n\r\n`,
    ],
    'with two lengths': [
      'request',
      `${start}Content-Length: 1\r\nA: b\r\nContent-Length: 1\r\n\r\n`,
    ],
    'with a bare LF': ['request', `${start}A: b\nC: d\r\n\r\n`],
    'with a folded line': [
      'response',
      `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(70)}\r\nC: d\r\n e\r\n\r\n`,
    ],
    'with whitespace around values': ['request', `${start}A:  b\r\nC:d\r\nE: f \r\nG:\r\n\r\n`],
    'with content after it': [
      'request',
      `${start}Content-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n`,
    ],
    'with much after it': [
      'request',
      `${start}Content-Length: 5000\r\n\r\n${'c'.repeat(5000)}${start}\r\n`,
    ],
    'after another': ['request', `${start}\r\n${start}\r\n${start}\r\n`],
    'after an empty line': ['request', `\r\n${start}\r\n\r\n${start}\r\n`],
    'and then cut off': ['request', `${start}A: b\r\nC: d`],
  }
  test.each(Object.entries(cases))('are the same in two chunks: %s', (_about, [kind, text]) => {
    const expected = runParser(kind, [toBytes(text)])
    for (const chunks of splitsInTwo(toBytes(text))) {
      expect(runParser(kind, chunks)).toEqual(expected)
    }
  })

  test('are the same in three chunks', () => {
    const bytes = loadHead('000-zhidao-baidu-request.http').bytes
    const expected = runParser('request', [bytes])
    for (let at = 64; at < bytes.length; at += 7) {
      for (let then = at + 1; then < bytes.length; then += 13) {
        const chunks = [bytes.slice(0, at), bytes.slice(at, then), bytes.slice(then)]
        expect(runParser('request', chunks)).toEqual(expected)
      }
    }
  })

  test('are the same between heads of other connections, which use the same memory', () => {
    const one = toBytes(REQUEST)
    const expected = runParser('request', [one]).events[0]
    for (const chunks of splitsInTwo(one)) {
      const [first, second] = chunks as [Uint8Array, Uint8Array]
      const parser = new RequestParser()
      expect(parser.push(first).read()).toBeNull()
      runParser('request', [toBytes(`${start}${long(20).join('')}\r\n`)])
      runParser('response', [toBytes(RESPONSE)])
      const head = parser.push(second).read() as RequestHead
      runParser('request', [toBytes(`${start}${long(30).join('')}\r\n`)])
      expect({ ...head.toJSON(), bytes: latin1(head.bytes) }).toEqual(expected)
    }
  })

  test('are the same when the memory of their entries runs out before or after the cut', () => {
    for (let i = 0; i < 2_000; i++) {
      const head = toBytes(`${start}${long(3 + (i % 50)).join('')}\r\n`)
      const at = 70 + ((i * 31) % (head.length - 70))
      const parser = new RequestParser()
      expect(parser.push(head.slice(0, at)).read()).toBeNull()
      for (let others = i % 4; others > 0; others--) runParser('response', [toBytes(RESPONSE)])
      const { headers } = parser.push(head.slice(at)).read() as RequestHead
      expect(headers.raw()).toEqual((headOf('request', [head]) as RequestHead).headers.raw())
    }
  })

  test.each([
    ['the first', (waiting: unknown[]) => waiting.shift()],
    ['the last', (waiting: unknown[]) => waiting.pop()],
    ['one in the middle', (waiting: unknown[]) => waiting.splice(waiting.length >> 1, 1)[0]],
  ])('are the same if many connections wait for the rest, and %s gets it first', (_which, next) => {
    const waiting = Array.from({ length: 200 }, (_, i) => {
      const head = toBytes(`${start}${long(1 + (i % 12)).join('')}N: ${i}\r\nEnd: e\r\n\r\n`)
      const parser = new RequestParser()
      expect(parser.push(head.slice(0, -8)).read()).toBeNull()
      return { parser, head }
    })
    while (waiting.length > 0) {
      const { parser, head } = next(waiting) as (typeof waiting)[number]
      const { headers } = parser.push(head.slice(-8)).read() as RequestHead
      expect(headers.raw()).toEqual((headOf('request', [head]) as RequestHead).headers.raw())
    }
  })
})

describe('a head in two chunks whose memory changes', () => {
  const bytes = toBytes(REQUEST)
  const CUT = 100

  /** A parser to which the first chunk of the request was pushed. */
  function begin(first: Uint8Array) {
    const parser = new RequestParser()
    expect(parser.push(first).read()).toBeNull()
    expect(parser.offset).toBe(0)
    return parser
  }

  const CHANGES: Record<string, (first: Uint8Array) => void> = {
    'overwritten by the next read': (first) => first.set(bytes.subarray(CUT)),
    'overwritten by another request': (first) =>
      first.set(
        toBytes(`GET /a/rather/long/target HTTP/1.1\r\nHost: ${'b'.repeat(100)}`.slice(0, CUT)),
      ),
    'filled with other bytes': (first) => first.fill(0x7e),
    transferred: (first) => structuredClone(first, { transfer: [first.buffer as ArrayBuffer] }),
  }
  const USES: Record<string, (parser: RequestParser) => unknown> = {
    'its end comes': (parser) => parser.push(bytes.subarray(CUT)).read(),
    'a little more comes': (parser) => parser.push(bytes.subarray(CUT, CUT + 1)).read(),
    'the input ends': (parser) => parser.finish().read(),
  }
  const lost = expect.objectContaining({ code: 'WRONG_STATE', side: 'local', status: 500 })

  describe.each(Object.entries(CHANGES))('with its first chunk %s', (_change, change) => {
    test.each(Object.entries(USES))('throws WRONG_STATE when %s', (_use, use) => {
      const first = bytes.slice(0, CUT)
      const parser = begin(first)
      change(first)
      expect(() => use(parser)).toThrow(lost)
    })
  })

  test.each([
    ['method', (head: RequestHead) => head.method],
    ['target', (head: RequestHead) => head.target],
    ['bytes', (head: RequestHead) => head.bytes],
    ['fields', (head: RequestHead) => head.headers.raw()],
    ['memory', (head: RequestHead) => head.detach()],
  ])('throws WRONG_STATE on access after its first chunk was transferred: %s', (_part, use) => {
    const first = bytes.slice(0, CUT)
    const head = begin(first).push(bytes.subarray(CUT)).read() as RequestHead
    structuredClone(first, { transfer: [first.buffer as ArrayBuffer] })
    expect(() => use(head)).toThrow(lost)
  })

  test('throws WRONG_STATE after a change between samples, instead of reading outside its chunks', () => {
    const slab = new Uint8Array(400).fill(0x53)
    const [first, second] = [slab.subarray(0, 120), slab.subarray(200, 300)]
    const start = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\nX-A: '
    first.set(toBytes(start.padEnd(120, 'v')))
    second.set(toBytes('v\r\n\r\n'.padEnd(100, 'b')))
    const parser = begin(first)
    // At a place that is not sampled.
    first.set(toBytes('\r\n\r\n'), 52)
    expect(() => parser.push(second).read()).toThrow(lost)
  })

  test('has its field lines read again after an undetected change of its start-line', () => {
    const first = toBytes('GET /aaaa HTTP/1.1\r\nXY: a\r\nHost: a\r\nAccept: '.padEnd(160, 'v'))
    const parser = begin(first)
    // Between two samples.
    first.set(toBytes('/ HTTP/1.1\r\nAB: '), 4)
    const head = parser.push(toBytes('v\r\n\r\n')).read() as RequestHead
    expect(head.headers.raw().slice(0, 4)).toEqual(['AB', 'XY: a', 'Host', 'a'])
  })

  test('is framed by a request method announced between its two chunks', () => {
    const text = `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(80)}\r\nContent-Length: 5\r\n\r\n`
    const parser = new ResponseParser()
    expect(parser.push(toBytes(text.slice(0, 90))).read()).toBeNull()
    const head = parser
      .respondsTo('HEAD')
      .push(toBytes(text.slice(90)))
      .read() as ResponseHead
    expect(head.framing).toBe('none')
    expect(parser.read()?.type).toBe('end')
  })

  test('is read on the plain path and joined if its second chunk is large', () => {
    const body = 'c'.repeat(8_000)
    const text = `POST / HTTP/1.1\r\nHost: a\r\nAccept: ${'b'.repeat(80)}\r\nContent-Length: 8000\r\n\r\n${body}`
    const head = headOf('request', [toBytes(text.slice(0, 90)), toBytes(text.slice(90))])
    expect(head instanceof ParsedHead && head.section.shape).toBeTruthy()
    expect(isInPieces(head)).toBe(false)
  })

  interface Resizable extends ArrayBuffer {
    resize(length: number): void
  }

  function makeResizable(content: Uint8Array): { memory: Resizable; chunk: Uint8Array } {
    const memory: Resizable = Reflect.construct(ArrayBuffer, [
      content.length,
      { maxByteLength: 10_000 },
    ])
    const chunk = new Uint8Array(memory)
    chunk.set(content)
    return { memory, chunk }
  }

  test('throws WRONG_STATE when its end arrives after its first chunk was resized', () => {
    const { memory, chunk: first } = makeResizable(bytes.subarray(0, CUT))
    const parser = begin(first)
    memory.resize(CUT + 10)
    expect(() => parser.push(bytes.subarray(CUT)).read()).toThrow(lost)
  })

  test.each([
    ['all fields', (head: RequestHead) => head.headers.raw()],
    ['a short value', (head: RequestHead) => head.headers.get('Content-Length')],
    ['bytes', (head: RequestHead) => head.bytes],
  ])('throws WRONG_STATE on access after its second chunk was transferred: %s', (_part, use) => {
    const second = bytes.slice(CUT)
    const head = begin(bytes.slice(0, CUT)).push(second).read() as RequestHead
    structuredClone(second, { transfer: [second.buffer as ArrayBuffer] })
    expect(() => use(head)).toThrow(lost)
  })

  test('allows its second chunk to grow, and throws WRONG_STATE while that is too large', () => {
    const { memory, chunk } = makeResizable(bytes.subarray(CUT))
    const head = begin(bytes.slice(0, CUT)).push(chunk).read() as RequestHead
    memory.resize(5_000)
    expect(() => head.headers.raw()).toThrow(lost)
    memory.resize(3_000)
    expect(head.headers.raw()).toEqual(headOf('request', [bytes]).headers.raw())
  })

  test('does not need its first chunk after a second chunk that did not complete it', () => {
    const first = bytes.slice(0, CUT)
    const parser = begin(first)
    expect(parser.push(bytes.subarray(CUT, CUT + 20)).read()).toBeNull()
    first.fill(0)
    expect(() => parser.finish().read()).toThrow(expect.objectContaining({ code: 'TRUNCATED' }))
  })

  test('does not need its chunks with `copy: true`', () => {
    const parser = new RequestParser({ copy: true })
    for (const chunk of [bytes.slice(0, CUT), bytes.slice(CUT)]) {
      parser.push(chunk)
      chunk.fill(0x7e)
    }
    const head = parser.read() as RequestHead
    expect(latin1(head.bytes)).toBe(REQUEST)
    expect(head.headers.raw()).toEqual(headOf('request', [bytes]).headers.raw())
  })

  test('does not need its chunks after `detach()`', () => {
    const chunks = [bytes.slice(0, CUT), bytes.slice(CUT)] as const
    const head = begin(chunks[0]).push(chunks[1]).read() as RequestHead
    head.detach()
    for (const chunk of chunks) chunk.fill(0x7e)
    expect(latin1(head.bytes)).toBe(REQUEST)
  })

  test('throws WRONG_STATE if it is a response head with its first chunk overwritten', () => {
    const first = toBytes(RESPONSE).slice(0, CUT)
    const parser = new ResponseParser()
    expect(parser.push(first).read()).toBeNull()
    first.fill(0)
    expect(() => parser.push(toBytes(RESPONSE).subarray(CUT)).read()).toThrow(lost)
  })
})
