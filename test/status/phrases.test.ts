/**
 * The reason phrase of a status code, and the status code of a reason phrase.
 */

import { describe, expect, test } from 'vitest'
import { reasonPhrase, STATUS_REGISTRY, statusCode } from '../../src/status.ts'

describe('reasonPhrase', () => {
  test.each([
    [200, 'OK'],
    [404, 'Not Found'],
    [510, 'Not Extended'],
  ])('returns the registered phrase of %i: %s', (status, phrase) => {
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
  test('returns the code of every phrase in use, in any ASCII case', () => {
    for (const { code, phrase, note } of STATUS_REGISTRY) {
      if (note === 'unused') continue
      expect(statusCode(phrase)).toBe(code)
      expect(statusCode(phrase.toUpperCase())).toBe(code)
      expect(statusCode(phrase.toLowerCase())).toBe(code)
    }
  })

  test('returns undefined for the empty phrase and for "(Unused)"', () => {
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
  ])('returns undefined for %j', (phrase) => {
    expect(statusCode(phrase)).toBeUndefined()
  })

  test('folds the case of A-Z only, not of other Unicode characters or of controls', () => {
    // `toLowerCase` maps U+212A to k, and `toUpperCase` maps U+017F to S.
    expect(statusCode('O\u212A')).toBeUndefined()
    expect(statusCode('Proce\u017F\u017Fing')).toBeUndefined()
    // CR differs from '-', and NUL from SP, only in the bit that separates the cases of a letter.
    expect(statusCode('Multi\rStatus')).toBeUndefined()
    expect(statusCode('Not\0Found')).toBeUndefined()
  })
})
