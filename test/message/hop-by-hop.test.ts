/**
 * The removal of fields that concern only one connection.
 */

import { describe, expect, test } from 'vitest'
import { Fields, RequestParser, RequestSerializer } from '../../src/index.ts'

type Pairs = [name: string, value: string][]

/** The head of a request with the lines `pairs` after its Host. */
function parsedHead(pairs: Pairs) {
  const lines = pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const wire = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`, 'latin1')
  const event = new RequestParser().push(wire).read()
  if (event?.type !== 'request') throw new Error('no head')
  return event
}

const WAYS: [string, (pairs: Pairs) => Fields][] = [
  ['made from pairs', (pairs) => Fields.from([['Host', 'a'], ...pairs])],
  ['parsed', (pairs) => parsedHead(pairs).headers],
  ['a copy of parsed ones', (pairs) => Fields.from(parsedHead(pairs).headers)],
  ['parsed and edited', mixed],
]

/** Fields with the first half of `pairs` parsed from the wire, and the others appended as text. */
function mixed(pairs: Pairs): Fields {
  const half = Math.ceil(pairs.length / 2)
  const { headers } = parsedHead(pairs.slice(0, half))
  for (const [name, value] of pairs.slice(half)) headers.append(name, value)
  return headers
}

/** The names of the remaining lines. */
function left(fields: Fields): string[] {
  return [...fields].map(([name]) => name)
}

describe.each(WAYS)('deleteHopByHop (fields %s)', (_, make) => {
  test('returns the same Fields object', () => {
    const fields = make([['Connection', 'close']])
    expect(fields.deleteHopByHop()).toBe(fields)
    expect(left(fields)).toEqual(['Host'])
  })

  test.each([
    ...['Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Transfer-Encoding', 'Upgrade'],
    ...['connection', 'KEEP-ALIVE', 'tE'],
  ])('removes %s even if Connection does not name it', (name) => {
    const coding = name === 'Transfer-Encoding' ? 'chunked' : 'x'
    const fields = make([
      ['A', 'b'],
      [name, coding],
      ['C', 'd'],
    ])
    expect(left(fields.deleteHopByHop())).toEqual(['Host', 'A', 'C'])
  })

  test('removes every field that any Connection line names, in any case', () => {
    const fields = make([
      ['X-One', '1'],
      ['Connection', 'x-one, ,\tX-TWO ,close'],
      ['x-two', '2'],
      ['X-Three', '3'],
      ['X-Two', '2'],
      ['connection', 'x-four'],
      ['X-Four', '4'],
      ['X-Fourth', '5'],
    ])
    expect(left(fields.deleteHopByHop())).toEqual(['Host', 'X-Three', 'X-Fourth'])
  })

  test('removes even Host if Connection names it', () => {
    const fields = make([['Connection', 'host']])
    expect(left(fields.deleteHopByHop())).toEqual([])
  })

  test('keeps Content-Length, which frames the message, even if Connection names it', () => {
    const fields = make([
      ['Connection', 'Content-Length, x'],
      ['Content-Length', '5'],
      ['X', '1'],
    ])
    expect(left(fields.deleteHopByHop())).toEqual(['Host', 'Content-Length'])
  })

  test('keeps fields whose names only resemble those in Connection', () => {
    const fields = make([
      ['Connection', 'x-\xe5, K-b, constructor'],
      ['X-A', '1'],
      ['Close', '2'],
      ['__proto__', '3'],
    ])
    expect(left(fields.deleteHopByHop())).toEqual(['Host', 'X-A', 'Close', '__proto__'])
  })

  test('changes nothing when called again', () => {
    const fields = make([
      ['Connection', 'a'],
      ['A', 'b'],
      ['C', 'd'],
    ])
    fields.deleteHopByHop()
    const once = [...fields]
    expect([...fields.deleteHopByHop()]).toEqual(once)
    expect(once).toEqual([
      ['Host', 'a'],
      ['C', 'd'],
    ])
  })

  test('removes the fields that Connection names in the fields passed to it', () => {
    const trailers = make([
      ['X-Hop', '1'],
      ['X-End', '2'],
      ['Upgrade', '3'],
    ])
    trailers.deleteHopByHop(Fields.from({ Connection: 'x-hop' }))
    expect(left(trailers)).toEqual(['Host', 'X-End'])
  })

  test('ignores its own Connection if other fields are passed to it', () => {
    const trailers = make([
      ['X-Hop', '1'],
      ['Connection', 'x-hop'],
    ])
    trailers.deleteHopByHop(new Fields())
    expect(left(trailers)).toEqual(['Host', 'X-Hop'])
  })
})

describe('deleteHopByHop on a parsed head without hop-by-hop fields', () => {
  test('edits nothing, so that the head is still written verbatim', () => {
    const head = parsedHead([['A', 'b']])
    head.headers.deleteHopByHop()
    const written = new RequestSerializer({ verbatim: true }).write(head)
    expect(written[0]?.buffer).toBe(head.bytes.buffer)
  })
})

test('deleteHopByHop and keepAlive honour names after an open quote in Connection', () => {
  const { headers, keepAlive } = parsedHead([
    ['Connection', '"a, X-Secret, close'],
    ['X-Secret', '1'],
  ])
  expect(keepAlive).toBe(false)
  expect(left(headers.deleteHopByHop())).toEqual(['Host'])
})
