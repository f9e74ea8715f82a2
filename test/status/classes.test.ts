/**
 * The class of a status code, and whether it forbids content.
 */

import { describe, expect, test } from 'vitest'
import { forbidsContent, reasonPhrase, statusClass } from '../../src/status.ts'

describe('statusClass', () => {
  test.each([
    [100, 'informational'],
    [199, 'informational'],
    [200, 'successful'],
    [299, 'successful'],
    [300, 'redirection'],
    [399, 'redirection'],
    [400, 'client-error'],
    [471, 'client-error'],
    [499, 'client-error'],
    [500, 'server-error'],
    [599, 'server-error'],
    [600, 'unknown'],
    [999, 'unknown'],
  ])('classifies %i as %s, registered or not', (status, expected) => {
    expect(statusClass(status)).toBe(expected)
  })
})

describe('forbidsContent', () => {
  test('is true for 1xx, 204 and 304, and for no other status', () => {
    const forbidding: number[] = []
    for (let status = 200; status <= 999; status++) {
      if (forbidsContent(status)) forbidding.push(status)
    }
    expect(forbidding).toEqual([204, 304])
    for (let status = 100; status <= 199; status++) expect(forbidsContent(status)).toBe(true)
  })

  test('is false for 205, whose empty content has to be framed', () => {
    expect(forbidsContent(205)).toBe(false)
  })
})

describe.each([
  ['reasonPhrase', reasonPhrase],
  ['statusClass', statusClass],
  ['forbidsContent', forbidsContent],
])('the argument of %s', (_name, look) => {
  test.each([99, 1000, 0, -200, 200.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 200])(
    'refuses %d, which is not an integer from 100 to 999',
    (status) => {
      const message = `status must be an integer from 100 to 999, not ${status}`
      expect(() => look(status)).toThrow(new RangeError(message))
    },
  )

  test.each([
    ['a string', '200'],
    ['a undefined', undefined],
    ['a object', Object.create(null)],
    ['a symbol', Symbol('200')],
    ['a bigint', 200n],
  ])('refuses %s, which is not a number', (given, status) => {
    const message = `status must be an integer from 100 to 999, not ${given}`
    expect(() => look(status as number)).toThrow(new RangeError(message))
  })

  test('accepts 100 and 999, the ends of the range', () => {
    expect(() => look(100)).not.toThrow()
    expect(() => look(999)).not.toThrow()
  })
})
