/**
 * parseAcceptEncoding() and chooseCoding(): the grammar and the preferences of RFC 9110 s. 12.5.3.
 */

import { describe, expect, test } from 'vitest'
import { chooseCoding, parseAcceptEncoding } from '../../src/codings-web.ts'

const AVAILABLE = ['br', 'gzip'] as const

describe('parseAcceptEncoding', () => {
  test.each([
    ['gzip, deflate, br, zstd', [1, 1, 1, 1]],
    ['gzip;q=1.0, identity; q=0.5, *;q=0', [1, 0.5, 0]],
    ['compress;q=0.5, gzip;q=1.0', [0.5, 1]],
    ['gzip;q=0.123 , br ; Q=1.000', [0.123, 1]],
    ['gzip;q=0., br;q=0', [0, 0]],
    ['', []],
    [' , ,', []],
  ])('reads the weights of %j', (value, weights) => {
    expect(parseAcceptEncoding(value).map(({ weight }) => weight)).toEqual(weights)
  })

  test.each([
    'gzip;q=1.001',
    'gzip;q=2',
    'gzip;q=-1',
    'gzip;q=.5',
    'gzip;q=0.1234',
    'gzip;q=',
    'gzip;q',
    'gzip;q =1',
    'gzip;q= 1',
    'gzip;q=1e0',
    'gzip;level=9',
    'gzip;q=1;level=9',
    'g zip',
    'gz\u0131p;q=\u0661',
    ';q=1',
  ])('ignores a member that breaks the grammar: %j', (value) => {
    expect(parseAcceptEncoding(value)).toEqual([])
  })

  test('returns codings in lower case, and x-gzip as gzip', () => {
    expect(parseAcceptEncoding('X-GZIP, BR, Some-Thing').map(({ coding }) => coding)).toEqual([
      'gzip',
      'br',
      'some-thing',
    ])
  })
})

describe('chooseCoding', () => {
  test.each([
    // The examples of RFC 9110 s. 12.5.3
    ['compress, gzip', 'gzip'],
    ['', 'identity'],
    ['*', 'br'],
    ['compress;q=0.5, gzip;q=1.0', 'gzip'],
    ['gzip;q=1.0, identity; q=0.5, *;q=0', 'gzip'],
    // Weights, and the server's order if they are equal
    ['gzip, br', 'br'],
    ['gzip;q=0.9, br;q=0.8', 'gzip'],
    ['gzip;q=0.5', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*;q=0.1, gzip;q=0.5', 'gzip'],
    ['br;q=0, *', 'gzip'],
    // No coding
    ['gzip;q=0.5, identity', 'identity'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['zstd', 'identity'],
    ['gzip;q=0, br;q=0', 'identity'],
    ['gzip;q=1.5', 'identity'],
    // Nothing is acceptable
    ['identity;q=0', null],
    ['*;q=0', null],
    ['zstd, *;q=0', null],
    ['*;q=0, identity', 'identity'],
    ['*;q=0, identity;q=0.001', 'identity'],
    // A coding listed twice: the first member counts
    ['gzip;q=0, gzip', 'identity'],
  ])('with br and gzip available, for %j, returns %j', (value, coding) => {
    expect(chooseCoding(value, AVAILABLE)).toBe(coding)
  })

  test('returns identity if there is no Accept-Encoding field', () => {
    expect(chooseCoding(undefined, AVAILABLE)).toBe('identity')
  })

  test('throws a TypeError that names an argument of the wrong type', () => {
    expect(() => chooseCoding('gzip', 'gzip' as never)).toThrow(/^available must be an array/)
    expect(() => chooseCoding(1 as never, AVAILABLE)).toThrow(/^the value of Accept-Encoding/)
  })

  test('accepts available codings that the library does not know', () => {
    expect(chooseCoding('dcb, gzip', ['dcb', 'gzip'])).toBe('dcb')
  })
})
