/**
 * Adds a framing field to the headers of a message whose content would otherwise be framed in another way,
 * or not at all. Headers that have one already are left as they are, for the serializer to judge; which
 * messages need one is left to the callers.
 */

import { Buffer } from 'node:buffer'
import { Fields, type FieldsInit } from 'httpwire'
import { isBytes } from '../grammar/byte-arrays.ts'
import type { BodyPiece, TrailersInit } from './pieces.ts'

/** A copy of `headers` with the Content-Length of `content`, unless they have a framing field. */
export function withLength(headers: FieldsInit, content: BodyPiece): Fields {
  const fields = Fields.from(headers)
  if (!hasFraming(fields)) fields.append('Content-Length', `${Buffer.byteLength(content)}`)
  return fields
}

/** A copy of `headers` with `Transfer-Encoding: chunked`, unless they have a framing field. */
export function withChunked(headers: FieldsInit): Fields {
  const fields = Fields.from(headers)
  if (!hasFraming(fields)) fields.append('Transfer-Encoding', 'chunked')
  return fields
}

const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Whether whole `content` may follow a head with these `headers`, and then `trailers`, in an event of its own. If
 * not, `sendMessage` refuses all of it before anything is sent. What a function will return is not known yet.
 */
export function mayFollow(
  headers: FieldsInit,
  content: BodyPiece | null | undefined,
  trailers: TrailersInit | undefined,
): boolean {
  const body = content ?? ''
  if (typeof body === 'string' ? LONE_SURROGATE.test(body) : !isBytes(body)) return false
  const length = Fields.from(headers).get('Content-Length')
  if (length === undefined) return true
  const isRight = /^\d+$/.test(length) && Number(length) === Buffer.byteLength(body)
  return isRight && (typeof trailers === 'function' || Fields.from(trailers ?? []).size === 0)
}

function hasFraming(fields: Fields): boolean {
  return fields.has('Content-Length') || fields.has('Transfer-Encoding')
}
