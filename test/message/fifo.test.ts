/**
 * The queue of chunks and of methods behaves like an array for any order of pushes and shifts.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fifo } from '../../src/message/fifo.ts'

test('Fifo behaves like an array for any order of push, shift and peek', () => {
  const calls = fc.array(fc.constantFrom('push', 'push', 'shift', 'peek'), { maxLength: 200 })
  fc.assert(
    fc.property(calls, (names) => {
      const fifo = new Fifo<number>()
      const array: number[] = []
      for (const [i, name] of names.entries()) {
        if (name === 'push') {
          fifo.push(i)
          array.push(i)
        } else if (name === 'shift') expect(fifo.shift()).toBe(array.shift())
        else expect(fifo.peek()).toBe(array[0])
        expect([fifo.size, fifo.last, fifo.toArray()]).toEqual([array.length, array.at(-1), array])
      }
      while (array.length > 0) expect(fifo.shift()).toBe(array.shift())
      expect(fifo.peek()).toBeUndefined()
      expect(fifo.shift()).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

test('Fifo can be emptied and filled again', () => {
  const fifo = new Fifo<string>()
  for (let round = 0; round < 3; round++) {
    expect(fifo.shift()).toBeUndefined()
    fifo.push('a')
    fifo.push('b')
    expect([fifo.shift(), fifo.peek(), fifo.shift(), fifo.peek()]).toEqual([
      'a',
      'b',
      'b',
      undefined,
    ])
  }
})
