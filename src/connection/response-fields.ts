/**
 * The fields that a server's connection adds to the head of a response: a framing field if it has none,
 * Connection where persistence must be stated, and Date.
 */

import { localError } from '../errors.ts'
import { isSameFolded } from '../grammar/ascii.ts'
import { hasMember, listMembers } from '../grammar/list-text.ts'
import { Fields } from '../message/fields.ts'
import { opensTunnel } from '../message/framing.ts'
import type { RequestHead } from '../message/heads.ts'
import type { ResponseHeadInit } from '../message/init.ts'
import { asFields, versionOf } from '../serializer/head-init.ts'
import { isBodiless } from '../status/classes.ts'
import type { ResponseSnapshot } from './head-snapshot.ts'

/**
 * The head of the final response `init` to `request`, which is `undefined` if none could be read.
 * `length` is that of the content in bytes, if known; `date` gives the Date (RFC 9110 s. 6.6.1).
 *
 * @throws HttpError (`side: 'local'`) for Transfer-Encoding to an HTTP/1.0 or unknown client.
 */
export function completeResponse(
  init: ResponseSnapshot,
  request: RequestHead | undefined,
  persistent: boolean,
  length: number | undefined,
  date: (() => string) | undefined,
  offset: number,
): ResponseHeadInit {
  const given = asFields(init.headers)
  // An unknown client is treated as an HTTP/1.0 client.
  const isOldClient = request === undefined || request.version === '1.0'
  if (isOldClient && given.has('Transfer-Encoding')) {
    throw localError('TRANSFER_ENCODING_IN_HTTP_1_0', offset)
  }
  const isHttp10 = isOldClient || versionOf(init) === '1.0'

  const framing = framingToAdd(given, init.status, request?.method, length, isHttp10)
  const saysClose = names(given, 'close')
  const persists = persistent && !saysClose && framing !== Added.UNTIL_CLOSE

  const saysPersistence = persists ? !isHttp10 || names(given, 'keep-alive') : saysClose
  const needsNoDate = date === undefined || given.has('Date')
  const addsField = framing === Added.LENGTH || framing === Added.CHUNKED
  if (saysPersistence && needsNoDate && !addsField) return init

  const ownsHeaders = init.ownsHeaders === true
  const headers = ownsHeaders ? given : Fields.from(given)
  if (!needsNoDate) headers.append('Date', date())
  if (framing === Added.CHUNKED) headers.append('Transfer-Encoding', 'chunked')
  else if (framing === Added.LENGTH) headers.append('Content-Length', `${length}`)
  // RFC 9112 s. 9.6; s. C.2.2 for `keep-alive`, as HTTP/1.0 connections do not persist by default.
  if (!saysPersistence) headers.append('Connection', persists ? 'keep-alive' : 'close')
  return ownsHeaders ? init : withFields(init, headers)
}

/** What ends the content, if the fields given do not say it. */
const enum Added {
  NOTHING,
  LENGTH,
  CHUNKED,
  UNTIL_CLOSE,
}

/** How a response with the fields `given` is framed in addition to them (RFC 9112 s. 6.3). */
function framingToAdd(
  given: Fields,
  status: number,
  method: string | undefined,
  length: number | undefined,
  isHttp10: boolean,
): Added {
  if (given.has('Transfer-Encoding')) return isChunked(given) ? Added.NOTHING : Added.UNTIL_CLOSE
  const hasNoContent = isBodiless(status) || opensTunnel(status, method)
  if (hasNoContent || given.has('Content-Length')) return Added.NOTHING
  // A response to HEAD may state the length of the content that it omits, if that is known.
  if (length !== undefined) return Added.LENGTH
  if (method === 'HEAD') return Added.NOTHING
  return isHttp10 ? Added.UNTIL_CLOSE : Added.CHUNKED
}

/** `init` with other fields. Spreading the objects instead took 10 % of the time to serve a GET. */
function withFields(init: ResponseHeadInit, headers: Fields): ResponseHeadInit {
  const { status, reason } = init
  const version = versionOf(init)
  return reason === undefined ? { status, version, headers } : { status, reason, version, headers }
}

/** Whether chunked is the last transfer coding. If not, the content ends with the connection. */
function isChunked(fields: Fields): boolean {
  const last = listMembers(fields.get('Transfer-Encoding') ?? '', false).at(-1)
  return last !== undefined && isSameFolded(last, 'chunked')
}

/** Whether Connection names `option`. */
function names(fields: Fields, option: string): boolean {
  const value = fields.get('Connection')
  return value !== undefined && hasMember(value, option)
}
