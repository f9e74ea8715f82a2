/**
 * What a server's connection adds to the head of a response: how it is framed, if its program does
 * not say, and whether the connection persists.
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
 * The final response `init` to `request` (to none that could be read, if `undefined`), with content
 * of `length` bytes, if that is known; `date` is asked for a Date (RFC 9110 s. 6.6.1).
 *
 * @throws HttpError (`side: 'local'`) for Transfer-Encoding to a client that does not know it.
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
  const isCoded = given.has('Transfer-Encoding')
  // A client that is not known is taken for one of HTTP/1.0.
  const isOldClient = request === undefined || request.version === '1.0'
  if (isCoded && isOldClient) throw localError('TRANSFER_ENCODING_IN_HTTP_1_0', offset)
  const isHttp10 = isOldClient || versionOf(init) === '1.0'

  const method = request?.method
  const forHead = method === 'HEAD'
  const hasNoContent = isBodiless(init.status) || opensTunnel(init.status, method)
  // Of content that a response to HEAD leaves out, the length may be said if it is known.
  const needsNoFraming = hasNoContent || (forHead && length === undefined)
  const isFramed = isCoded || given.has('Content-Length') || needsNoFraming
  const sized = !isFramed && length !== undefined
  const chunked = !isFramed && length === undefined && !isHttp10
  const untilClose = isCoded ? !isChunked(given) : !isFramed && !sized && !chunked
  const saysClose = names(given, 'close')
  const persists = persistent && !saysClose && !untilClose

  const saysPersistence = persists ? !isHttp10 || names(given, 'keep-alive') : saysClose
  const needsNoDate = date === undefined || given.has('Date')
  if (saysPersistence && needsNoDate && !sized && !chunked) return init

  const ownsHeaders = init.ownsHeaders === true
  const headers = ownsHeaders ? given : Fields.from(given)
  if (!needsNoDate) headers.append('Date', date())
  if (chunked) headers.append('Transfer-Encoding', 'chunked')
  else if (sized) headers.append('Content-Length', `${length}`)
  // RFC 9112 s. 9.6, and C.2.2 for those who do not know that connections persist.
  if (!saysPersistence) headers.append('Connection', persists ? 'keep-alive' : 'close')
  return ownsHeaders ? init : withFields(init, headers)
}

/** `init` with other fields. Spreading objects into each other took a tenth of a served GET. */
function withFields(init: ResponseHeadInit, headers: Fields): ResponseHeadInit {
  const { status, reason } = init
  const version = versionOf(init)
  return reason === undefined ? { status, version, headers } : { status, reason, version, headers }
}

/** Whether chunked is the last transfer coding: content in others only ends with the connection. */
function isChunked(fields: Fields): boolean {
  const last = listMembers(fields.get('Transfer-Encoding') ?? '', false).at(-1)
  return last !== undefined && isSameFolded(last, 'chunked')
}

/** Whether Connection names `option`. */
function names(fields: Fields, option: string): boolean {
  const value = fields.get('Connection')
  return value !== undefined && hasMember(value, option)
}
