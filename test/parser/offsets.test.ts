/**
 * Offsets count from the first byte pushed and stay exact in streams of any length.
 */

import { describe, expect, test } from 'vitest'
import { RequestParser } from '../../src/index.ts'
import { inLap, LAP, lapsIn } from '../../src/message/laps.ts'
import { toBytes } from '../support/arbitraries.ts'

test.each([0, 1, LAP - 1, LAP, LAP + 1, 2 * LAP, 2 ** 31, 2 ** 32 + 5, 2 ** 52 + 3])(
  'lapsIn and inLap split the offset %d into laps and a remainder',
  (offset) => {
    expect(lapsIn(offset) * LAP + inLap(offset)).toBe(offset)
    expect(inLap(offset)).toBeLessThan(LAP)
  },
)

describe('after 5 GiB of content', () => {
  const size = 5 * 2 ** 30
  const parser = new RequestParser()
  const head = `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`
  const piece = new Uint8Array(2 ** 26)
  let types = [...parser.push(toBytes(head))].map(({ type }) => type)
  for (let sent = 0; sent < size; sent += piece.length) {
    types = [...parser.push(piece)].map(({ type }) => type)
  }
  const start = head.length + size

  test('the content ends at the exact offset', () => {
    expect(types).toEqual(['data', 'end'])
    expect(parser.offset).toBe(start)
  })

  test('heads have exact offsets, also in pieces and after an empty line', () => {
    const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
    const offsets: number[] = []
    const text = `${get}${get}\r\n${get}`
    for (const cut of [text.slice(0, 3), text.slice(3, 40), text.slice(40)]) {
      for (const event of parser.push(toBytes(cut))) {
        if (event.type === 'request') offsets.push(event.offset - start)
      }
    }
    expect(offsets).toEqual([0, get.length, 2 * get.length + 2])
  })

  test('an error has an exact offset', () => {
    const { offset } = parser
    parser.push(toBytes('GET / HTTP/1.1\r\nHost: a\r\nA\x01: b\r\n\r\n'))
    expect(() => parser.read()).toThrow(
      expect.objectContaining({ code: 'INVALID_FIELD_NAME', offset: offset + 26 }),
    )
    expect(parser.offset).toBe(offset + 26)
  })
})

test('two heads that arrive byte by byte across the end of a lap have exact offsets', () => {
  const head = (length: number) => `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`
  const size = LAP - 3 - head(LAP).length
  const parser = new RequestParser().push(toBytes(head(size)))
  const piece = new Uint8Array(2 ** 26)
  for (let sent = 0; sent < size; sent += piece.length) {
    parser.push(piece.subarray(0, Math.min(piece.length, size - sent)))
    while (parser.read() !== null);
  }
  const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
  const seen: number[] = []
  for (const byte of toBytes(get + get)) {
    for (const event of parser.push(Uint8Array.of(byte))) {
      if (event.type === 'request') seen.push(event.offset, parser.offset)
    }
  }
  expect(seen).toEqual([0, get.length, get.length, 2 * get.length].map((n) => LAP - 3 + n))
})
