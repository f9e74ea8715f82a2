/**
 * Chunk sizes are read as exact numbers or refused. BigInt arithmetic, which is exact, gives the expected
 * values.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpError, ResponseParser } from '../../src/index.ts'
import { scanPlainChunkLine } from '../../src/parser/scan-chunk-line.ts'
import { NOT_PLAIN } from '../../src/parser/scan-limits.ts'
import { toBytes } from '../support/arbitraries.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const DIGITS = '0123456789abcdefABCDEF'

/** The size that the parser reads from a chunk line with `text` as its size, or the code of the error. */
function sizeOf(text: string): number | string {
  const limits = { maxBody: Number.MAX_SAFE_INTEGER }
  const parser = new ResponseParser({ chunkBoundaries: true, limits })
  parser.push(toBytes(`${HEAD}${text}\r\n`)).read()
  try {
    const event = parser.read()
    return event?.type === 'chunk' ? event.size : 'no chunk'
  } catch (error) {
    if (error instanceof HttpError) return error.code
    throw error
  }
}

test('the plain scanner of chunk lines leaves sources longer than 2^30 bytes to the general scanner', () => {
  const source = toBytes('5\r\nhello')
  expect(scanPlainChunkLine(source, 0, source.length)).toBe(3)
  expect(scanPlainChunkLine(source, 0, 2 ** 30 + 1)).toBe(NOT_PLAIN)
  expect(scanPlainChunkLine(source, 2 ** 31 + 1, 2 ** 31 + 9)).toBe(NOT_PLAIN)
})

describe('a chunk size', () => {
  test.each([
    ['0', 0],
    ['00', 0],
    ['a', 10],
    ['F', 15],
    ['0aF', 175],
    ['1000', 4096],
    ['1fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['001FFFFFFFFFFFFF', Number.MAX_SAFE_INTEGER],
  ])('is read from %s', (text, size) => {
    expect(sizeOf(text)).toBe(size)
  })

  test.each([
    '20000000000000',
    // Its nearest double is also 2^53: rounding must not make it fit.
    '20000000000001',
    // 2^53 + 5 and 2^64 + 5: arithmetic that wraps around would read both as 5.
    '20000000000005',
    '10000000000000005',
    'ffffffffffffffff',
    'f'.repeat(400),
  ])('is refused with CHUNK_SIZE_OVERFLOW: %s', (text) => {
    expect(sizeOf(text)).toBe('CHUNK_SIZE_OVERFLOW')
  })

  test.each([
    '',
    ' 1',
    '+1',
    '-1',
    '0x5',
    '1_0',
    'g',
    'G',
    '5h',
    '`',
    '@',
    '/',
    ':',
    '\xe1',
    '1\0',
  ])('is refused with INVALID_CHUNK_SIZE: %j', (text) => {
    expect(sizeOf(text)).toBe('INVALID_CHUNK_SIZE')
  })

  test('has the value that BigInt gives for any hexadecimal digits', () => {
    const unit = fc.constantFrom(...DIGITS)
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 16 }), (text) => {
        const exact = BigInt(`0x${text}`)
        const fits = exact <= BigInt(Number.MAX_SAFE_INTEGER)
        expect(sizeOf(text)).toBe(fits ? Number(exact) : 'CHUNK_SIZE_OVERFLOW')
      }),
    )
  })

  test('has no digits other than 0-9, a-f and A-F', () => {
    const digits = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).filter(
      (char) => typeof sizeOf(char) === 'number',
    )
    expect(digits.join('')).toBe([...DIGITS].sort().join(''))
  })
})
