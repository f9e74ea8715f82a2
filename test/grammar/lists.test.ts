/**
 * The elements of field values: whitespace, tokens, quoted strings and list members.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isOws,
  memberEnd,
  skipOws,
  skipQuotedString,
  skipToken,
  trimOwsEnd,
} from '../../src/grammar/lists.ts'
import { toBytes } from '../support/arbitraries.ts'

const everyByte = Array.from({ length: 256 }, (_, byte) => byte)

/** RFC 9110 s. 5.6.2. */
const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

describe('whitespace', () => {
  test('consists of SP and HTAB only', () => {
    expect(everyByte.filter(isOws)).toEqual([0x09, 0x20])
    expect(isOws(undefined)).toBe(false)
  })

  // Control characters and NBSP, some of which `trim` removes.
  test.each(['\v', '\f', '\r', '\n', '\0', '\x85', '\xa0'])('does not include %j', (char) => {
    const bytes = toBytes(`${char}a${char}`)
    expect(skipOws(bytes, 0, 3)).toBe(0)
    expect(trimOwsEnd(bytes, 0, 3)).toBe(3)
  })

  test('is skipped at both ends of a range, and not beyond it', () => {
    const bytes = toBytes(' \t a \t ')
    expect(skipOws(bytes, 0, 7)).toBe(3)
    expect(trimOwsEnd(bytes, 0, 7)).toBe(4)
    expect(skipOws(bytes, 0, 2)).toBe(2)
    expect(trimOwsEnd(bytes, 0, 3)).toBe(0)
    expect(trimOwsEnd(bytes, 5, 7)).toBe(5)
    expect(skipOws(bytes, 7, 7)).toBe(7)
  })
})

describe('a token', () => {
  test('consists of tchar only', () => {
    const inToken = everyByte.filter((byte) => skipToken(Uint8Array.of(byte), 0, 1) === 1)
    expect(String.fromCharCode(...inToken)).toBe([...TCHAR].sort().join(''))
  })

  test('ends before a byte that is not tchar and at the end of its range', () => {
    expect(skipToken(toBytes('abc'), 0, 2)).toBe(2)
    expect(skipToken(toBytes('ab,c'), 0, 4)).toBe(2)
    expect(skipToken(toBytes(',c'), 0, 2)).toBe(0)
  })
})

describe('a quoted-string', () => {
  test.each([
    ['""', 2],
    ['"a"', 3],
    ['"a" b', 3],
    ['"a\\"b"', 6],
    ['"\\\\"', 4],
    ['"\\\t\\ \t\x80\xff"', 9],
    ['",;="', 5],
  ])('%j ends at %i', (text, end) => {
    expect(skipQuotedString(toBytes(text), 0, text.length)).toBe(end)
  })

  test.each(['"', '"a', '"\\', '"a\\"', '"a\\"b\\"'])('%j is not closed', (text) => {
    expect(skipQuotedString(toBytes(text), 0, text.length)).toBe(~text.length)
  })

  test.each([
    ['"a\r\n"', 2],
    ['"a\n"', 2],
    ['"\0"', 1],
    ['"\x7f"', 1],
    ['"\\\r"', 2],
    ['"\\\0"', 2],
    ['"\x1f', 1],
  ])('%j has an invalid byte at %i', (text, wrong) => {
    expect(skipQuotedString(toBytes(text), 0, text.length)).toBe(~wrong)
  })

  test('is not closed by a quote after its range', () => {
    expect(skipQuotedString(toBytes('"a"'), 0, 2)).toBe(~2)
    expect(skipQuotedString(toBytes('"\\""'), 0, 2)).toBe(~2)
  })

  test('ends at its closing quote for any text with the required escapes', () => {
    const text = fc.string({
      unit: fc
        .constantFrom(...everyByte.map((byte) => String.fromCharCode(byte)))
        .filter((char) => /[\t -~\x80-\xff]/.test(char)),
    })
    fc.assert(
      fc.property(text, text, (inside, after) => {
        const quoted = `"${inside.replace(/["\\]/g, '\\$&')}"`
        const bytes = toBytes(quoted + after)
        expect(skipQuotedString(bytes, 0, bytes.length)).toBe(quoted.length)
      }),
    )
  })
})

describe('a list member', () => {
  test.each([
    ['a,b', 1],
    ['a', 1],
    ['', 0],
    [',a', 0],
    ['"a,b",c', 5],
    ['a="x,\\",y" ,c', 11],
  ])('at the start of %j ends at %i', (text, end) => {
    expect(memberEnd(toBytes(text), 0, text.length)).toBe(end)
  })

  test('ends at the end of its range, even inside an open quote', () => {
    expect(memberEnd(toBytes('ab,c'), 0, 2)).toBe(2)
    expect(memberEnd(toBytes('"a,b'), 0, 4)).toBe(4)
  })
})
