/**
 * What a server's connection adds to the head of a response: how it is framed, if its program does
 * not say, and whether the connection persists.
 */

import { localError } from '../errors.ts'
import { isSameFolded } from '../grammar/ascii.ts'
import { listMembers } from '../grammar/list-text.ts'
import { Fields } from '../message/fields.ts'
import { endsWithHead } from '../message/framing.ts'
import type { ResponseHeadInit } from '../message/init.ts'
import type { RequestHead } from '../message/request-head.ts'
import { asFields } from '../serializer/head-init.ts'

/**
 * The final response `init` to `request` (to none that could be read, if `undefined`), with content
 * of `length` bytes, if that is known; `date` is asked for a Date (RFC 9110 s. 6.6.1).
 * Fields that are `own` may be added to.
 *
 * @throws HttpError (`side: 'local'`) for Transfer-Encoding to a client that does not know it.
 */
export function completeResponse(
  init: ResponseHeadInit,
  request: RequestHead | undefined,
  persistent: boolean,
  length: number | undefined,
  date: (() => string) | undefined,
  own: boolean,
  offset: number,
): ResponseHeadInit {
  const given = asFields(init.headers)
  // Of a peer that is not known the least is expected.
  const old = request === undefined || request.version === '1.0'
  const coded = given.has('Transfer-Encoding')
  if (coded && old) throw localError('TRANSFER_ENCODING_IN_HTTP_1_0', offset)

  const method = request?.method
  const framed = coded || given.has('Content-Length')
  const forHead = method === 'HEAD'
  const bare =
    endsWithHead(init.status, forHead ? 'GET' : method) || (forHead && length === undefined)
  const delimited = framed || bare
  const sized = !delimited && length !== undefined
  const chunked = !delimited && length === undefined && !old
  const persists = persistent && (delimited || sized || chunked)

  const said = persists ? !old || names(given, 'keep-alive') : names(given, 'close')
  const dated = date === undefined || given.has('Date')
  if (said && dated && !sized && !chunked) return init

  const headers = own ? given : Fields.from(given)
  if (!dated) headers.append('Date', date())
  if (chunked) headers.append('Transfer-Encoding', 'chunked')
  else if (sized) headers.append('Content-Length', `${length}`)
  // RFC 9112 s. 9.6, and C.2.2 for those who do not know that connections persist.
  if (!said) headers.append('Connection', persists ? 'keep-alive' : 'close')
  return own ? init : withFields(init, headers)
}

/** `init` with other fields. Spreading objects into each other took a tenth of a served GET. */
function withFields(
  { status, reason, version = '1.1' }: ResponseHeadInit,
  headers: Fields,
): ResponseHeadInit {
  return reason === undefined ? { status, version, headers } : { status, reason, version, headers }
}

/** Whether Connection names `option`. */
function names(fields: Fields, option: string): boolean {
  const value = fields.get('Connection')
  return (
    value !== undefined && listMembers(value, false).some((member) => isSameFolded(member, option))
  )
}
