import { describe, expect, test } from 'vitest'
import { reasonPhrase, STATUS_REGISTRY, statusCode } from '../../src/status.ts'

describe('reasonPhrase', () => {
  test.each([
    [200, 'OK'],
    [404, 'Not Found'],
    [510, 'Not Extended'],
  ])('%i is %s', (status, phrase) => {
    expect(reasonPhrase(status)).toBe(phrase)
  })

  test.each([104, 299, 420, 509, 599, 600, 999])('is empty for %i, not registered', (status) => {
    expect(reasonPhrase(status)).toBe('')
  })

  test.each([306, 418])('is empty for %i, registered as unused', (status) => {
    expect(reasonPhrase(status)).toBe('')
  })
})

describe('statusCode', () => {
  test('leads back from every phrase, in any ASCII case', () => {
    for (const { code, phrase, note } of STATUS_REGISTRY) {
      if (note === 'unused') continue
      expect(statusCode(phrase)).toBe(code)
      expect(statusCode(phrase.toUpperCase())).toBe(code)
      expect(statusCode(phrase.toLowerCase())).toBe(code)
    }
  })

  test('takes neither the empty phrase nor the mark of the unused codes for theirs', () => {
    expect(statusCode('')).toBeUndefined()
    expect(statusCode('(Unused)')).toBeUndefined()
  })

  test.each([
    'Payload Too Large',
    "I'm a Teapot",
    'Not  Found',
    ' Not Found',
    'Not Found ',
    'Not',
    'constructor',
    '__proto__',
  ])('does not know %j', (phrase) => {
    expect(statusCode(phrase)).toBeUndefined()
  })

  test('folds A-Z alone: no Unicode case mapping, and no bit trick', () => {
    // U+212A and U+017F are what `toLowerCase` and `toUpperCase` make a k and an S of.
    expect(statusCode('O\u212A')).toBeUndefined()
    expect(statusCode('Proce\u017F\u017Fing')).toBeUndefined()
    // CR is '-' and NUL is SP but for the bit that tells the cases of a letter apart.
    expect(statusCode('Multi\rStatus')).toBeUndefined()
    expect(statusCode('Not\0Found')).toBeUndefined()
  })
})
