/**
 * Decimal digits are read as exact numbers or not at all. BigInt arithmetic, which is exact, gives the
 * expected values.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOT_A_NUMBER, OVERFLOW, parseDecimal } from '../../src/grammar/numbers.ts'
import { toBytes } from '../support/arbitraries.ts'

function of(text: string): number {
  return parseDecimal(toBytes(text), 0, text.length)
}

const DECIMAL = '0123456789'

describe('parseDecimal', () => {
  test.each([
    ['0', 0],
    ['00', 0],
    ['007', 7],
    ['10', 10],
    ['1234567890', 1_234_567_890],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['000000000000000000009007199254740991', Number.MAX_SAFE_INTEGER],
  ])('returns the value of %s', (text, value) => {
    expect(of(text)).toBe(value)
  })

  test.each([
    '9007199254740992',
    // Its nearest double is also 9007199254740992: rounding must not make it fit.
    '9007199254740993',
    '9007199254741000',
    '18446744073709551615',
    '18446744073709551616',
    '9'.repeat(400),
  ])('returns OVERFLOW for %s', (text) => {
    expect(of(text)).toBe(OVERFLOW)
  })

  test.each(['1e3', '1.0', '1,0', 'a', 'f', '0x1', '\xb2', '\xbc'])(
    'returns NOT_A_NUMBER for a number in another notation: %j',
    (text) => {
      expect(of(text)).toBe(NOT_A_NUMBER)
    },
  )

  test.each(['', ' 1', '1 ', '+1', '-1', '-0', '1_0', '1\0', '1\t', '\r', '/', ':'])(
    'returns NOT_A_NUMBER for text other than digits: %j',
    (text) => {
      expect(of(text)).toBe(NOT_A_NUMBER)
    },
  )

  test('returns NOT_A_NUMBER rather than OVERFLOW for 400 digits with another character after them', () => {
    expect(of(`${'9'.repeat(400)}x`)).toBe(NOT_A_NUMBER)
  })

  test('reads only the given range', () => {
    const bytes = toBytes('x12x')
    expect(parseDecimal(bytes, 1, 2)).toBe(1)
    expect(parseDecimal(bytes, 2, 3)).toBe(2)
    expect(parseDecimal(bytes, 1, 1)).toBe(NOT_A_NUMBER)
    expect(parseDecimal(bytes, 2, 1)).toBe(NOT_A_NUMBER)
    expect(parseDecimal(bytes, 0, 2)).toBe(NOT_A_NUMBER)
    expect(parseDecimal(bytes, 2, 4)).toBe(NOT_A_NUMBER)
  })

  test('agrees with BigInt on any digits', () => {
    const unit = fc.constantFrom(...DECIMAL)
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 24 }), (text) => {
        const exact = BigInt(text)
        const fits = exact <= BigInt(Number.MAX_SAFE_INTEGER)
        expect(of(text)).toBe(fits ? Number(exact) : OVERFLOW)
      }),
    )
  })

  test('accepts no single byte except 0 to 9', () => {
    const digits = Array.from({ length: 256 }, (_, byte) => byte).filter(
      (byte) => parseDecimal(Uint8Array.of(byte), 0, 1) !== NOT_A_NUMBER,
    )
    expect(String.fromCharCode(...digits)).toBe(DECIMAL)
  })
})
