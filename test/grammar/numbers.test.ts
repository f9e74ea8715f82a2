/**
 * Digits to numbers. What is compared with is BigInt arithmetic, which loses nothing.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOT_A_NUMBER, OVERFLOW, parseDecimal } from '../../src/grammar/numbers.ts'
import { toBytes } from '../support/arbitraries.ts'

function decimal(text: string): number {
  return parseDecimal(toBytes(text), 0, text.length)
}

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
    expect(decimal(text)).toBe(value)
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
    expect(decimal(text)).toBe(OVERFLOW)
  })

  test.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '-1',
    '-0',
    '0x1',
    '1e3',
    '1.0',
    '1,0',
    '1_0',
    'a',
    '1\0',
    '\xb2',
    '\xbc',
    '/',
    ':',
  ])('says that %j is no number', (text) => {
    expect(decimal(text)).toBe(NOT_A_NUMBER)
  })

  test('says of digits with anything else behind them that they are no number, overflowing or not', () => {
    expect(decimal(`${'9'.repeat(400)}x`)).toBe(NOT_A_NUMBER)
  })

  test('looks at nothing outside its range', () => {
    expect(parseDecimal(toBytes('91239'), 1, 4)).toBe(123)
    expect(parseDecimal(toBytes('x12x'), 1, 3)).toBe(12)
    expect(parseDecimal(toBytes('1'), 0, 0)).toBe(NOT_A_NUMBER)
    expect(parseDecimal(toBytes('1'), 1, 0)).toBe(NOT_A_NUMBER)
  })

  test('agrees with BigInt on any digits', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789'),
      minLength: 1,
      maxLength: 24,
    })
    fc.assert(
      fc.property(digits, (text) => {
        const exact = BigInt(text)
        const fits = exact <= BigInt(Number.MAX_SAFE_INTEGER)
        expect(decimal(text)).toBe(fits ? Number(exact) : OVERFLOW)
      }),
    )
  })

  test('takes any byte but the ten digits for no digit', () => {
    for (let byte = 0; byte < 256; byte++) {
      const isDigit = byte >= 0x30 && byte <= 0x39
      expect(parseDecimal(Uint8Array.of(byte), 0, 1)).toBe(isDigit ? byte - 0x30 : NOT_A_NUMBER)
    }
  })
})
