/**
 * Serializes a whole message into one array. For tools, tests and small messages.
 */

import { ownOptions, requireObject, requireString } from '../checks.ts'
import { copyBytes, joinBytes } from '../grammar/byte-arrays.ts'
import type { MessageInit, RequestHeadInit, ResponseHeadInit } from '../message/init.ts'
import type { Method } from '../message/methods.ts'
import { bodyBytes } from './content.ts'
import { asFields, requireHead } from './head-init.ts'
import type { SerializerOptions } from './options.ts'
import { RequestSerializer } from './request-serializer.ts'
import { ResponseSerializer } from './response-serializer.ts'

/** Options of {@link serialize}. */
export interface SerializeOptions extends SerializerOptions {
  /** The method of the request that the response answers; GET by default. */
  readonly requestMethod?: Method | (string & {}) | undefined
}

const KNOWN = { requestMethod: 0, verbatim: 0, allowAnomalies: 0 } satisfies Record<
  keyof SerializeOptions,
  0
>

/**
 * Serializes a whole message, either parsed or built from plain objects.
 *
 * Content-Length is added if neither it nor Transfer-Encoding is given and the message can have
 * content (for a request: if it has content or its method expects some). With the chunked coding,
 * the content becomes one chunk.
 *
 * ```ts
 * serialize({ head: { status: 200, headers: { 'Content-Type': 'text/plain' } }, body: 'hello' })
 * ```
 *
 * @throws HttpError (`side: 'local'`) for a message that a strict parser would refuse, and for
 *   content or trailers that do not fit the framing.
 * @throws TypeError for a value of the wrong type, naming it.
 */
export function serialize(message: MessageInit, options?: SerializeOptions): Uint8Array {
  requireObject('a message', message)
  if (options === undefined) return write(message, undefined, undefined)
  const { requestMethod, ...rest } = ownOptions(options, KNOWN)
  if (requestMethod !== undefined) requireString('requestMethod', requestMethod)
  return write(message, rest, requestMethod)
}

function write(
  { head, body, trailers }: MessageInit,
  options: SerializerOptions | undefined,
  requestMethod: string | undefined,
): Uint8Array {
  requireHead(head, isResponse(head) ? 'response' : 'request')
  const content = bodyBytes(body)
  const fields = asFields(trailers, 'trailers')
  const parts = isResponse(head)
    ? makeResponseSerializer(options, requestMethod).writeMessage(head, content, fields)
    : new RequestSerializer(options).writeMessage(head, content, fields)
  const bytes = joinBytes(parts)
  // A single part may be a view of the parsed chunk or of the buffer pool: the caller gets a copy.
  return parts.length === 1 ? copyBytes(bytes, 0, bytes.length) : bytes
}

function makeResponseSerializer(
  options: SerializerOptions | undefined,
  requestMethod: string | undefined,
): ResponseSerializer {
  const serializer = new ResponseSerializer(options)
  return requestMethod === undefined ? serializer : serializer.respondsTo(requestMethod)
}

/** @throws TypeError unless `head` is a request head or a response head. */
function isResponse(head: RequestHeadInit | ResponseHeadInit): head is ResponseHeadInit {
  requireObject('the head of a message', head)
  if ('status' in head) return true
  if ('method' in head) return false
  throw new TypeError('a head has a method and a target, or a status')
}
