/**
 * The function that programs call for each request.
 *
 * The connection is kept for as long as its stream lives, so that a second request continues where the first
 * one left off.
 */

import type { Duplex } from 'node:stream'
import { requireObject } from '../checks.ts'
import { Client } from './client.ts'
import {
  type ClientRequest,
  type ClientResponse,
  completeRequestOptions,
  type RequestOptions,
} from './client-request.ts'
import { own, ownerOf, requireFree } from './owned-streams.ts'
import { requireByteStream } from './stream-input.ts'

/**
 * Sends a request over `duplex` and resolves with the response as soon as its head has arrived. A request
 * made during another one waits until the response to that one has been read. `duplex` must emit `close`.
 *
 * @throws HttpError if the request may not be sent, if the response breaks a rule, or (`UNANSWERED`) if
 *   the server ended the connection without one; ConnectionError if a timeout has expired (`ETIMEDOUT`),
 *   the connection was closed (`ECONNRESET`), or it had ended or failed before the request's turn (`UNSENT`,
 *   its `cause` says why); the stream's own error; the reason of `signal`. The stream is then destroyed, and
 *   requests that wait for their turn reject with `UNSENT`, unless the request may not be sent or was
 *   withdrawn before its turn: in these two cases, and with `UNSENT`, `body` still belongs to the caller.
 *   TypeError or RangeError naming the invalid option. Error if `serveConnection` uses the stream.
 */
export async function requestOver(
  duplex: Duplex,
  request: ClientRequest,
  options: RequestOptions = {},
): Promise<ClientResponse> {
  requireByteStream(duplex)
  requireObject('a request', request)
  const rules = completeRequestOptions(options)
  const owner = ownerOf(duplex)
  if (owner instanceof Client) return owner.request(request, rules)
  requireFree(duplex)
  const client = new Client(duplex, rules)
  own(duplex, client)
  return client.request(request, rules)
}
