/**
 * `Fields` made by hand and parsed behave the same, however their lines are stored.
 */

import type { IncomingHttpHeaders } from 'node:http'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Fields, RequestParser, RequestSerializer } from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { type Lines, parsed, WAYS } from '../support/fields-ways.ts'
import { text } from '../support/refusals.ts'

const LINES: Lines = [
  ['Host', 'a'],
  ['Accept', 'text/html'],
  ['Set-Cookie', 'a=1, b'],
  ['ACCEPT', 'text/plain;q=0.5'],
  ['set-cookie', 'c=2'],
  ['X-Empty', ''],
  ['__proto__', 'p'],
  ['constructor', 'c'],
  ['accept', '*/*'],
]

describe.each(WAYS)('fields %s', (_, make) => {
  const fields = make(LINES)

  test('keep the order and the spelling of their lines', () => {
    expect(fields.size).toBe(LINES.length)
    expect([...fields]).toEqual(LINES)
    expect(fields.raw()).toEqual(LINES.flat())
    expect(fields.toJSON()).toEqual(LINES)
    expect(JSON.stringify(fields)).toBe(JSON.stringify(LINES))
  })

  test('can be iterated repeatedly, and by two iterators at once', () => {
    const one = fields[Symbol.iterator]()
    const other = fields[Symbol.iterator]()
    expect(one.next().value).toEqual(['Host', 'a'])
    expect(other.next().value).toEqual(['Host', 'a'])
    expect(one.next().value).toEqual(['Accept', 'text/html'])
    expect([...fields]).toEqual([...fields])
  })

  test.each(['accept', 'Accept', 'ACCEPT', 'aCCept'])('find and join lines named %s', (name) => {
    expect(fields.get(name)).toBe('text/html, text/plain;q=0.5, */*')
    expect(fields.getAll(name)).toEqual(['text/html', 'text/plain;q=0.5', '*/*'])
    expect(fields.has(name)).toBe(true)
  })

  test('never join Set-Cookie lines', () => {
    expect(fields.get('Set-Cookie')).toBe('a=1, b')
    expect(fields.getAll('SET-COOKIE')).toEqual(['a=1, b', 'c=2'])
    expect(fields.toObject()['set-cookie']).toEqual(['a=1, b', 'c=2'])
  })

  test('distinguish an empty value from an absent field', () => {
    expect(fields.get('x-empty')).toBe('')
    expect(fields.has('x-empty')).toBe(true)
    expect(fields.get('x-none')).toBeUndefined()
    expect(fields.getAll('x-none')).toEqual([])
    expect(fields.has('x-none')).toBe(false)
    expect(fields.has('')).toBe(false)
  })

  test('treat names of Object.prototype like any other name', () => {
    expect(fields.get('__proto__')).toBe('p')
    expect(fields.get('constructor')).toBe('c')
    for (const name of ['toString', 'hasOwnProperty', 'valueOf', '__PROTO__x']) {
      expect(fields.get(name)).toBeUndefined()
    }
    const object = fields.toObject()
    expect(Object.getPrototypeOf(object)).toBeNull()
    expect(Object.getOwnPropertyDescriptor(object, '__proto__')?.value).toBe('p')
    expect(({} as Record<string, unknown>)['p']).toBeUndefined()
  })

  test('convert to an object with lower-case names and joined lines', () => {
    expect(Object.entries(fields.toObject())).toEqual([
      ['host', 'a'],
      ['accept', 'text/html, text/plain;q=0.5, */*'],
      ['set-cookie', ['a=1, b', 'c=2']],
      ['x-empty', ''],
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ])
  })

  test.each(['ho\u017ft', 'Ho\u017ft', 'ho\u0161t', 'h\xf6st', 'hos', 'hostt', 'ho\0t', 'host\0'])(
    'do not match %j with Host',
    (name) => {
      expect(fields.get(name)).toBeUndefined()
      expect(fields.getAll(name)).toEqual([])
      expect(fields.has(name)).toBe(false)
    },
  )

  test('do not fold KELVIN SIGN to k, or LATIN SMALL LETTER LONG S to s', () => {
    const some = make([
      ['Keep-Alive', '1'],
      ['Server', '2'],
    ])
    expect(some.get('keep-alive')).toBe('1')
    expect(some.get('SERVER')).toBe('2')
    expect(some.has('\u212aeep-Alive')).toBe(false)
    expect(some.has('\u017ferver')).toBe(false)
    // Unicode case folding would make both match.
    expect('\u212a'.toLowerCase()).toBe('k')
    expect('\u017f'.toUpperCase()).toBe('S')
  })

  test('are shown by util.inspect with their class and their lines', () => {
    const shown = inspect(make([['Host', 'a']]))
    expect(shown).toContain('Fields')
    expect(shown).toContain("[ 'Host', 'a' ]")
  })
})

describe('Fields.from', () => {
  test.each([
    [
      'pairs',
      [
        ['A', 'b'],
        ['a', 'c'],
        ['D', ''],
      ] as Lines,
    ],
    [
      'a Map',
      new Map([
        ['A', 'b, c'],
        ['D', ''],
      ]),
    ],
    [
      'a generator',
      (function* (): Generator<[string, string]> {
        yield ['A', 'b, c']
        yield ['D', '']
      })(),
    ],
    ['a flat array', ['A', 'b', 'a', 'c', 'D', '']],
    ['an object', { A: ['b', 'c'], D: '' }],
    ['an object without prototype', Object.assign(Object.create(null), { A: 'b, c', D: '' })],
    [
      'a Headers',
      new Headers([
        ['A', 'b'],
        ['a', 'c'],
        ['D', ''],
      ]),
    ],
    [
      'other Fields',
      Fields.from([
        ['A', 'b'],
        ['a', 'c'],
        ['D', ''],
      ]),
    ],
    [
      'parsed Fields',
      parsed([
        ['A', 'b'],
        ['a', 'c'],
        ['D', ''],
      ]),
    ],
  ])('accepts %s', (_, init) => {
    const fields = Fields.from(init)
    expect(fields.get('a')).toBe('b, c')
    expect(fields.get('d')).toBe('')
    expect(fields.has('D')).toBe(true)
  })

  test.each([
    ['no pairs', []],
    ['an empty object', {}],
    ['an empty Map', new Map<string, string>()],
    ['empty Fields', new Fields()],
    ['an object of no values', { A: [] }],
  ])('makes empty fields from %s', (_, init) => {
    expect(Fields.from(init).size).toBe(0)
  })

  test.each([null, {}, [['A', '1']]])('new Fields(%j) throws and names Fields.from', (argument) => {
    expect(() => new (Fields as new (...args: unknown[]) => Fields)(argument)).toThrow(
      new TypeError('new Fields() takes no arguments: use Fields.from()'),
    )
  })

  test.each(WAYS)('makes a copy of fields %s that is edited independently', (_, make) => {
    const lines: Lines = [
      ['Host', 'a'],
      ['A', '1'],
      ['B', '2'],
    ]
    const one = make(lines)
    const other = Fields.from(one)
    expect([...other]).toEqual([...one])
    other.set('A', 'x').append('C', '3')
    other.delete('B')
    expect([...one]).toEqual(lines)
    expect(other.raw()).toEqual(['Host', 'a', 'A', 'x', 'C', '3'])
    one.delete('Host')
    expect(other.get('Host')).toBe('a')
  })

  test('makes a copy that stays valid after the head is detached', () => {
    const wire = toBytes('GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\n\r\n')
    const head = new RequestParser().push(wire).read()
    if (head?.type !== 'request') throw new Error('no head')
    const copy = Fields.from(head.headers)
    head.detach()
    wire.fill(0)
    expect(copy.append('B', '2').raw()).toEqual(['Host', 'a', 'A', '1', 'B', '2'])
    const init = { method: 'GET', target: '/', headers: copy }
    expect(text(...new RequestSerializer().write(init))).toBe(
      'GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n',
    )
  })

  test('keeps the Set-Cookie lines of a Headers object apart', () => {
    const headers = new Headers()
    headers.append('Set-Cookie', 'a=1')
    headers.append('Set-Cookie', 'b=2')
    expect(Fields.from(headers).getAll('set-cookie')).toEqual(['a=1', 'b=2'])
  })

  test("skips undefined members, which the type of Node's headers allows", () => {
    const headers: IncomingHttpHeaders = { host: 'a', accept: undefined, 'set-cookie': ['b', 'c'] }
    expect([...Fields.from(headers)]).toEqual([
      ['host', 'a'],
      ['set-cookie', 'b'],
      ['set-cookie', 'c'],
    ])
  })

  test('treats names of Object.prototype like any other name', () => {
    const fields = Fields.from(JSON.parse('{"__proto__":"p","constructor":["c","d"]}'))
    expect([...fields]).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['constructor', 'd'],
    ])
  })

  test.each([
    ['a string', 'A: b'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['a flat array of odd length', ['A', 'b', 'C']],
    ['a flat array with something else in it', ['A', 1]],
    ['pairs of something else', [[1, 'b']]],
    ['pairs without a value', [['A']]],
    ['an object with a number', { A: 1 }],
    ['an object with null', { A: null }],
    ['an object with an array of numbers', { A: [1] }],
    ['an array of null', [null]],
    ['a string in place of a pair', new Set(['Host'])],
  ])('throws a TypeError for %s', (_, init) => {
    expect(() => Fields.from(init as never)).toThrow(TypeError)
  })

  test('names the invalid field or argument in its error message', () => {
    expect(() => Fields.from({ 'X-Count': 1 } as never)).toThrow(/X-Count/)
    expect(() => Fields.from([['a', 'b'], null] as never)).toThrow(/a field must be a pair/)
    expect(() => new (Fields as new (init: object) => Fields)({ a: 'b' })).toThrow(/Fields\.from/)
  })
})

describe('the decoded text of a parsed section', () => {
  // Whether parts are decoded one by one or all at once depends on their length, on their number, and on
  // what was read before.
  test.each([1, 2, 3, 4])('is the same whatever is read first: %i lines', (count) => {
    for (const length of [0, 1, 15, 16, 17, 40]) {
      const lines = Array.from({ length: count }, (_, i): [string, string] => [
        `${i}`.padStart(length + 1, 'n'),
        '\xe9'.repeat(length),
      ])
      const first: ((fields: Fields) => unknown)[] = [
        () => undefined,
        (fields) => fields.raw(),
        (fields) => fields.get(lines[0]?.[0] ?? ''),
        (fields) => fields.getAll(lines.at(-1)?.[0] ?? ''),
      ]
      for (const ask of first) {
        const fields = parsed(lines)
        ask(fields)
        expect(lines.map(([name]) => fields.get(name))).toEqual(lines.map(([, value]) => value))
        expect(fields.raw()).toEqual(lines.flat())
      }
    }
  })
})

test('get, getAll, has, delete and append throw for a field name that is not a string', () => {
  for (const fields of [Fields.from({ A: 'b' }), parsed([['A', 'b']])]) {
    for (const name of [undefined, null, 5, {}] as never[]) {
      const calls = [() => fields.get(name), () => fields.getAll(name), () => fields.has(name)]
      for (const call of [...calls, () => fields.delete(name), () => fields.append(name, 'x')]) {
        expect(call).toThrow(/a field name must be a string/)
      }
    }
  }
})
