/**
 * Decoding and copying of bytes, and case folding: no byte may be lost, and names may match only if they
 * differ in nothing but the case of ASCII letters.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalsFolded, foldAscii, isSameFolded, lowerCaseName } from '../../src/grammar/ascii.ts'
import { copyBytes, joinBytes } from '../../src/grammar/byte-arrays.ts'
import {
  decodeLatin1,
  decodeLatin1Portable,
  decodeShort,
  MAX_SHORT,
} from '../../src/grammar/latin1.ts'
import { toBytes } from '../support/arbitraries.ts'

const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)

describe.each([
  ['with Buffer', decodeLatin1],
  ['with nothing but the language', decodeLatin1Portable],
])('latin1 decoding %s', (_, decode) => {
  test('maps each byte to the code unit of the same value', () => {
    // windows-1252, which the web calls latin1, has other characters for 0x80 to 0x9F.
    const text = decode(all, 0, 256)
    expect(text).toHaveLength(256)
    expect(toBytes(text)).toEqual(all)
  })

  test('reads only the given range', () => {
    expect(decode(toBytes('abcdef'), 2, 4)).toBe('cd')
    expect(decode(toBytes('abc'), 1, 1)).toBe('')
    expect(decode(new Uint8Array(0), 0, 0)).toBe('')
  })

  test('reads a view at any offset of its memory', () => {
    const memory = toBytes('0123456789')
    for (let start = 0; start < 10; start++) {
      const view = new Uint8Array(memory.buffer, start)
      expect(decode(view, 0, view.length)).toBe('0123456789'.slice(start))
    }
  })

  test.each([4_095, 4_096, 4_097, 8_192, 300_000])('reads %i bytes', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff)
    const text = decode(bytes, 0, length)
    expect(text).toHaveLength(length)
    expect(Buffer.compare(toBytes(text), bytes)).toBe(0)
  })

  test('preserves any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(64), (bytes, cut) => {
        const start = Math.min(cut, bytes.length)
        const text = decode(bytes, start, bytes.length)
        expect([...toBytes(text)]).toEqual([...bytes.subarray(start)])
      }),
    )
  })

  test('reads a Buffer', () => {
    const buffer = Buffer.from('pooled\xff', 'latin1')
    expect(decode(buffer, 0, buffer.length)).toBe('pooled\xff')
  })
})

describe('decodeShort', () => {
  test('agrees with the decoder for any length, for every length up to MAX_SHORT', () => {
    const bytes = Uint8Array.from({ length: 2 * MAX_SHORT }, (_, i) => 0xff - 17 * i)
    for (let length = 0; length <= MAX_SHORT; length++) {
      for (let start = 0; start < MAX_SHORT; start++) {
        const text = decodeShort(bytes, start, length)
        expect(text).toBe(decodeLatin1Portable(bytes, start, start + length))
      }
    }
  })

  test('maps each byte to the code unit of the same value', () => {
    for (const byte of all) expect(decodeShort(all, byte, 1)).toBe(String.fromCharCode(byte))
  })
})

describe('isSameFolded', () => {
  test('agrees with foldAscii on all pairs of code units below U+0180 and of some above', () => {
    const units = [...Array(0x180).keys(), 0x212a, 0x017f, 0x010d, 0xd800].map((unit) =>
      String.fromCharCode(unit),
    )
    const wrong = units.flatMap((a) =>
      units.filter((b) => isSameFolded(a, b) !== (foldAscii(a) === foldAscii(b))),
    )
    expect(wrong).toEqual([])
  })

  test('compares both strings to their ends', () => {
    expect(isSameFolded('Content-Length', 'content-LENGTH')).toBe(true)
    expect(isSameFolded('Content-Length', 'Content-Lengt')).toBe(false)
    expect(isSameFolded('Content-Length', 'Content-Type')).toBe(false)
    expect(isSameFolded('', '')).toBe(true)
  })
})

describe('foldAscii', () => {
  test('folds A-Z and no other code unit', () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => unit)
    const wrong = units.filter((unit) => {
      const folded = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit
      return foldAscii(String.fromCharCode(unit)) !== String.fromCharCode(folded)
    })
    expect(wrong).toEqual([])
  })

  test.each(['\u212a', '\u017f', '\u0130', '\u00c4', '\u0391'])('leaves %s unchanged', (char) => {
    // toLowerCase would make k of the KELVIN SIGN; toUpperCase would make S of the LONG S.
    expect(foldAscii(`A${char}B`)).toBe(`a${char}b`)
  })

  test('returns text without capital letters unchanged', () => {
    expect(foldAscii('content-length')).toBe('content-length')
    expect(foldAscii('')).toBe('')
  })
})

describe('equalsFolded', () => {
  test.each([
    ['chunked', true],
    ['CHUNKED', true],
    ['cHuNkEd', true],
    ['chunke', false],
    ['chunkedd', false],
    ['chun\xebed', false],
    ['\x03hunked', false],
    ['', false],
  ])('for %j and "chunked" returns %s', (text, equal) => {
    expect(equalsFolded(toBytes(text), 0, text.length, lowerCaseName('chunked'))).toBe(equal)
  })

  test('does not match bytes other than letters that differ in the bit of case', () => {
    expect(equalsFolded(toBytes('@[\\]^'), 0, 5, lowerCaseName('`{|}~'))).toBe(false)
    expect(equalsFolded(toBytes('\xc0'), 0, 1, lowerCaseName('\xe0'))).toBe(false)
    expect(equalsFolded(toBytes('\r'), 0, 1, lowerCaseName('-'))).toBe(false)
  })

  test('compares only the given range', () => {
    expect(equalsFolded(toBytes('xCLOSEx'), 1, 6, lowerCaseName('close'))).toBe(true)
    expect(equalsFolded(toBytes('clos'), 0, 5, lowerCaseName('close'))).toBe(false)
  })
})

describe('copyBytes and joinBytes', () => {
  test.each([
    ['a Uint8Array', Uint8Array.of(1, 2, 3, 4)],
    ['a Buffer, whose slice copies nothing', Buffer.from([1, 2, 3, 4])],
  ])('copyBytes makes a copy of %s that shares no memory with it', (_, bytes) => {
    const copy = copyBytes(bytes, 1, 3)
    expect([...copy]).toEqual([2, 3])
    bytes.fill(9)
    expect([...copy]).toEqual([2, 3])
    expect(copy.buffer.byteLength).toBe(2)
  })

  test('joinBytes joins parts in order, and returns a single part itself', () => {
    const one = Uint8Array.of(1)
    expect(joinBytes([one])).toBe(one)
    expect([...joinBytes([])]).toEqual([])
    expect([...joinBytes([one, Uint8Array.of(), Uint8Array.of(2, 3)])]).toEqual([1, 2, 3])
  })
})
