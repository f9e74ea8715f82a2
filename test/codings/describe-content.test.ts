/**
 * describeContent(): the fields of a message after its content has been encoded or decoded.
 */

import { describe, expect, test } from 'vitest'
import { describeContent } from '../../src/codings-web.ts'
import { Fields, HttpError } from '../../src/index.ts'

const described = (
  fields: Record<string, string>,
  description: Parameters<typeof describeContent>[1],
) => {
  const made = Fields.from(fields)
  describeContent(made, description)
  return made.toObject()
}

describe('describeContent', () => {
  test('sets Content-Encoding, Content-Length and Vary', () => {
    const fields = { 'Content-Type': 'text/html', 'Content-Length': '900' }
    expect(described(fields, { codings: ['gzip', 'br'], length: 200 })).toEqual({
      'content-type': 'text/html',
      'content-length': '200',
      vary: 'Accept-Encoding',
      'content-encoding': 'gzip, br',
    })
  })

  test('removes Content-Length if no length is given', () => {
    expect(described({ 'Content-Length': '900' }, { codings: ['gzip'] })).not.toHaveProperty(
      'content-length',
    )
  })

  test('removes Content-Encoding if no codings are left', () => {
    const fields = { 'Content-Encoding': 'gzip', ETag: '"v1"', Vary: 'Accept-Encoding' }
    expect(described(fields, { codings: [], length: 3 })).toEqual({
      'content-length': '3',
      etag: 'W/"v1"',
      vary: 'Accept-Encoding',
    })
  })

  test.each([
    ['Accept-Language', 'Accept-Language, Accept-Encoding'],
    ['accept-encoding, Cookie', 'accept-encoding, Cookie'],
    ['*', '*'],
  ])('adds Accept-Encoding to Vary unless it is covered: %j', (vary, expected) => {
    expect(described({ Vary: vary }, { codings: [] })).toMatchObject({ vary: expected })
  })

  test('adds no Vary if vary is false', () => {
    expect(described({}, { codings: ['gzip'], vary: false })).not.toHaveProperty('vary')
  })

  test('weakens a strong ETag if the codings change, and keeps a weak one', () => {
    const codings = ['gzip'] as const
    expect(described({ ETag: '"v1"' }, { codings })).toMatchObject({ etag: 'W/"v1"' })
    expect(described({ ETag: 'W/"v1"' }, { codings })).toMatchObject({ etag: 'W/"v1"' })
    const same = { ETag: '"v1"', 'Content-Encoding': 'GZIP' }
    expect(described(same, { codings })).toMatchObject({ etag: '"v1"' })
  })

  test('removes the digests if the codings change', () => {
    const fields = { 'Content-Digest': 'sha-256=:x:', 'Repr-Digest': 'sha-256=:x:', Digest: 'x' }
    expect(described(fields, { codings: ['br'], vary: false })).toEqual({
      'content-encoding': 'br',
    })
    expect(described(fields, { codings: [], vary: false })).toHaveProperty('content-digest')
  })

  test('refuses to change the codings of a range, and then changes no field', () => {
    const fields = Fields.from({ 'Content-Range': 'bytes 0-9/20', 'Content-Length': '10' })
    const before = fields.raw()
    expect(() => describeContent(fields, { codings: ['gzip'], length: 5 })).toThrow(HttpError)
    expect(fields.raw()).toEqual(before)
    describeContent(fields, { codings: [], length: 10, vary: false })
    expect(fields.raw()).toEqual(before)
  })

  test('accepts the Content-Range of a 416, which states only a length', () => {
    const fields = { 'Content-Range': 'bytes */47022', 'Content-Encoding': 'gzip' }
    expect(described(fields, { codings: [], length: 5, vary: false })).toEqual({
      'content-range': 'bytes */47022',
      'content-length': '5',
    })
  })

  test('treats x-gzip as gzip, and ignores identity', () => {
    const fields = { 'Content-Encoding': 'x-gzip', ETag: '"v1"' }
    expect(described(fields, { codings: ['gzip', 'identity'] })).toMatchObject({ etag: '"v1"' })
    expect(described({}, { codings: ['identity'], vary: false })).toEqual({})
  })

  test.each([['gzip'], [['a b']], [['gzip\r\nEvil: 1']], [['']]])(
    'refuses the codings %j, and then changes no field',
    (codings) => {
      const fields = Fields.from({ 'Content-Length': '10' })
      expect(() => describeContent(fields, { codings: codings as string[] })).toThrow(TypeError)
      expect(fields.raw()).toEqual(['Content-Length', '10'])
    },
  )

  test('throws a TypeError that names an argument of the wrong type', () => {
    const call = describeContent as (...args: unknown[]) => void
    expect(() => call({})).toThrow(new TypeError('fields must be Fields, not an object'))
    expect(() => call(new Fields())).toThrow(
      new TypeError('content must be an object, not undefined'),
    )
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the length %d', (length) => {
    expect(() => describeContent(new Fields(), { codings: [], length })).toThrow(RangeError)
  })
})
