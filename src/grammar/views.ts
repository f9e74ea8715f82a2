/**
 * Views into an array, cheaper than `subarray`, which takes 54 ns on a Buffer: 17 to make the view, the rest to
 * find its memory and what to make.
 */

import { bufferOf, byteOffsetOf } from './byte-arrays.ts'

interface ViewConstructor {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Uint8Array
  readonly prototype: Uint8Array
}

interface Viewed {
  readonly constructor?: { readonly [Symbol.species]?: ViewConstructor }
}

/** What Node's Buffers are, which is not what `Buffer` makes. */
const NodeBuffer = (globalThis as { Buffer?: { [Symbol.species]?: ViewConstructor } }).Buffer?.[
  Symbol.species
]

/** What `subarray` gives for `start` and `end`, which must be in order and within the array. */
export function makeView(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return viewOf(bufferOf(bytes), byteOffsetOf(bytes) + start, end - start, speciesOf(bytes))
}

/** The same for many views of one array: chunked content in 16 chunks takes a tenth to a quarter less. */
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

/** The engine inlines only a constructor that it knows: 9 ns less for a Buffer. */
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

/** What `subarray` makes. To ask a Buffer for it takes as long as to make a view. */
function speciesOf(bytes: Uint8Array): ViewConstructor {
  if (NodeBuffer !== undefined && Object.getPrototypeOf(bytes) === NodeBuffer.prototype) {
    return NodeBuffer
  }
  return (bytes as Viewed).constructor?.[Symbol.species] ?? Uint8Array
}
