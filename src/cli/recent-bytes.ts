/**
 * The bytes of the stream that an error may still refer to: from a little before the part of a message
 * that is being read. Keeps references to the chunks, not copies, and releases earlier ones.
 */

interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
}

export class RecentBytes {
  #pieces: Piece[] = []
  #end = 0

  /** Adds the next bytes of the stream and releases the chunks that lie before the offset `first`. */
  add(bytes: Uint8Array, first: number): void {
    let gone = 0
    for (const { offset, bytes } of this.#pieces) {
      if (offset + bytes.length > first) break
      gone++
    }
    if (gone > 0) this.#pieces.splice(0, gone)
    this.#pieces.push({ offset: this.#end, bytes })
    this.#end += bytes.length
  }

  /** The available bytes from stream offset `from` up to `to`, and the offset at which they begin. */
  around(from: number, to: number): Piece {
    const parts: Uint8Array[] = []
    let start = to
    for (const { offset, bytes } of this.#pieces) {
      const part = bytes.subarray(Math.max(0, from - offset), Math.max(0, to - offset))
      if (part.length === 0) continue
      start = Math.min(start, Math.max(from, offset))
      parts.push(part)
    }
    return { offset: start, bytes: Buffer.concat(parts) }
  }
}
