/**
 * Makes views of an array faster than `subarray`, which takes 54 ns on a Buffer: 17 ns to make the view,
 * the rest to look up the Buffer's memory and constructor.
 */

import { bufferOf, byteOffsetOf } from './byte-arrays.ts'

interface ViewConstructor {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Uint8Array
  readonly prototype: Uint8Array
}

interface Viewed {
  readonly constructor?: { readonly [Symbol.species]?: ViewConstructor }
}

/** The class that Node's Buffers are instances of: not `Buffer` itself, but `Buffer[Symbol.species]`. */
const NodeBuffer = (globalThis as { Buffer?: { [Symbol.species]?: ViewConstructor } }).Buffer?.[
  Symbol.species
]

/** `bytes.subarray(start, end)`; `start` and `end` must be in order and within the array. */
export function makeView(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return viewOf(bufferOf(bytes), byteOffsetOf(bytes) + start, end - start, speciesOf(bytes))
}

/** Makes many views of one array: content in 16 chunks takes a tenth to a quarter less time to parse. */
export class Views {
  private readonly memory: ArrayBufferLike
  private readonly byteOffset: number
  private readonly View: ViewConstructor

  constructor(bytes: Uint8Array) {
    this.memory = bufferOf(bytes)
    this.byteOffset = byteOffsetOf(bytes)
    this.View = speciesOf(bytes)
  }

  make(start: number, end: number): Uint8Array {
    return viewOf(this.memory, this.byteOffset + start, end - start, this.View)
  }
}

/** V8 inlines only a constructor that is constant at the call, which saves 9 ns per view of a Buffer. */
function viewOf(
  memory: ArrayBufferLike,
  byteOffset: number,
  length: number,
  View: ViewConstructor,
): Uint8Array {
  return NodeBuffer !== undefined && View === NodeBuffer
    ? new NodeBuffer(memory, byteOffset, length)
    : new View(memory, byteOffset, length)
}

/** The constructor `subarray` would use. Looking it up on a Buffer takes as long as making a view. */
function speciesOf(bytes: Uint8Array): ViewConstructor {
  if (NodeBuffer !== undefined && Object.getPrototypeOf(bytes) === NodeBuffer.prototype) {
    return NodeBuffer
  }
  return (bytes as Viewed).constructor?.[Symbol.species] ?? Uint8Array
}
