/**
 * The grammar of `uri-host [ ":" port ]`. IPv6 addresses are also compared with Node's `net.isIPv6`,
 * another implementation of the same grammar.
 */

import { isIPv6 } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAuthority } from '../../src/grammar/host.ts'
import { toBytes } from '../support/arbitraries.ts'

const INVALID = -1
const NO_PORT = -2

function authority(text: string): number {
  return parseAuthority(toBytes(text), 0, text.length)
}

describe('parseAuthority', () => {
  test.each([
    ['example.com', NO_PORT],
    ['example.com:', NO_PORT],
    ['example.com:80', 80],
    ['example.com:0', 0],
    ['example.com:65535', 65_535],
    ['example.com:00080', 80],
    ['EXAMPLE.com', NO_PORT],
    ['', NO_PORT],
    [':80', 80],
    ['localhost:8080', 8_080],
    ['127.0.0.1:1', 1],
    // Not an IPv4 address, but still a reg-name (RFC 3986 s. 3.2.2).
    ['999.999.999.999', NO_PORT],
    ["a-._~!$&'()*+,;=z", NO_PORT],
    ['%41%c3%BC', NO_PORT],
    ['xn--bcher-kva.example', NO_PORT],
    ['[::1]', NO_PORT],
    ['[::1]:443', 443],
    ['[::1]:', NO_PORT],
    ['[::ffff:192.0.2.1]:80', 80],
    ['[v1.a:b]', NO_PORT],
    ['[vF.~]:1', 1],
    ['[V1.x]', NO_PORT],
  ])('accepts %s', (text, port) => {
    expect(authority(text)).toBe(port)
  })

  test.each([
    'a b',
    ' a',
    'a ',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
    'user:pw@a',
    'http://a',
    'a:b',
    'a:80:80',
    'a:-1',
    'a:+1',
    'a: 1',
    'a:0x50',
    'a:65536',
    'a:99999999999999999999',
    'a%',
    'a%4',
    'a%4g',
    'a%%41',
    'a[b',
    'a]b',
    'a\\b',
    'a"b',
    'a<b>',
    'a\0b',
    'a\x7fb',
    'b\xfccher',
    '[',
    ']',
    '[]',
    '[:]',
    '[::1',
    '[::1]80',
    '[::1]a',
    '[::1]]',
    '[[::1]]',
    '[::1%25eth0]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1::2::3]',
    '[:::]',
    '[12345::]',
    '[::g]',
    '[::1.2.3]',
    '[::1.2.3.4.5]',
    '[::256.1.1.1]',
    '[::1.2.3.04]',
    '[1:2:3:4:5:6:7:1.2.3.4]',
    '[::1.2.3.4:5]',
    '[v.a]',
    '[v1.]',
    '[v1]',
    '[vg.a]',
    '[v1.a/b]',
    '[127.0.0.1]',
    '::1',
  ])('refuses %j', (text) => {
    expect(authority(text)).toBe(INVALID)
  })

  test('accepts no single byte in a reg-name except unreserved and sub-delims', () => {
    const allowed = new Set(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=",
    )
    for (let byte = 0; byte < 256; byte++) {
      const char = String.fromCharCode(byte)
      // A colon begins a port, here an invalid one.
      expect(authority(`a${char}a`) === NO_PORT, JSON.stringify(char)).toBe(allowed.has(char))
    }
  })

  test('accepts only two hexadecimal digits after a percent sign', () => {
    const digits = new Set('0123456789ABCDEFabcdef')
    for (let byte = 0; byte < 256; byte++) {
      const char = String.fromCharCode(byte)
      for (const text of [`a%${char}0z`, `a%0${char}z`, `%${char}f`, `%f${char}`]) {
        expect(authority(text) === NO_PORT, JSON.stringify(text)).toBe(digits.has(char))
      }
    }
  })

  test('reads only the given range', () => {
    const bytes = toBytes('x[::1]:80x')
    expect(parseAuthority(bytes, 1, 9)).toBe(80)
    expect(parseAuthority(bytes, 1, 8)).toBe(8)
    expect(parseAuthority(bytes, 1, 6)).toBe(NO_PORT)
    expect(parseAuthority(bytes, 1, 5)).toBe(INVALID)
    expect(parseAuthority(toBytes('a%41'), 0, 3)).toBe(INVALID)
    expect(parseAuthority(toBytes('[::1]'), 0, 0)).toBe(NO_PORT)
  })

  test("agrees with Node's isIPv6 on texts that resemble IPv6 addresses", () => {
    const group = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', '00000', '0000', 'g', '1.2.3.4', '1.2.3', '256.0.0.1'),
      },
    )
    const address = fc.oneof(
      fc.ipV6(),
      fc.array(group, { maxLength: 9 }).map((groups) => groups.join(':')),
      fc
        .tuple(fc.array(group, { maxLength: 5 }), fc.array(group, { maxLength: 5 }))
        .map(([left, right]) => `${left.join(':')}::${right.join(':')}`),
    )
    fc.assert(
      fc.property(address, (text) => {
        expect(authority(`[${text}]`), text).toBe(isIPv6(text) ? NO_PORT : INVALID)
      }),
      { numRuns: 3000 },
    )
  })
})
