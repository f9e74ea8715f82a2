/**
 * Views are what `subarray` returns: the same range of the same memory, and the same class.
 */

import { expect, test } from 'vitest'
import { makeView, Views } from '../../src/grammar/views.ts'

class Octets extends Uint8Array<ArrayBufferLike> {}

const MEMORY = Uint8Array.from({ length: 64 }, (_, i) => i).buffer

test.each([
  ['a Uint8Array', new Uint8Array(MEMORY)],
  ['a Uint8Array somewhere in its memory', new Uint8Array(MEMORY, 5, 20)],
  ['a Buffer', Buffer.from(MEMORY)],
  ['a Buffer of the pool', Buffer.from('0123456789abcdefghijkl')],
  ['a class of its own', new Octets(MEMORY, 8)],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(32), 4)],
  ['one without a constructor', Object.assign(new Uint8Array(MEMORY), { constructor: undefined })],
])('makeView and Views.make return what subarray returns for %s', (_, bytes) => {
  const views = new Views(bytes)
  for (const [start, end] of [
    [0, 0],
    [0, 1],
    [3, 20],
    [bytes.length, bytes.length],
  ] as const) {
    const subarray = bytes.subarray(start, end)
    for (const view of [makeView(bytes, start, end), views.make(start, end)]) {
      expect(Object.getPrototypeOf(view)).toBe(Object.getPrototypeOf(subarray))
      expect(view.buffer).toBe(subarray.buffer)
      expect([view.byteOffset, view.length]).toEqual([subarray.byteOffset, subarray.length])
    }
  }
})
