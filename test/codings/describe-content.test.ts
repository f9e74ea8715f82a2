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
  test('says which codings content has now, and how long it is', () => {
    const fields = { 'Content-Type': 'text/html', 'Content-Length': '900' }
    expect(described(fields, { codings: ['gzip', 'br'], length: 200 })).toEqual({
      'content-type': 'text/html',
      'content-length': '200',
      vary: 'Accept-Encoding',
      'content-encoding': 'gzip, br',
    })
  })

  test('takes Content-Length away from content that is streamed', () => {
    expect(described({ 'Content-Length': '900' }, { codings: ['gzip'] })).not.toHaveProperty(
      'content-length',
    )
  })

  test('takes Content-Encoding away from content that has been decoded', () => {
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
  ])('adds to Vary what is not there: %j', (vary, expected) => {
    expect(described({ Vary: vary }, { codings: [] })).toMatchObject({ vary: expected })
  })

  test('lets content that nobody negotiated vary by nothing', () => {
    expect(described({}, { codings: ['gzip'], vary: false })).not.toHaveProperty('vary')
  })

  test('makes a strong tag weak, and leaves a weak one, and one whose content is the same', () => {
    const codings = ['gzip'] as const
    expect(described({ ETag: '"v1"' }, { codings })).toMatchObject({ etag: 'W/"v1"' })
    expect(described({ ETag: 'W/"v1"' }, { codings })).toMatchObject({ etag: 'W/"v1"' })
    const same = { ETag: '"v1"', 'Content-Encoding': 'GZIP' }
    expect(described(same, { codings })).toMatchObject({ etag: '"v1"' })
  })

  test('leaves out digests of bytes that are no longer the ones sent', () => {
    const fields = { 'Content-Digest': 'sha-256=:x:', 'Repr-Digest': 'sha-256=:x:', Digest: 'x' }
    expect(described(fields, { codings: ['br'], vary: false })).toEqual({
      'content-encoding': 'br',
    })
    expect(described(fields, { codings: [], vary: false })).toHaveProperty('content-digest')
  })

  test('refuses to recode a part, and changes nothing', () => {
    const fields = Fields.from({ 'Content-Range': 'bytes 0-9/20', 'Content-Length': '10' })
    const before = fields.raw()
    expect(() => describeContent(fields, { codings: ['gzip'], length: 5 })).toThrow(HttpError)
    expect(fields.raw()).toEqual(before)
    describeContent(fields, { codings: [], length: 10, vary: false })
    expect(fields.raw()).toEqual(before)
  })

  test('recodes a 416, whose Content-Range tells a length', () => {
    const fields = { 'Content-Range': 'bytes */47022', 'Content-Encoding': 'gzip' }
    expect(described(fields, { codings: [], length: 5, vary: false })).toEqual({
      'content-range': 'bytes */47022',
      'content-length': '5',
    })
  })

  test('knows x-gzip as gzip, and identity as nothing', () => {
    const fields = { 'Content-Encoding': 'x-gzip', ETag: '"v1"' }
    expect(described(fields, { codings: ['gzip', 'identity'] })).toMatchObject({ etag: '"v1"' })
    expect(described({}, { codings: ['identity'], vary: false })).toEqual({})
  })

  test.each([['gzip'], [['a b']], [['gzip\r\nEvil: 1']], [['']]])(
    'refuses %j for codings, and changes nothing',
    (codings) => {
      const fields = Fields.from({ 'Content-Length': '10' })
      expect(() => describeContent(fields, { codings: codings as string[] })).toThrow(TypeError)
      expect(fields.raw()).toEqual(['Content-Length', '10'])
    },
  )

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the length %d', (length) => {
    expect(() => describeContent(new Fields(), { codings: [], length })).toThrow(RangeError)
  })
})
