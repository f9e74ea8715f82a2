/**
 * The pieces of field values: whitespace, tokens, quoted strings, list members.
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
  test('is SP and HTAB and no other byte', () => {
    expect(everyByte.filter(isOws)).toEqual([0x09, 0x20])
    expect(isOws(undefined)).toBe(false)
  })

  // What `trim` takes for whitespace and HTTP does not.
  test.each(['\v', '\f', '\r', '\n', '\0', '\x85', '\xa0'])('is not %j', (char) => {
    const bytes = toBytes(`${char}a${char}`)
    expect(skipOws(bytes, 0, 3)).toBe(0)
    expect(trimOwsEnd(bytes, 0, 3)).toBe(3)
  })

  test('is skipped before and after, to the ends and not beyond', () => {
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
  test('is made of tchar and of no other byte', () => {
    const inToken = everyByte.filter((byte) => skipToken(Uint8Array.of(byte), 0, 1) === 1)
    expect(String.fromCharCode(...inToken)).toBe([...TCHAR].sort().join(''))
  })

  test('ends where its range does', () => {
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

  test.each(['"', '"a', '"\\', '"a\\"', '"a\\"b\\"'])('%j does not close', (text) => {
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
  ])('%j is wrong at %i', (text, wrong) => {
    expect(skipQuotedString(toBytes(text), 0, text.length)).toBe(~wrong)
  })

  test('does not close after its range', () => {
    expect(skipQuotedString(toBytes('"a"'), 0, 2)).toBe(~2)
    expect(skipQuotedString(toBytes('"\\""'), 0, 2)).toBe(~2)
  })

  test('of any text, quoted as it has to be, ends at its closing quote', () => {
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
  ])('of %j ends at %i', (text, end) => {
    expect(memberEnd(toBytes(text), 0, text.length)).toBe(end)
  })

  test('ends where its range does, be a quote open', () => {
    expect(memberEnd(toBytes('ab,c'), 0, 2)).toBe(2)
    expect(memberEnd(toBytes('"a,b'), 0, 4)).toBe(4)
  })
})
