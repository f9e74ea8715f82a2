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
  ])('%i is %s, whether registered or not', (status, expected) => {
    expect(statusClass(status)).toBe(expected)
  })
})

describe('forbidsContent', () => {
  test('holds for 1xx, 204 and 304, and for no other status', () => {
    const forbidding: number[] = []
    for (let status = 200; status <= 999; status++) {
      if (forbidsContent(status)) forbidding.push(status)
    }
    expect(forbidding).toEqual([204, 304])
    for (let status = 100; status <= 199; status++) expect(forbidsContent(status)).toBe(true)
  })

  test('does not hold for 205, whose empty content has to be framed', () => {
    expect(forbidsContent(205)).toBe(false)
  })
})

describe.each([
  ['reasonPhrase', reasonPhrase],
  ['statusClass', statusClass],
  ['forbidsContent', forbidsContent],
])('%s', (_name, look) => {
  test.each([99, 1000, 0, -200, 200.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 200])(
    'refuses %d, which three digits cannot say',
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
  ])('refuses what is no number: %s', (given, status) => {
    const message = `status must be an integer from 100 to 999, not ${given}`
    expect(() => look(status as number)).toThrow(new RangeError(message))
  })

  test('takes the first and the last of the range', () => {
    expect(() => look(100)).not.toThrow()
    expect(() => look(999)).not.toThrow()
  })
})
