/**
 * The fields that a server's connection adds to the head of a response: a framing field if it has none,
 * Connection where persistence must be stated, and Date.
 */

import { localError } from '../errors.ts'
import { isSameFolded } from '../grammar/ascii.ts'
import { Fields } from '../message/fields.ts'
import type { RequestHead } from '../message/heads.ts'
import type { ResponseHeadInit } from '../message/init.ts'
import { ParsedHead } from '../message/parsed-head.ts'
import { versionOf } from '../serializer/head-init.ts'
import { repairFields } from '../serializer/repair.ts'
import { isBodiless } from '../status/classes.ts'
import type { ResponseSnapshot } from './head-snapshot.ts'

/**
 * `init` with the Date that `clock` gives, unless it has one (RFC 9110 s. 6.6.1).
 *
 * The clock is the caller's code, like the getters of a head: it must run before the state is looked at.
 */
export function withDate(
  init: ResponseSnapshot,
  clock: (() => string) | undefined,
): ResponseSnapshot {
  if (clock === undefined) return init
  if (init.headers.has('Date')) return init
  const headers = ownFields(init, init.headers)
  headers.append('Date', clock())
  return withFields(init, headers)
}

/**
 * The head of the final response `init` to `request`, which is `undefined` if none could be read.
 * `switches` tells whether it leaves HTTP; `length` is that of the content in bytes, if known.
 *
 * @throws HttpError (`side: 'local'`) for Transfer-Encoding to an HTTP/1.0 or unknown client.
 */
export function completeResponse(
  init: ResponseSnapshot,
  request: RequestHead | undefined,
  switches: boolean,
  persistent: boolean,
  length: number | undefined,
  offset: number,
): ResponseHeadInit {
  const parsed = init.headers
  // The fields that will be written, not those that were parsed: an ignored framing field is left out.
  const given = repairFields(parsed)
  // An unknown client is treated as an HTTP/1.0 client.
  const isOldClient = request === undefined || request.version === '1.0'
  if (isOldClient && given.has('Transfer-Encoding')) {
    throw localError('TRANSFER_ENCODING_IN_HTTP_1_0', offset)
  }
  const isHttp10 = isOldClient || versionOf(init) === '1.0'

  const hasNoContent = switches || isBodiless(init.status)
  const framing = framingToAdd(given, hasNoContent, request?.method, length, isHttp10)
  const saysClose = given.hasMember('Connection', 'close')
  const persists = persistent && !saysClose && framing !== Added.UNTIL_CLOSE

  // A connection that leaves HTTP neither persists nor closes (RFC 9110 s. 7.8, 9.3.6).
  const needsOption =
    !switches && (persists ? isHttp10 && !given.hasMember('Connection', 'keep-alive') : !saysClose)
  const addsFraming = framing === Added.LENGTH || framing === Added.CHUNKED
  // A head that is written verbatim is not repaired, so it must say `close` without that.
  const isComplete = persistent || saysClose === parsed.hasMember('Connection', 'close')
  if (!needsOption && !addsFraming && isComplete) return init

  const headers = ownFields(init, given)
  if (framing === Added.CHUNKED) headers.append('Transfer-Encoding', 'chunked')
  else if (framing === Added.LENGTH) headers.append('Content-Length', `${length}`)
  // RFC 9112 s. 9.6; s. C.2.2 for `keep-alive`, as HTTP/1.0 connections do not persist by default.
  if (needsOption) headers.append('Connection', persists ? 'keep-alive' : 'close')
  return withFields(init, headers)
}

/** The framing field to add, if any. */
const enum Added {
  NOTHING,
  LENGTH,
  CHUNKED,
  /** None: the content ends with the connection. */
  UNTIL_CLOSE,
}

/** What to add to the fields `given`, so that the recipient finds the end of the content (RFC 9112 s. 6.3). */
function framingToAdd(
  given: Fields,
  hasNoContent: boolean,
  method: string | undefined,
  length: number | undefined,
  isHttp10: boolean,
): Added {
  if (hasNoContent || given.has('Content-Length')) return Added.NOTHING
  if (given.has('Transfer-Encoding')) {
    return method === 'HEAD' || isChunked(given) ? Added.NOTHING : Added.UNTIL_CLOSE
  }
  // A response to HEAD may state the length of the content that it omits, if that is known.
  if (length !== undefined) return Added.LENGTH
  if (method === 'HEAD') return Added.NOTHING
  return isHttp10 ? Added.UNTIL_CLOSE : Added.CHUNKED
}

/** `fields` to which some may be added: a copy if they are those of a parsed head. */
function ownFields(init: ResponseSnapshot, fields: Fields): Fields {
  return init instanceof ParsedHead && fields === init.headers ? Fields.from(fields) : fields
}

/** `init` with its own or other fields. Spreading it instead took 10 % of the time to serve a GET. */
function withFields(init: ResponseSnapshot, headers: Fields): ResponseSnapshot {
  if (headers === init.headers) return init
  const { status, reason } = init
  return { status, reason, version: versionOf(init), headers }
}

/** Whether chunked is the last transfer coding. If not, the content ends with the connection. */
function isChunked(fields: Fields): boolean {
  const last = fields.members('Transfer-Encoding', false).at(-1)
  return last !== undefined && isSameFolded(last, 'chunked')
}
