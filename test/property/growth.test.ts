/**
 * Work must be linear in the length of the input, whichever part of it is long and however it is cut. An
 * input 32 times as long may take 32 times as long; quadratic work would take a thousand times as long. The
 * bound between the two is generous, the best of several runs counts, and no absolute time is asserted.
 */

import { describe, expect, test } from 'vitest'
import { Fields, type ParserOptions, ResponseParser } from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { eachByte } from '../support/chunkings.ts'
import { type Kind, makeParser } from '../support/run-parser.ts'

const SMALL = 4_000
const TIMES = 32
/** Far above what linear work needs, far below {@link TIMES} squared. */
const MOST = 5 * TIMES

const HUGE = 2 ** 30
const LINE = 2 ** 18

const options: ParserOptions = {
  limits: {
    maxStartLine: LINE,
    maxTarget: LINE,
    maxFieldLine: LINE,
    maxHead: HUGE,
    maxFields: HUGE,
    maxChunkExtension: LINE,
    maxChunkExtensions: HUGE,
    maxTrailer: HUGE,
    maxEmptyLines: HUGE,
  },
}

const REQUEST = 'POST / HTTP/1.1\r\nHost: a\r\n'
const CHUNKED = `${REQUEST}Transfer-Encoding: chunked\r\n\r\n`
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n'

/** `piece`, repeated to about `length` bytes. */
function repeat(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length))
}

/** Everything repeatable: a complete, valid message that holds about `length` bytes of it. */
const SHAPES: Record<string, readonly [kind: Kind, of: (length: number) => string]> = {
  'a long target': ['request', (n) => `GET /${repeat('a', n)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  'a long method': ['request', (n) => `${repeat('A', n)} / HTTP/1.1\r\nHost: a\r\n\r\n`],
  'a long reason': [
    'response',
    (n) => `HTTP/1.1 200 ${repeat('a', n)}\r\nContent-Length: 0\r\n\r\n`,
  ],
  'a long name': ['request', (n) => `${REQUEST}${repeat('a', n)}: b\r\n\r\n`],
  'a long value': ['request', (n) => `${REQUEST}A: ${repeat('b', n)}\r\n\r\n`],
  'a value of spaces': ['request', (n) => `${REQUEST}A: ${repeat(' ', n)}\r\n\r\n`],
  'many fields': ['request', (n) => `${REQUEST}${repeat('a:\r\n', n)}\r\n`],
  'many Set-Cookie lines': ['response', (n) => `${RESPONSE}${repeat('Set-Cookie:a\r\n', n)}\r\n`],
  'a field folded over many lines': [
    'response',
    (n) => `${RESPONSE}A: b${repeat('\r\n c', n)}\r\n\r\n`,
  ],
  'a field folded over empty lines': [
    'response',
    (n) => `${RESPONSE}A: b${repeat('\r\n ', n)}\r\n\r\n`,
  ],
  'a long list of connection options': [
    'request',
    (n) => `${REQUEST}Connection: ${repeat('a,', n)}close\r\n\r\n`,
  ],
  'a list of empty transfer codings': [
    'response',
    (n) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${repeat(',', n)}chunked\r\n\r\n0\r\n\r\n`,
  ],
  'a long list of the same length': [
    'response',
    (n) => `HTTP/1.1 200 OK\r\nContent-Length: ${repeat('0, ', n)}0\r\n\r\n`,
  ],
  'a quote that does not close': [
    'request',
    (n) => `${REQUEST}Connection: ${repeat('",', n)}\r\n\r\n`,
  ],
  'empty lines before the start-line': ['request', (n) => `${repeat('\r\n', n)}${REQUEST}\r\n`],
  'many tiny chunks': ['request', (n) => `${CHUNKED}${repeat('1\r\nx\r\n', n)}0\r\n\r\n`],
  'chunks with extensions': [
    'request',
    (n) => `${CHUNKED}${repeat('1;a="b"\r\nx\r\n', n)}0\r\n\r\n`,
  ],
  'a long extension name': ['request', (n) => `${CHUNKED}0;${repeat('a', n)}\r\n\r\n`],
  'a long quoted extension': ['request', (n) => `${CHUNKED}0;a="${repeat('\\b', n)}"\r\n\r\n`],
  'many extensions on one line': ['request', (n) => `${CHUNKED}0${repeat(';a', n)}\r\n\r\n`],
  'a long trailer': ['request', (n) => `${CHUNKED}0\r\nA: ${repeat('b', n)}\r\n\r\n`],
  'many trailers': ['request', (n) => `${CHUNKED}0\r\n${repeat('a:b\r\n', n)}\r\n`],
  'a long body': ['request', (n) => `${REQUEST}Content-Length: ${n}\r\n\r\n${'x'.repeat(n)}`],
  'many messages': ['request', (n) => repeat('GET / HTTP/1.1\r\nHost: a\r\n\r\n', n)],
  'interim responses without end': ['response', (n) => repeat('HTTP/1.1 100 C\r\n\r\n', n)],
}

const CHUNKINGS: Record<string, (bytes: Uint8Array) => Uint8Array[]> = {
  'in one piece': (bytes) => [bytes],
  'in two pieces, the first of them tiny': (bytes) => [bytes.slice(0, 9), bytes.slice(9)],
  'in pairs of bytes': (bytes) => inPieces(bytes, 2),
  'byte by byte': eachByte,
}

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size))
  return pieces
}

/** Reads everything as it arrives, field strings included. */
function readAsItComes(kind: Kind, chunks: readonly Uint8Array[]): number {
  const parser = makeParser(kind, options)
  let events = 0
  for (const chunk of chunks) {
    parser.push(chunk)
    for (const event of parser) {
      events++
      if (event.type === 'request' || event.type === 'response')
        events += event.headers.raw().length
    }
  }
  for (const _ of parser.finish()) events++
  return events
}

/** Pushes everything before reading anything. */
function readAtTheEnd(kind: Kind, chunks: readonly Uint8Array[]): number {
  const parser = makeParser(kind, options)
  for (const chunk of chunks) parser.push(chunk)
  let events = 0
  for (const _ of parser.finish()) events++
  return events
}

/** Milliseconds that `run` takes. */
function time(run: () => number): number {
  const start = performance.now()
  const events = run()
  const taken = performance.now() - start
  expect(events).toBeGreaterThan(0)
  return taken
}

function expectLinear(make: (length: number) => () => number): void {
  const small = make(SMALL)
  const large = make(SMALL * TIMES)
  let ofSmall = time(small)
  let ofLarge = Number.POSITIVE_INFINITY
  // More than two runs only if the result is bad, since the machine may have been busy.
  for (let run = 0; run < 2 || (run < 10 && ofLarge / ofSmall > MOST); run++) {
    ofLarge = Math.min(ofLarge, time(large))
    ofSmall = Math.min(ofSmall, time(small))
  }
  expect(ofLarge / ofSmall).toBeLessThan(MOST)
}

describe.each(Object.entries(SHAPES))('parsing of %s', (_, [kind, of]) => {
  test.each(Object.entries(CHUNKINGS))('takes linear time %s', (_, cut) => {
    expectLinear((length) => {
      const chunks = cut(toBytes(of(length)))
      return () => readAsItComes(kind, chunks)
    })
  })

  test('takes linear time byte by byte, with all of it pushed before anything is read', () => {
    expectLinear((length) => {
      const chunks = eachByte(toBytes(of(length)))
      return () => readAtTheEnd(kind, chunks)
    })
  })
})

test('parsing of a head among empty chunks takes linear time', () => {
  expectLinear((length) => {
    const nothing = Array.from({ length }, () => new Uint8Array(0))
    const [first, ...others] = eachByte(toBytes(`${REQUEST}A: b\r\n\r\n`))
    const chunks = [first ?? new Uint8Array(0), ...nothing, ...others]
    return () => readAsItComes('request', chunks)
  })
})

test('a queue of request methods that await their responses takes linear time', () => {
  expectLinear((length) => () => {
    const parser = new ResponseParser()
    for (let i = 0; i < length; i++) parser.respondsTo('HEAD')
    const response = toBytes('HTTP/1.1 200 OK\r\n\r\n')
    let events = 0
    for (let i = 0; i < length; i++) for (const _ of parser.push(response)) events++
    return events
  })
})

test('the conversion of many lines with one name to an object takes linear time', () => {
  expectLinear((length) => {
    // Fewer lines than bytes elsewhere: to copy all of them for each one would take minutes.
    const lines = Array.from({ length: length / 4 }, () => ['Set-Cookie', 'a=b'] as const)
    const fields = Fields.from(lines)
    return () => fields.toObject()['set-cookie']?.length ?? 0
  })
})
