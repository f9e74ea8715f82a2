/**
 * Lines that are known from earlier heads: what is written with them is what is written without.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { serialize } from '../../src/index.ts'
import { knownLines } from '../../src/serializer/known-lines.ts'
import { text } from '../support/refusals.ts'

type Pairs = [name: string, value: string][]

function write(headers: Pairs): string {
  return text(serialize({ head: { status: 204, headers } }))
}

/** The same by hand. */
function written(headers: Pairs): string {
  const lines = headers.map(([name, value]) => `${name}:${value === '' ? '' : ' '}${value}\r\n`)
  return `HTTP/1.1 204 No Content\r\n${lines.join('')}\r\n`
}

describe('a line', () => {
  test('that comes twice is known, and given up when another comes twice', () => {
    for (const value of ['a', 'a', 'a', 'b', 'a', 'b', 'b', 'b', 'a', '', '', '']) {
      expect(write([['X-Turn', value]])).toBe(written([['X-Turn', value]]))
    }
    expect(knownLines.get('X-Turn')?.value).toBe('')
  })

  test('is written in the spelling of its own name', () => {
    for (let time = 0; time < 3; time++) {
      for (const name of ['X-Case', 'x-case', 'X-CASE']) {
        expect(write([[name, '1']])).toBe(written([[name, '1']]))
      }
    }
  })

  test('of any name and value is written right, however often and in whatever order', () => {
    const pair = fc.tuple(
      fc.constantFrom('A', 'a', 'B', 'Vary', 'X-Some-Longer-Name'),
      fc.oneof(
        fc.constantFrom('', 'x', 'y', 'v'.repeat(127), 'v'.repeat(128), 'é\xff'),
        fc.string({ unit: fc.constantFrom('a', 'b', '\x80'), maxLength: 3 }),
      ),
    )
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 12 }), (headers) => {
        expect(write(headers)).toBe(written(headers))
      }),
      { numRuns: 1_500 },
    )
  })
})

describe('what is known', () => {
  test('is bounded, in names and in bytes', () => {
    const long = 'v'.repeat(1_000)
    for (let time = 0; time < 3; time++) {
      for (let i = 0; i < 400; i++) write([[`X-Many-${i}`, 'v']])
      write([['X-Long', long]])
    }
    expect(knownLines.size).toBeLessThanOrEqual(256)
    expect(knownLines.has('X-Long')).toBe(false)
    expect([...knownLines.values()].some(({ value }) => value === long)).toBe(false)
    for (const { bytes, value } of knownLines.values()) {
      if (value !== undefined) expect(bytes.buffer.byteLength).toBeLessThanOrEqual(128)
    }
  })

  test.each(['Authorization', 'proxy-authorization', 'Cookie', 'SET-COOKIE'])(
    'holds no %s',
    (name) => {
      for (let time = 0; time < 4; time++) {
        expect(write([[name, 'secret']])).toBe(written([[name, 'secret']]))
      }
      expect(knownLines.get(name)?.value).toBeUndefined()
    },
  )
})
