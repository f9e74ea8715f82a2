/**
 * The chunks that were pushed to a parser. Each is overwritten as soon as the parser has promised not to need
 * it any more: a parser that does need it has broken the lifetime rule.
 */

export const OVERWRITTEN = 0x7e

export class PushedChunks {
  private needed: { readonly chunk: Uint8Array; readonly end: number }[] = []
  private pushed = 0

  add(chunk: Uint8Array): void {
    this.pushed += chunk.length
    this.needed.push({ chunk, end: this.pushed })
  }

  /** Overwrites the chunks that end at or before `offset` in the stream. */
  overwriteUpTo(offset: number): void {
    for (const { chunk, end } of this.needed) if (end <= offset) chunk.fill(OVERWRITTEN)
    this.needed = this.needed.filter(({ end }) => end > offset)
  }
}
