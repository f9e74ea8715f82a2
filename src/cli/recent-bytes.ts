/**
 * The bytes of the stream that an error may still point at: from a little before the part of a
 * message that is being read. References to the chunks, no copies; what lies before is let go.
 */

interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
}

export class RecentBytes {
  #pieces: Piece[] = []
  #end = 0

  /** Adds the next bytes of the stream and lets go of what lies before the offset `first`. */
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

  /** What there is of the stream from offset `from` up to `to`, and where that begins. */
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
