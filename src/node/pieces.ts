/**
 * Content as programs give it: at once, or as it comes.
 */

/** Some content: bytes, or text, which is sent as UTF-8. */
export type BodyPiece = Uint8Array | string

/** Content as it comes. */
export type Pieces = AsyncIterable<BodyPiece> | Iterable<BodyPiece>

/** Node has a faster way from text to bytes than the core, which knows no platform. */
export function bytesOf(piece: BodyPiece): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece
}

/** Whether content comes in pieces: text and bytes can be iterated, too, and are not meant so. */
export function isPieces(body: BodyPiece | Pieces | null | undefined): body is Pieces {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return false
  return Symbol.asyncIterator in body || Symbol.iterator in body
}

/** Lets a source go whose content nobody wants. Its errors are of no interest either. */
export async function leave(pieces: Pieces): Promise<void> {
  try {
    for await (const _ of pieces) break
  } catch {}
}
