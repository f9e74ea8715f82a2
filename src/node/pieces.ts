/**
 * Content and trailers as programs supply them, whole or streamed, and the disposal of sources that are
 * not read to their end.
 */

import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { EndInit, FieldsInit } from 'httpwire'
import { isBytes } from '../grammar/byte-arrays.ts'
import { IncomingBody } from './incoming-body.ts'

/** A piece of content: bytes, or text, which is sent as UTF-8. */
export type BodyPiece = Uint8Array | string

/** Streamed content. */
export type BodyPieces = AsyncIterable<BodyPiece> | Iterable<BodyPiece>

/** A trailer section, or a function that returns it, called once the content has been sent. */
export type TrailersInit = FieldsInit | (() => FieldsInit)

/**
 * The fields of `trailers`; a function is called now.
 *
 * @throws TypeError if the function returns a promise.
 */
export function trailerFields(trailers: TrailersInit | undefined): FieldsInit | undefined {
  const fields = typeof trailers === 'function' ? trailers() : trailers
  if (typeof (fields as Partial<Promise<unknown>> | undefined)?.then === 'function') {
    throw new TypeError('the function for trailers must return the fields, not a promise of them')
  }
  return fields
}

/** The end of a message with the fields that {@link trailerFields} gives. */
export function endWith(trailers: TrailersInit | undefined): EndInit {
  const fields = trailerFields(trailers)
  return fields === undefined ? { type: 'end' } : { type: 'end', trailers: fields }
}

/** Whether content is streamed. Text and bytes are iterable, too, but are sent whole; other arrays are refused. */
export function isPieces(body: BodyPiece | BodyPieces | null | undefined): body is BodyPieces {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) return false
  return Symbol.asyncIterator in body || Symbol.iterator in body
}

/** Longer byte arrays are sent in slices of this many bytes: progress shows only between slices. */
const LARGE = 2 ** 18

/** Whether whole content is so large that it is sent in the slices of {@link slicesOf}. */
export function isLarge(body: unknown): body is Uint8Array {
  return isBytes(body) && body.length > LARGE
}

/** Whole content in pieces: one, unless it is large. */
export function* slicesOf(body: BodyPiece | null | undefined): Generator<BodyPiece> {
  if (!isLarge(body)) yield body ?? ''
  else for (let at = 0; at < body.length; at += LARGE) yield body.subarray(at, at + LARGE)
}

/** Other sources as they are, but a stream of the web as one of Node, which {@link closeStream} can close. */
export function closable(pieces: BodyPieces): BodyPieces {
  if (!('getReader' in pieces)) return pieces
  return Readable.fromWeb(pieces as ReadableStream<BodyPiece>, {
    objectMode: true,
    highWaterMark: 1,
  })
}

/** The same pieces, once the first of them has arrived. */
export async function awaitFirstPiece(pieces: BodyPieces): Promise<BodyPieces> {
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
 * Takes responsibility for a stream's `error` event, which would end the process if nobody listened: from
 * now on only a reader of the stream sees its failure. Returns a function that undoes this.
 */
export function ignoreErrors(pieces: unknown): () => void {
  if (!(pieces instanceof Readable)) return () => {}
  pieces.on('error', ignore)
  return () => pieces.off('error', ignore)
}

function ignore(): void {}

/** Closes a stream, even while a reader waits for its next piece; other sources cannot be interrupted. */
export function closeStream(pieces: BodyPieces): void {
  if (!(pieces instanceof Readable)) return
  // Destroying a file stream that is still being opened emits an error.
  ignoreErrors(pieces)
  pieces.destroy()
}

/**
 * Closes a source without reading from it, because reading might make its peer send. Only streams hold
 * resources before they are read from.
 */
export async function closeUnread(content: BodyPieces): Promise<void> {
  try {
    const pieces = closable(content)
    closeStream(pieces)
    if (pieces instanceof Readable) return
    if (Symbol.asyncIterator in pieces) await pieces[Symbol.asyncIterator]().return?.()
    else pieces[Symbol.iterator]().return?.()
  } catch {}
}

/**
 * Closes a source whose content is not wanted. A generator that has not started runs no `finally`, so its
 * first piece is read. An {@link IncomingBody} is left alone: reading it might send a 100 (Continue), and
 * its own connection discards it. Errors are ignored.
 */
export async function closeAfterFirstPiece(content: BodyPieces): Promise<void> {
  if (content instanceof IncomingBody) return
  try {
    const pieces = closable(content)
    closeStream(pieces)
    if (!(pieces instanceof Readable)) for await (const _ of pieces) break
  } catch {}
}
