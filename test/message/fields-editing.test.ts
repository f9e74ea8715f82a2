/**
 * Edits of `Fields`: what they change, what they leave, and what an iteration during them sees.
 */

import { describe, expect, test } from 'vitest'
import { parse } from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { type Lines, WAYS } from '../support/fields-ways.ts'

describe.each(WAYS)('edits of fields %s', (_, make) => {
  const some: Lines = [
    ['Host', 'a'],
    ['X', '1'],
    ['Via', 'v'],
    ['x', '2'],
  ]

  test('append adds a line at the end', () => {
    const fields = make(some)
    expect(fields.append('X', '3')).toBe(fields)
    expect([...fields]).toEqual([...some, ['X', '3']])
    expect(fields.get('x')).toBe('1, 2, 3')
  })

  test('set replaces all lines by one in the place of the first, with the new spelling', () => {
    const fields = make(some)
    expect(fields.set('x', 'new')).toBe(fields)
    expect([...fields]).toEqual([
      ['Host', 'a'],
      ['x', 'new'],
      ['Via', 'v'],
    ])
  })

  test('set adds an absent field at the end', () => {
    expect([...make(some).set('Age', '0')]).toEqual([...some, ['Age', '0']])
  })

  test('delete removes every line of a name and returns whether there was one', () => {
    const fields = make(some)
    expect(fields.delete('X')).toBe(true)
    expect([...fields]).toEqual([
      ['Host', 'a'],
      ['Via', 'v'],
    ])
    expect(fields.delete('X')).toBe(false)
    expect(fields.delete('__proto__')).toBe(false)
    expect(fields.size).toBe(2)
  })

  test('append works after delete has removed all lines', () => {
    const fields = make(some)
    for (const name of ['host', 'x', 'via']) fields.delete(name)
    expect(fields.size).toBe(0)
    expect([...fields]).toEqual([])
    expect(fields.raw()).toEqual([])
    expect([...fields.append('A', 'b')]).toEqual([['A', 'b']])
  })

  test('set, append and delete keep all other lines byte for byte', () => {
    const lines: Lines = [
      ['A', 'h\xe9 \xff\x80'],
      ['b', 'two  spaces\tand a tab'],
      ['C', 'c'],
    ]
    const fields = make(lines)
    fields.set('c', 'd').append('E', 'e')
    fields.delete('none')
    expect([...fields]).toEqual([lines[0], lines[1], ['c', 'd'], ['E', 'e']])
  })

  test.each([
    ['a name that is no string', 1, 'x'],
    ['a value that is no string', 'x', 1],
    ['no value', 'x', undefined],
    ['null', 'x', null],
    ['an array of values', 'x', ['1']],
  ])('append and set throw a TypeError and change nothing for %s', (_, name, value) => {
    const fields = make(some)
    expect(() => fields.append(name as string, value as string)).toThrow(TypeError)
    expect(() => fields.set(name as string, value as string)).toThrow(TypeError)
    expect([...fields]).toEqual(some)
  })
})

describe('parsed fields', () => {
  test('are not shared between messages', () => {
    const head = 'HTTP/1.1 204 No Content\r\nA: b\r\n\r\n'
    const { messages } = parse(toBytes(head + head))
    messages[0]?.head.headers.set('A', 'changed')
    expect(messages[0]?.head.headers.get('a')).toBe('changed')
    expect(messages[1]?.head.headers.get('a')).toBe('b')
  })

  test('keep edits from one access to the next', () => {
    const head = parse(toBytes('HTTP/1.1 204 No Content\r\nA: b\r\n\r\n')).messages[0]?.head
    head?.headers.append('C', 'd')
    expect(head?.headers.get('c')).toBe('d')
    expect(head?.toJSON()).toMatchObject({
      headers: [
        ['A', 'b'],
        ['C', 'd'],
      ],
    })
  })

  test('can be edited without changing the bytes of the head', () => {
    const bytes = toBytes('HTTP/1.1 204 No Content\r\nA: b\r\n\r\n')
    const head = parse(bytes).messages[0]?.head
    head?.headers.set('A', 'c').delete('A')
    expect(Buffer.from(head?.bytes ?? []).toString()).toBe(
      'HTTP/1.1 204 No Content\r\nA: b\r\n\r\n',
    )
  })

  test('keep edits after detach()', () => {
    const bytes = toBytes('HTTP/1.1 204 No Content\r\nA: b\r\nC: d\r\n\r\n')
    const head = parse(bytes).messages[0]?.head
    head?.headers.set('A', 'new')
    head?.detach()
    bytes.fill(0x7e)
    expect(head?.headers.raw()).toEqual(['A', 'new', 'C', 'd'])
  })
})

describe.each(WAYS)('iteration over fields %s', (_, make) => {
  const some: Lines = [
    ['Host', 'a'],
    ['Keep-Alive', 'x'],
    ['TE', 'trailers'],
  ]

  test('visits every line when each one is deleted during the iteration', () => {
    const fields = make(some)
    for (const [name] of fields) fields.delete(name)
    expect(fields.size).toBe(0)
  })

  test('does not visit lines that are appended during the iteration', () => {
    const fields = make(some)
    for (const [name, value] of fields) fields.append(name, value)
    expect([...fields]).toEqual([...some, ...some])
  })
})
