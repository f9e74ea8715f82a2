/**
 * The tree of names: its size is bounded, rare names do not displace frequent ones, and the names read with
 * it are those in the bytes, whatever the tree has stored before.
 */

import { describe, expect, test } from 'vitest'
import { parse, RequestParser } from '../../src/index.ts'
import { Control } from '../../src/message/control-names.ts'
import { NO_SHAPE, SEVERAL, type Shape, ShapeTree } from '../../src/message/shape.ts'
import { toBytes } from '../support/arbitraries.ts'

function add(tree: ShapeTree, shape: Shape, name: string): Shape {
  return tree.add(shape, toBytes(name), 0, name.length)
}

/** The shape of a section with `names` in a new tree. */
function shapeOf(...names: string[]): Shape {
  const tree = new ShapeTree('request')
  return names.reduce((shape, name) => add(tree, shape, name), tree.start())
}

/** The lines of the headers of a request with `lines` after its request-line. */
function headersOf(...lines: string[]) {
  const [message] = parse(toBytes(['GET / HTTP/1.1', ...lines, '', ''].join('\r\n'))).messages
  if (message === undefined) throw new Error('no message')
  return message.head.headers.toJSON()
}

describe('a shape', () => {
  test('lists its names in order and as spelled, each followed by an empty value', () => {
    expect(shapeOf('Host', 'x-A', 'X-a').raw).toEqual(['Host', '', 'x-A', '', 'X-a', ''])
    expect(shapeOf().raw).toEqual([])
  })

  test('finds the only line with a name in any case, and distinguishes none from several', () => {
    const shape = shapeOf('Host', 'x-A', 'X-a', 'Te')
    for (let again = 0; again < 2; again++) {
      expect(shape.findOnly('HOST')).toBe(1)
      expect(shape.findOnly('te')).toBe(4)
      expect(shape.findOnly('x-a')).toBe(SEVERAL)
      expect(shape.findOnly('x-b')).toBe(0)
      expect(shape.findOnly('__proto__')).toBe(0)
    }
  })

  test('finds a name after lookups of more names than it caches', () => {
    const shape = shapeOf('Host')
    for (let i = 0; i < 100; i++) expect(shape.findOnly(`x-${i}`)).toBe(0)
    expect(shape.findOnly('hOSt')).toBe(1)
  })

  test('identifies control fields in any case, except Host and Expect in responses', () => {
    const control = (role: 'request' | 'response', name: string) => {
      const tree = new ShapeTree(role)
      return add(tree, tree.start(), name).control
    }
    expect(control('request', 'hOST')).toBe(Control.HOST)
    expect(control('response', 'Host')).toBe(Control.NONE)
    expect(control('response', 'Expect')).toBe(Control.NONE)
    expect(control('response', 'CONTENT-length')).toBe(Control.CONTENT_LENGTH)
  })
})

describe('the tree of names', () => {
  test('stores no names of one byte or of more than 48 bytes', () => {
    const tree = new ShapeTree('request')
    expect(add(tree, tree.start(), 'a')).toBe(NO_SHAPE)
    expect(add(tree, tree.start(), 'a'.repeat(49))).toBe(NO_SHAPE)
    expect(add(tree, tree.start(), 'a'.repeat(48)).raw).toEqual(['a'.repeat(48), ''])
    expect(add(tree, NO_SHAPE, 'ab')).toBe(NO_SHAPE)
  })

  test('keeps a name that is used often, however many others are used once', () => {
    const tree = new ShapeTree('request')
    const root = tree.start()
    const kept = add(tree, root, 'Host')
    for (let i = 0; i < 1_000; i++) {
      add(tree, root, `x-${i}`)
      root.take(root.children.indexOf(kept))
    }
    expect(root.children.length).toBeLessThanOrEqual(16)
    expect(root.children).toContain(kept)
    expect(root.next).toBe(kept)
  })

  test('stops growing when it is full, and is discarded after 2^17 more sections', () => {
    const tree = new ShapeTree('request')
    const root = tree.start()
    for (let i = 0; i < 3_000; i++) add(tree, root, `x-${i}`)
    expect(add(tree, root, 'late')).toBe(NO_SHAPE)
    expect(tree.start()).toBe(root)
    for (let i = 0; i < 2 ** 17; i++) tree.start()
    expect(tree.start()).not.toBe(root)
    expect(add(tree, tree.start(), 'late').raw).toEqual(['late', ''])
  })
})

describe('names that resemble earlier names', () => {
  const known = ['Host: a', 'Accept-Encoding: b', 'Accept-Language: c']

  test.each([
    ['one letter in another case', ['Host: a', 'Accept-EnCoding: b', 'Accept-Language: c']],
    ['another byte in the middle', ['Host: a', 'Accept-Enc0ding: b', 'Accept-Language: c']],
    ['shorter by a byte', ['Host: a', 'Accept-Encodin: b', 'Accept-Language: c']],
    ['longer by a byte', ['Host: a', 'Accept-Encodings: b', 'Accept-Language: c']],
    ['in another order', ['Host: a', 'Accept-Language: c', 'Accept-Encoding: b']],
    ['one twice', ['Host: a', 'Accept-Encoding: b', 'Accept-Encoding: b']],
    ['the beginning of one', ['Host: a', 'Accept: b', 'Ac: c']],
    ['words of one, as a value', ['Host: Host', 'Accept-Encoding: Accept-Encoding: b']],
  ])('are reported as sent: %s', (_, lines) => {
    headersOf(...known)
    const pairs = lines.map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)]
    })
    expect(headersOf(...lines)).toEqual(pairs)
    expect(headersOf(...known)).toEqual(known.map((line) => line.split(': ')))
  })

  test('are not completed from what an earlier head left in the window', () => {
    // The second chunk ends inside a name, whose rest the first chunk left in the window at that place.
    const parser = new RequestParser()
    const long = toBytes('GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\n\r\n')
    expect([...parser.push(long)]).toHaveLength(2)
    expect([...parser.push(toBytes('GET / HTTP/1.1\r\nHost: a\r\nAcce'))]).toHaveLength(0)
    const [head] = parser.push(toBytes('pted: c\r\n\r\n'))
    expect(head?.type === 'request' && head.headers.toJSON()).toEqual([
      ['Host', 'a'],
      ['Accepted', 'c'],
    ])
  })

  test('are reported as sent, during and after 4000 different names on one connection', () => {
    const parser = new RequestParser()
    for (let i = 0; i < 4_000; i++) {
      const [head] = parser.push(
        toBytes(`GET / HTTP/1.1\r\nHost: a\r\nX-${i}: ${i}\r\nAb: c\r\n\r\n`),
      )
      if (head?.type !== 'request') throw new Error('no head')
      expect(parser.read()?.type).toBe('end')
      expect(head.headers.raw()).toEqual(['Host', 'a', `X-${i}`, `${i}`, 'Ab', 'c'])
    }
    expect(headersOf(...known)).toEqual(known.map((line) => line.split(': ')))
  })
})
