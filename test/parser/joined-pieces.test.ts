/**
 * Streams cut where the parser's state changes, with the pieces joined in every possible way: for example
 * a head in one chunk, after an empty line in two and before content in several. Random cuts hardly ever
 * produce such chunks.
 */

import { describe, expect, test } from 'vitest'
import { toBytes } from '../support/arbitraries.ts'
import { type Kind, runParser } from '../support/run-parser.ts'

/** The pieces as chunks. Each bit that is set in `joints` joins two adjacent pieces. */
function join(pieces: readonly string[], joints: number): Uint8Array[] {
  const chunks: string[] = []
  let chunk = ''
  pieces.forEach((piece, i) => {
    chunk += piece
    if ((joints >> i) % 2 === 1) return
    chunks.push(chunk)
    chunk = ''
  })
  return [...chunks, chunk].map(toBytes)
}

const STREAMS: readonly [about: string, kind: Kind, pieces: readonly string[]][] = [
  [
    'content of a request after an empty line',
    'request',
    [
      ...['\r', '\n', 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n', '\r', '\n'],
      ...['GET /', 'admin', 'POST /b HTTP/1.1\r\nHost: a\r\n', '\r', '\n'],
    ],
  ],
  [
    'chunks of a request after an empty line',
    'request',
    [
      ...['\r', '\n', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r', '\n'],
      ...['5', '\r', '\n', 'he', 'llo', '\r', '\n', '0\r\n', 'A: b\r\n\r\n'],
    ],
  ],
  [
    'content after an empty line between requests',
    'request',
    [
      ...['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\r', '\n', 'PUT /b HTTP/1.1\r\nHost: a\r\n'],
      ...[
        'Content-Length: 3\r\n',
        '\r\n',
        'a',
        'bc',
        '\r',
        '\n',
        'GET /c HTTP/1.1\r\n',
        'Host: a\r\n\r\n',
      ],
    ],
  ],
  [
    'content of a response that ends with the connection',
    'response',
    [
      ...['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r', '\n', 'h', 'i', '\r', '\n', '\r\n'],
      ...['HTTP/1.1 200 OK\r\n', '\r', '\n', 'ab', 'c', 'd'],
    ],
  ],
]

describe('a stream cut where the state of the parser changes', () => {
  test.each(STREAMS)('has the same outcome for any joining of pieces: %s', (_, kind, pieces) => {
    const joints = 2 ** (pieces.length - 1)
    const whole = JSON.stringify(runParser(kind, join(pieces, joints - 1), {}, []))
    for (let joined = 0; joined < joints; joined++) {
      const chunks = join(pieces, joined)
      const outcome = JSON.stringify(runParser(kind, chunks, {}, []))
      if (outcome !== whole) {
        expect(outcome, JSON.stringify(chunks.map((c) => String.fromCharCode(...c)))).toBe(whole)
      }
    }
    expect(runParser(kind, join(pieces, 0), {}, []).error).toBeNull()
  })
})
