/**
 * The function that programs call for each request.
 *
 * A weak map keeps the connection for as long as its stream lives, so that a second request continues where
 * the first one left off.
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
 *   withdrawn before its turn: in these two cases `body` still belongs to the caller. TypeError or
 *   RangeError naming the invalid option.
 */
export async function requestOver(
  duplex: Duplex,
  request: ClientRequest,
  options: RequestOptions = {},
): Promise<ClientResponse> {
  requireByteStream(duplex)
  requireObject('a request', request)
  const rules = completeRequestOptions(options)
  let client = clients.get(duplex)
  if (client === undefined) {
    client = new Client(duplex, rules.connection)
    clients.set(duplex, client)
  }
  return client.request(request, rules)
}

const clients = new WeakMap<Duplex, Client>()
