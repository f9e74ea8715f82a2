/**
 * Content as programs give it: at once, or as it comes; and the trailers after it.
 */

import { Readable } from 'node:stream'
import type { EndInit, FieldsInit } from 'httpwire'
import { isBytes } from '../grammar/byte-arrays.ts'
import { IncomingBody } from './incoming-body.ts'

/** Some content: bytes, or text, which is sent as UTF-8. */
export type BodyPiece = Uint8Array | string

/** Content as it comes. */
export type Pieces = AsyncIterable<BodyPiece> | Iterable<BodyPiece>

/** A trailer section, or a function that gives it once the content has been sent. */
export type TrailersInit = FieldsInit | (() => FieldsInit)

/** The fields of `trailers`, asked for now. */
export function askFor(trailers: TrailersInit | undefined): FieldsInit | undefined {
  const fields = typeof trailers === 'function' ? trailers() : trailers
  if (typeof (fields as Partial<Promise<unknown>> | undefined)?.then === 'function') {
    throw new TypeError('a function for trailers must give the fields, not a promise of them')
  }
  return fields
}

/** The end of a message with `trailers`, asked for now. */
export function endWith(trailers: TrailersInit | undefined): EndInit {
  const fields = askFor(trailers)
  return fields === undefined ? { type: 'end' } : { type: 'end', trailers: fields }
}

/** Whether content comes in pieces: text and bytes can be iterated, too, and are not meant so. */
export function isPieces(body: BodyPiece | Pieces | null | undefined): body is Pieces {
  if (typeof body !== 'object' || body === null || isBytes(body)) return false
  return Symbol.asyncIterator in body || Symbol.iterator in body
}

/** Bytes of whole content beyond which it is sent in pieces of this size: how far its peer is shows only between them. */
const LARGE = 2 ** 18

/** Whether content that is there is so large that it is sent as {@link slicesOf} it. */
export function isLarge(body: unknown): body is Uint8Array {
  return isBytes(body) && body.length > LARGE
}

/** Content that is there, in pieces: one, unless it is large. */
export function* slicesOf(body: BodyPiece | null | undefined): Generator<BodyPiece> {
  if (!isLarge(body)) yield body ?? ''
  else for (let at = 0; at < body.length; at += LARGE) yield body.subarray(at, at + LARGE)
}

/** The same pieces, the first of which has been asked for, and has come. */
export async function begin(pieces: Pieces): Promise<Pieces> {
  const iterator =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
  const first = await iterator.next()
  return (async function* () {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  })()
}

/**
 * Takes responsibility for a stream: from now on its failure is reported to whoever reads it, or to
 * nobody. Without a listener it would end the process. Gives the function that gives the stream back.
 */
export function adopt(pieces: unknown): () => void {
  if (!(pieces instanceof Readable)) return () => {}
  pieces.on('error', ignore)
  return () => pieces.off('error', ignore)
}

function ignore(): void {}

/** Closes a stream, even while someone is waiting for its next piece; other sources cannot be interrupted. */
export function interrupt(pieces: Pieces): void {
  if (!(pieces instanceof Readable)) return
  // A file that is still being opened fails when it is closed.
  adopt(pieces)
  pieces.destroy()
}

/**
 * Closes a source without reading from it, since reading might make its peer send. Before the first piece
 * is asked for, only a stream holds anything.
 */
export async function dismiss(pieces: Pieces): Promise<void> {
  interrupt(pieces)
  try {
    if (pieces instanceof Readable) return
    if (Symbol.asyncIterator in pieces) await pieces[Symbol.asyncIterator]().return?.()
    else pieces[Symbol.iterator]().return?.()
  } catch {}
}

/**
 * Closes a source whose content is not wanted. A generator that has not begun runs no `finally`, so its
 * first piece is taken. The content of a received message is left alone: it may have to be asked for,
 * and its own connection disposes of it. Errors are ignored.
 */
export async function leave(pieces: Pieces): Promise<void> {
  if (pieces instanceof IncomingBody) return
  interrupt(pieces)
  try {
    if (!(pieces instanceof Readable)) for await (const _ of pieces) break
  } catch {}
}
