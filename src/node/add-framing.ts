/**
 * Adds a framing field to the headers of a message whose content would otherwise be framed in another way,
 * or not at all. Headers that have one already are left as they are, for the serializer to judge; which
 * messages need one is left to the callers.
 */

import { Buffer } from 'node:buffer'
import { Fields, type FieldsInit } from 'httpwire'
import type { BodyPiece } from './pieces.ts'

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

function hasFraming(fields: Fields): boolean {
  return fields.has('Content-Length') || fields.has('Transfer-Encoding')
}
