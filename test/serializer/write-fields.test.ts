/**
 * Field lines as they are written, from strings and from parsed bytes: in canonical form, and with
 * nothing in them that a field line cannot have. The same code writes headers and trailers.
 */

import { describe, expect, test } from 'vitest'
import {
  Fields,
  parse,
  RequestParser,
  RequestSerializer,
  ResponseSerializer,
  serialize,
} from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { expectRefused, text, thrown } from '../support/refusals.ts'

const LINE = 'HTTP/1.1 204 No Content\r\n'

function write(headers: Fields | readonly (readonly [string, string])[]): string {
  const bytes = text(...new ResponseSerializer().write({ status: 204, headers }))
  expect(bytes.startsWith(LINE)).toBe(true)
  return bytes.slice(LINE.length)
}

/** The parsed headers of a response with these lines, which still refer to its bytes. */
function parsed(lines: string): Fields {
  const [message] = parse(toBytes(`HTTP/1.1 200 OK\r\n${lines}\r\n`)).messages
  if (message === undefined) throw new Error('no message')
  return message.head.headers
}

const code = (byte: number) => byte.toString(16).padStart(2, '0')
const BYTES = Array.from({ length: 256 }, (_, byte) => byte)
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/

describe('fields given as strings', () => {
  test('are written in their order and spelling, with one space after the colon', () => {
    expect(
      write([
        ['b', '2'],
        ['A', '1'],
        ['a', 'x  y'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ]),
    ).toBe('b: 2\r\nA: 1\r\na: x  y\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n')
  })

  test('have nothing after the colon if the value is empty', () => {
    expect(write([['A', '']])).toBe('A:\r\n\r\n')
  })

  test('may have every valid byte inside a value, and are refused with any other', () => {
    for (const byte of BYTES) {
      const value = `a${String.fromCharCode(byte)}b`
      const allowed = byte === 9 || (byte >= 32 && byte !== 127)
      const run = () => write([['X', value]])
      if (allowed) expect(run(), code(byte)).toBe(`X: ${value}\r\n\r\n`)
      else expectRefused(run, 'INVALID_FIELD_VALUE', LINE.length + 'X: a'.length)
    }
  })

  test('may have every token character anywhere in a name, and are refused with any other byte', () => {
    for (const byte of BYTES) {
      const char = String.fromCharCode(byte)
      for (const [before, after] of [
        ['', ''],
        ['', 'a'],
        ['a', ''],
        ['ab', 'cd'],
      ]) {
        const name = `${before}${char}${after}`
        const run = () => write([[name, 'v']])
        if (TOKEN.test(char)) expect(run(), code(byte)).toBe(`${name}: v\r\n\r\n`)
        else expectRefused(run, 'INVALID_FIELD_NAME', LINE.length + `${before}`.length)
      }
    }
  })

  test.each(['\u0100', '\u010d\u010a', '\u212a', '\uff1a', '\ud800', '\udc00', '\uffff', '😀'])(
    'are refused, not truncated to eight bits, with characters above U+00FF: %j',
    (unit) => {
      expectRefused(() => write([['X', `a${unit}`]]), 'INVALID_FIELD_VALUE', LINE.length + 4)
      expectRefused(() => write([['X', `${unit}b`]]), 'INVALID_FIELD_VALUE', LINE.length + 3)
      expectRefused(() => write([[`Xy${unit}`, '']]), 'INVALID_FIELD_NAME', LINE.length + 2)
    },
  )

  test.each([' ', '\t', ' a', 'a ', '\ta', 'a\t', '  '])(
    'are refused with whitespace around the value, which would be lost: %j',
    (value) => {
      expectRefused(() => write([['X', value]]), 'INVALID_FIELD_VALUE', LINE.length + 3)
    },
  )

  test('may begin and end with NBSP and NEL, which are obs-text, not whitespace', () => {
    expect(write([['X', '\xa0a\x85']])).toBe('X: \xa0a\x85\r\n\r\n')
  })

  test('are refused with an empty name', () => {
    const run = () =>
      write([
        ['A', 'b'],
        ['', 'c'],
      ])
    expectRefused(run, 'INVALID_FIELD_NAME', LINE.length + 'A: b\r\n'.length)
  })
})

describe('parsed field lines', () => {
  test('are written with one space after the colon and otherwise without surrounding whitespace', () => {
    const wire = 'a:1\r\nB:   2 \t \r\nEmpty: \t \r\nc: x  \t y\r\nD: \xe9\xff\r\n'
    expect(write(parsed(wire))).toBe('a: 1\r\nB: 2\r\nEmpty:\r\nc: x  \t y\r\nD: \xe9\xff\r\n\r\n')
  })

  test('keep their order among edited ones', () => {
    const fields = parsed('A:1\r\nB:2\r\nC:3\r\nD:4\r\n').set('b', 'two').append('E', '5')
    fields.delete('C')
    expect(write(fields)).toBe('A: 1\r\nb: two\r\nD: 4\r\nE: 5\r\n\r\n')
  })

  test('are written from a copy of their fields', () => {
    const fields = parsed('A:1\r\nB:2\r\n')
    expect(write(Fields.from(fields))).toBe('A: 1\r\nB: 2\r\n\r\n')
  })

  test('of several heads may be written in one head', () => {
    expect(write(Fields.from([...parsed('A:1\r\n'), ...parsed('B:2\r\n')]))).toBe(
      'A: 1\r\nB: 2\r\n\r\n',
    )
  })

  test('are unfolded if they were parsed with obs-fold', () => {
    const folded = 'A: b\r\n c\r\n\t d\r\nB:\r\n e\r\nC: f\r\n \r\n'
    expect(write(parsed(folded))).toBe('A: b c d\r\nB: e\r\nC: f\r\n\r\n')
    expect(write(parsed(folded).append('X', 'y'))).toBe('A: b c d\r\nB: e\r\nC: f\r\nX: y\r\n\r\n')
  })

  test('are checked like strings if the parsed chunk was overwritten', () => {
    const write = (at: string, by: string) => {
      const chunk = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nName: value\r\n\r\n')
      const head = new RequestParser().push(chunk).read()
      if (head?.type !== 'request') throw new Error('no head')
      chunk.write(by, chunk.indexOf(at), 'latin1')
      return () => new RequestSerializer().write(head)
    }
    const at = 'GET / HTTP/1.1\r\nHost: a\r\n'.length
    expectRefused(write('ame', '\r\n\r'), 'INVALID_FIELD_NAME', at + 1)
    expectRefused(write('Name', '\0'), 'INVALID_FIELD_NAME', at)
    expectRefused(write('alue', '\r\nX:'), 'INVALID_FIELD_VALUE', at + 'Name: v'.length)
    expectRefused(write('e\r\n\r\n', '\0'), 'INVALID_FIELD_VALUE', at + 'Name: valu'.length)
  })
})

describe('trailers', () => {
  const CHUNKED = { status: 200, headers: { 'Transfer-Encoding': 'chunked' } } as const
  const trailers = (init: Fields | Record<string, string>) => {
    const serializer = new ResponseSerializer()
    serializer.write(CHUNKED)
    const at = serializer.offset
    return { at, run: () => text(...serializer.write({ type: 'end', trailers: init })) }
  }

  test('are written after the last chunk, in canonical form', () => {
    expect(trailers({ A: 'b', Empty: '' }).run()).toBe('0\r\nA: b\r\nEmpty:\r\n\r\n')
    expect(trailers(parsed('A:b \r\nC: d\r\n e\r\n')).run()).toBe('0\r\nA: b\r\nC: d e\r\n\r\n')
  })

  test('are refused at the offset of an invalid name or value', () => {
    const name = trailers({ A: 'b', 'C D': 'e' })
    expectRefused(name.run, 'INVALID_FIELD_NAME', name.at + '0\r\nA: b\r\nC'.length)
    const value = trailers({ A: 'b\n' })
    expectRefused(value.run, 'INVALID_FIELD_VALUE', value.at + '0\r\nA: b'.length)
  })

  test('are written in full with a value of 100 kB', () => {
    const value = 'v'.repeat(100_000)
    const bytes = serialize({ head: CHUNKED, body: 'x', trailers: { A: value, B: 'b' } })
    expect(text(bytes).split('\r\n').slice(4)).toEqual(['x', '0', `A: ${value}`, 'B: b', '', ''])
  })
})

describe('field lines that are written repeatedly', () => {
  const pairs: [string, string][] = [
    ['Host', 'a'],
    ['X-Empty', ''],
    ['Content-Length', '0'],
    ['X-Long', 'v'.repeat(200)],
    ['X-Latin1', 'é\xff'],
  ]
  const head = (headers: Fields) => ({ method: 'POST', target: '/', headers })

  test('have the same bytes each time, also from a copy of the fields', () => {
    const fields = Fields.from(pairs)
    const first = text(serialize({ head: head(fields) }))
    for (let time = 0; time < 4; time++) {
      expect(text(serialize({ head: head(fields) }))).toBe(first)
      expect(text(serialize({ head: head(Fields.from(fields)) }))).toBe(first)
    }
  })

  test('are checked each time: a copied Content-Length still conflicts with an appended field', () => {
    const fields = Fields.from(pairs)
    for (let time = 0; time < 3; time++) serialize({ head: head(fields) })
    const both = Fields.from(fields).append('Transfer-Encoding', 'chunked')
    expect(thrown(() => serialize({ head: head(both) }))).toMatchObject({
      code: 'LENGTH_WITH_TRANSFER_ENCODING',
    })
    const twice = Fields.from(fields).append('Content-Length', '0')
    expect(thrown(() => serialize({ head: head(twice) }))).toMatchObject({
      code: 'REPEATED_CONTENT_LENGTH',
    })
  })

  test('are not affected when the caller overwrites earlier output', () => {
    const fields = Fields.from(pairs)
    const first = text(serialize({ head: head(fields) }))
    for (let time = 0; time < 3; time++) serialize({ head: head(fields) }).fill(0)
    const serializer = new RequestSerializer()
    const [bytes] = serializer.write(head(fields))
    bytes?.fill(0)
    expect(text(serialize({ head: head(fields) }))).toBe(first)
  })
})
