/**
 * Views into one array, made many times over.
 *
 * `subarray` looks for the array's memory, and for what to make, each time anew: a Buffer's takes
 * 42 ns, of which 17 are the making. Chunked content in 16 chunks takes a tenth to a quarter less.
 */

interface ViewConstructor {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Uint8Array
}

export class Views {
  private readonly memory: ArrayBufferLike
  private readonly byteOffset: number
  private readonly View: ViewConstructor

  constructor(bytes: Uint8Array) {
    this.memory = bytes.buffer
    this.byteOffset = bytes.byteOffset
    this.View = speciesOf(bytes)
  }

  /** What `subarray` gives for `start` and `end`, which must be in order and within the array. */
  make(start: number, end: number): Uint8Array {
    return new this.View(this.memory, this.byteOffset + start, end - start)
  }
}

/** What `subarray` makes: of a Buffer a Buffer, which is not what its constructor would make. */
function speciesOf(bytes: Uint8Array): ViewConstructor {
  const kind = bytes as { constructor?: { [Symbol.species]?: ViewConstructor } }
  return kind.constructor?.[Symbol.species] ?? Uint8Array
}
