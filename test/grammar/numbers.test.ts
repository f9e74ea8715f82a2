/**
 * Digits to numbers. What is compared with is BigInt arithmetic, which
 * loses nothing.
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
  ])('reads %s', (text, value) => {
    expect(of(text)).toBe(value)
  })

  test.each([
    '9007199254740992',
    // Its nearest double is 9007199254740992 too: no rounding may make it fit.
    '9007199254740993',
    '9007199254741000',
    '18446744073709551615',
    '18446744073709551616',
    '9'.repeat(400),
  ])('says that %s overflows', (text) => {
    expect(of(text)).toBe(OVERFLOW)
  })

  test.each(['1e3', '1.0', '1,0', 'a', 'f', '0x1', '\xb2', '\xbc'])(
    'says that %j is no number',
    (text) => {
      expect(of(text)).toBe(NOT_A_NUMBER)
    },
  )

  test.each(['', ' 1', '1 ', '+1', '-1', '-0', '1_0', '1\0', '1\t', '\r', '/', ':'])(
    'says that %j is no number',
    (text) => {
      expect(of(text)).toBe(NOT_A_NUMBER)
    },
  )

  test('says of digits with anything else after them that they are no number, overflowing or not', () => {
    expect(of(`${'9'.repeat(400)}x`)).toBe(NOT_A_NUMBER)
  })

  test('looks at nothing outside its range', () => {
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

  test('takes any byte but its digits for no digit', () => {
    const digits = Array.from({ length: 256 }, (_, byte) => byte).filter(
      (byte) => parseDecimal(Uint8Array.of(byte), 0, 1) !== NOT_A_NUMBER,
    )
    expect(String.fromCharCode(...digits)).toBe(DECIMAL)
  })
})
