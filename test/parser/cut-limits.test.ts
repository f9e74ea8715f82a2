/**
 * Input that exceeds a limit, often next to an invalid byte, cut around that place: the code and the offset
 * of the error must not depend on how much of a line had arrived when the parser looked at it.
 */

import { describe, expect, test } from 'vitest'
import type { Limits, ParserOptions } from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { byteByByte } from '../support/chunkings.ts'
import { type Kind, runParser } from '../support/run-parser.ts'

const REQUEST = 'POST / HTTP/1.1\r\nHost: a\r\n'
const CHUNKED = `${REQUEST}Transfer-Encoding: chunked\r\n\r\n`
const RESPONSE = 'HTTP/1.1 200 OK\r\n'

type Name = keyof Limits

const EXTENSIONS: Name[] = ['maxChunkExtension', 'maxChunkExtensions', 'maxBody']

/** Inputs that are cut in their last bytes, and the limits that may be exceeded there. */
const INPUTS: [kind: Kind, text: string, limits: Name[]][] = [
  // A CR that is the first byte beyond a limit: LF may follow it, or not.
  ['request', `${REQUEST}A: b\rc\r\n\r\n`, ['maxHead', 'maxFieldLine', 'maxFields']],
  ['request', `${REQUEST}A: b\r\n\rc`, ['maxHead', 'maxFieldLine', 'maxFields']],
  ['request', 'GET / HTTP/1.1\rX', ['maxHead', 'maxStartLine', 'maxTarget']],
  ['request', 'GET /\rX', ['maxHead', 'maxStartLine', 'maxTarget']],
  ['request', 'GET\rX', ['maxHead', 'maxStartLine', 'maxTarget']],
  ['response', 'HTTP/1.1 200 OK\rX', ['maxHead', 'maxStartLine']],
  ['response', 'HTTP/1.1 200\rX', ['maxHead', 'maxStartLine']],
  ['response', `${RESPONSE}A: b\r\n c\rd\r\n\r\n`, ['maxHead', 'maxFieldLine', 'maxFields']],
  ['request', `${CHUNKED}0\r\nA: b\rc\r\n\r\n`, ['maxTrailer', 'maxFieldLine', 'maxFields']],
  ['request', `${CHUNKED}0\r\n\rc`, ['maxTrailer', 'maxFieldLine', 'maxFields']],
  // Whitespace after a chunk size: an extension may follow it, or not.
  ['request', `${CHUNKED}5      \r\nhello`, EXTENSIONS],
  ['request', `${CHUNKED}5      ;a\r\nhello`, EXTENSIONS],
  ['request', `${CHUNKED}5      x\r\nhello`, EXTENSIONS],
  ['request', `${CHUNKED}5;a      \r\nhello`, EXTENSIONS],
  ['request', `${CHUNKED}5;a      x\r\nhello`, EXTENSIONS],
  ['request', `${CHUNKED}5;a      =      b\r\nhello`, EXTENSIONS],
  ['request', `${CHUNKED}5;a="b    "      c\r\nhello`, EXTENSIONS],
  ['request', `${CHUNKED}5;a="b    \\\r\nhello`, EXTENSIONS],
  ['response', `${RESPONSE}Transfer-Encoding: chunked\r\n\r\n5      \r\nhello`, EXTENSIONS],
  // Folded and unfolded lines.
  ['response', `${RESPONSE}A: b\r\n c\r\n d\r\nE: f\r\n g\r\n\r\n`, ['maxHead', 'maxFieldLine']],
  ['response', `${RESPONSE}A:\r\n\r\n`, ['maxHead', 'maxFieldLine', 'maxFields']],
  ['response', `${RESPONSE}A: b\r\n \r\n \r\n\r\n`, ['maxHead', 'maxFieldLine', 'maxFields']],
  ['request', `\r\n\r\n${REQUEST}A: b\r\n\r\n`, ['maxHead', 'maxEmptyLines']],
]

const TAIL = 24

/** Cuts `bytes` after each byte, and then in two at each of its last bytes. */
function* cuts(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield* byteByByte(bytes)
  for (let at = Math.max(1, bytes.length - TAIL); at < bytes.length; at++) {
    yield [bytes.slice(0, at), bytes.slice(at)]
  }
}

/** Fails if any cut of `text` gives another outcome than the uncut text. */
function expectSameForEveryCut(kind: Kind, text: string, options: ParserOptions): void {
  const bytes = toBytes(text)
  const expected = runParser(kind, [bytes], options)
  const told = JSON.stringify(expected)
  for (const chunks of cuts(bytes)) {
    const outcome = runParser(kind, chunks, options)
    if (JSON.stringify(outcome) === told) continue
    const sizes = chunks.map(({ length }) => length)
    expect({ options, sizes, ...outcome }).toEqual({ options, sizes, ...expected })
  }
}

describe.each(INPUTS)('a %s, %j', (kind, text, limits) => {
  test.each(limits)('has the same outcome for every cut under 25 values of %s', (name) => {
    // `maxHead` counts from the first byte of the text, all others from a place near its end.
    const first = name === 'maxHead' ? Math.max(1, text.length - TAIL) : 1
    for (let limit = first; limit <= first + TAIL; limit++) {
      expectSameForEveryCut(kind, text, { limits: { [name]: limit } })
    }
  })

  test('has the same outcome for every cut with bare LF and a space after a chunk size allowed', () => {
    for (const name of limits) {
      for (let limit = 1; limit < 10; limit++) {
        expectSameForEveryCut(kind, text, {
          limits: { [name]: limit },
          leniency: { allowBareLf: true, allowSpaceAfterChunkSize: true },
        })
      }
    }
  })
})

describe('an input that exceeds one of two limits, or both', () => {
  test.each([
    ['maxStartLine', 'maxHead', 'GET /aaaaaaaaa HTTP/1.1\r\n\r\n'],
    ['maxTarget', 'maxStartLine', 'GET /aaaaaaaaa HTTP/1.1\r\n\r\n'],
    ['maxTarget', 'maxHead', 'GET /aaaaaaaaa HTTP/1.1\r\n\r\n'],
    ['maxFieldLine', 'maxHead', 'GET / HTTP/1.1\r\nA: bbbbb\r\n\r\n'],
    ['maxFields', 'maxHead', 'GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n'],
    ['maxChunkExtension', 'maxChunkExtensions', `${CHUNKED}1;aaaaaa\r\nx\r\n0\r\n\r\n`],
    ['maxFieldLine', 'maxTrailer', `${CHUNKED}0\r\nAAAAAAA: b\r\n\r\n`],
  ] as const)('has the same outcome for every cut: %s and %s', (a, b, text) => {
    for (let one = 1; one <= TAIL; one++) {
      for (let other = Math.max(1, one - 4); other <= one + 20; other += 3) {
        expectSameForEveryCut('request', text, { limits: { [a]: one, [b]: other } })
      }
    }
  })
})
