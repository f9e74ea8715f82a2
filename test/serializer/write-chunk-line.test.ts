/**
 * Chunk lines: sizes and extensions as they are written and parsed again.
 */

import { describe, expect, test } from 'vitest'
import { type ChunkExtension, RequestParser, RequestSerializer } from '../../src/index.ts'
import { expectRefused, expectTypeError, text } from '../support/refusals.ts'

const HEAD = {
  method: 'POST',
  target: '/',
  headers: { Host: 'a', 'Transfer-Encoding': 'chunked' },
} as const
const HEAD_LENGTH = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'.length

/** The line of a chunk with `size` and `extensions`. */
function line(size: number, extensions?: readonly ChunkExtension[]): string {
  const serializer = new RequestSerializer()
  serializer.write(HEAD)
  const chunk = { type: 'chunk', size } as const
  return text(...serializer.write(extensions === undefined ? chunk : { ...chunk, extensions }))
}

/** The extensions that a strict parser finds in the line of a last chunk. */
function readExtensions(bytes: string): readonly ChunkExtension[] {
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
  const limits = { maxChunkExtension: 262_144, maxChunkExtensions: 262_144 }
  const parser = new RequestParser({ chunkBoundaries: true, limits })
  const [, event] = parser.push(Buffer.from(head + bytes, 'latin1'))
  if (event?.type !== 'chunk') throw new Error('no chunk')
  return event.extensions
}

describe('a chunk size', () => {
  test.each([
    [0, '0'],
    [1, '1'],
    [10, 'a'],
    [255, 'ff'],
    [4096, '1000'],
    [Number.MAX_SAFE_INTEGER, '1fffffffffffff'],
  ])('of %d is written in lower-case hexadecimal without leading zeros', (size, digits) => {
    expect(line(size)).toBe(`${digits}\r\n`)
  })

  test('of -0 is written as 0', () => {
    expect(line(-0)).toBe('0\r\n')
  })

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5', null, undefined, 5n, {}])(
    'of %s is refused as INVALID_CHUNK_SIZE',
    (size) => {
      expectRefused(() => line(size as number), 'INVALID_CHUNK_SIZE', HEAD_LENGTH)
    },
  )
})

describe('chunk extensions', () => {
  test.each<[string, ChunkExtension[], string]>([
    ['none', [], ''],
    ['a name alone', [{ name: 'a', value: null }], ';a'],
    ['a token', [{ name: "!#$%&'*+-.^_`|~", value: '0x' }], ";!#$%&'*+-.^_`|~=0x"],
    ['an empty value', [{ name: 'a', value: '' }], ';a=""'],
    ['a space', [{ name: 'a', value: 'b c' }], ';a="b c"'],
    ['a tab', [{ name: 'a', value: '\t' }], ';a="\t"'],
    ['quotes', [{ name: 'a', value: '"' }], ';a="\\""'],
    ['backslashes', [{ name: 'a', value: '\\\\' }], ';a="\\\\\\\\"'],
    ['delimiters', [{ name: 'a', value: ';b=c,' }], ';a=";b=c,"'],
    ['obs-text', [{ name: 'a', value: '\x80\xff' }], ';a="\x80\xff"'],
    [
      'several, and one name twice',
      [
        { name: 'a', value: 'b' },
        { name: 'a', value: null },
        { name: 'c', value: '' },
      ],
      ';a=b;a;c=""',
    ],
  ])('with %s are written, and parsed back unchanged', (_, extensions, expected) => {
    const bytes = line(0, extensions)
    expect(bytes).toBe(`0${expected}\r\n`)
    expect(readExtensions(bytes)).toEqual(extensions)
  })

  test('may have tabs, spaces, visible ASCII and obs-text in a value, but no other byte', () => {
    for (let byte = 0; byte < 256; byte++) {
      const extensions = [{ name: 'a', value: `b${String.fromCharCode(byte)}` }]
      if (byte === 9 || (byte >= 32 && byte !== 127)) {
        expect(readExtensions(line(0, extensions))).toEqual(extensions)
      } else {
        expectRefused(() => line(0, extensions), 'INVALID_CHUNK_EXTENSION', HEAD_LENGTH)
      }
    }
  })

  test.each<[string, string | null]>([
    ['', null],
    ['a b', null],
    ['a=', 'b'],
    ['a\r\n', null],
    ['\u010d', null],
    ['a', '\r\n0\r\n\r\n'],
    ['a', '\u010d\u010a'],
    ['a', '\u0100'],
    ['a', '"\ud800'],
  ])('are refused as INVALID_CHUNK_EXTENSION: %j=%j', (name, value) => {
    const good = { name: 'good', value: 'g' }
    const run = () => line(1, [good, { name, value }, good])
    expectRefused(run, 'INVALID_CHUNK_EXTENSION', HEAD_LENGTH)
  })

  test('are written in full with 50,000 escaped quotes and a name of 50,000 bytes', () => {
    const extensions = [
      { name: 'a', value: '"'.repeat(50_000) },
      { name: 'n'.repeat(50_000), value: null },
    ]
    expect(readExtensions(line(0, extensions))).toEqual(extensions)
  })

  test.each<[string, unknown, RegExp]>([
    ['null', null, /extensions .* array, not null/],
    ['text', 'a=b', /extensions .* array, not "a=b"/],
    ['an object', { a: 'b' }, /extensions .* array, not an object/],
    ['a name that is missing', [{ value: null }], /name of a chunk extension .* not undefined/],
    ['a value that is missing', [{ name: 'a' }], /value of a chunk extension .* not undefined/],
    ['a value that is a number', [{ name: 'a', value: 1 }], /value of a chunk extension .* not 1/],
    ['nothing for an extension', [null], /a chunk extension must be an object, not null/],
    ['text for an extension', ['a'], /a chunk extension must be an object, not "a"/],
  ])('are refused with a TypeError: %s', (_, extensions, message) => {
    expectTypeError(() => line(1, extensions as ChunkExtension[]), message)
  })

  test('are read once, so that a getter cannot give another value after the check', () => {
    let reads = 0
    const extension = {
      name: 'a',
      get value() {
        return reads++ === 0 ? 'b' : '\r\n'
      },
    }
    expect(line(1, [extension])).toBe('1;a=b\r\n')
    expect(reads).toBe(1)
  })

  test('are read before anything is checked, so that a getter may end the chunk before', () => {
    const serializer = new RequestSerializer()
    serializer.write(HEAD)
    serializer.write({ type: 'chunk', size: 1 })
    const extension = {
      name: 'a',
      get value() {
        serializer.write({ type: 'data', bytes: 'x' })
        return null
      },
    }
    const event = { type: 'chunk', size: 2, extensions: [extension] } as const
    expect(text(...serializer.write(event))).toBe('2;a\r\n')
  })
})

test('a refused chunk line does not open a chunk', () => {
  const serializer = new RequestSerializer()
  serializer.write(HEAD)
  const extensions = [{ name: '', value: null }]
  expectRefused(
    () => serializer.write({ type: 'chunk', size: 5, extensions }),
    'INVALID_CHUNK_EXTENSION',
    HEAD_LENGTH,
  )
  expect(serializer.offset).toBe(HEAD_LENGTH)
  expect(text(...serializer.write({ type: 'data', bytes: 'a' }))).toBe('1\r\na\r\n')
})
