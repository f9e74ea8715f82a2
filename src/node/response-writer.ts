/**
 * Writes the response that a handler returned: at once if all of it is available, else piece by piece,
 * as fast as the client accepts it.
 *
 * The order of exchanges and the handling of failures are left to served-connection.ts.
 */

import {
  type RequestHead,
  type ResponseHeadInit,
  reasonPhrase,
  type ServerConnection,
} from 'httpwire'
import { show } from '../checks.ts'
import { refuseSpreadHead } from '../spread-head.ts'
import { forbidsContent, SWITCHING_PROTOCOLS } from '../status/classes.ts'
import { mayFollow, withLength } from './add-framing.ts'
import { type Exchange, exchangeOver, type ServerResponse } from './exchange.ts'
import type { Output } from './output.ts'
import {
  awaitFirstPiece,
  type BodyPieces,
  closable,
  closeAfterFirstPiece,
  closeStream,
  endWith,
  isLarge,
  isPieces,
  slicesOf,
  type TrailersInit,
  trailerFields,
} from './pieces.ts'
import type { ServeRules } from './serve-options.ts'
import type { ServeTimeouts } from './serve-timeouts.ts'

export class ResponseWriter {
  readonly #connection: ServerConnection
  readonly #output: Output
  readonly #timeouts: ServeTimeouts
  readonly #maxDiscard: number

  /** `timeouts` are told of each piece that the client has yet to accept. */
  constructor(
    connection: ServerConnection,
    output: Output,
    timeouts: ServeTimeouts,
    { maxDiscard }: ServeRules,
  ) {
    this.#connection = connection
    this.#output = output
    this.#timeouts = timeouts
    this.#maxDiscard = maxDiscard
  }

  /**
   * Writes `response`. Returns a promise unless it was written at once; the promise rejects with the error
   * of the content or of the connection, and if `exchange` is over before the response is complete.
   */
  write(exchange: Exchange, response: ServerResponse): Promise<void> | undefined {
    if (typeof response !== 'object' || response === null) {
      throw new TypeError(`a handler must return a response, not ${show(response)}`)
    }
    refuseSpreadHead(response)
    if (exchange.head.upgrades) requireUpgrade(exchange.head, response)
    const head = headOf(response)
    const { status, body, trailers: given } = response
    const mayHaveTrailers =
      given !== undefined && exchange.mayHaveTrailers && !forbidsContent(status)
    const trailers = mayHaveTrailers ? given : undefined
    if (isPieces(body)) return this.#writePieces(exchange, head, closable(body), trailers)
    this.#retireIfUnread(exchange)
    if (trailers !== undefined || isLarge(body)) {
      const { headers = [] } = head
      const framed = isLarge(body) && trailers === undefined ? withLength(headers, body) : headers
      if (mayFollow(framed, body, trailers)) {
        return this.#writePieces(exchange, { ...head, headers: framed }, slicesOf(body), trailers)
      }
    }
    const empty = body === null || body === undefined
    const message = empty ? { head } : { head, body }
    const fields = trailerFields(trailers)
    this.#output.add(
      this.#connection.sendMessage(
        fields === undefined ? message : { ...message, trailers: fields },
      ),
    )
    return undefined
  }

  /**
   * Makes a response that is yet to be written say that the connection ends after it, because more content
   * is left unread than will be dropped (RFC 9112 s. 9.6). While a response is streamed, that may still be
   * read.
   */
  #retireIfUnread({ unread }: Exchange): void {
    if (unread > this.#maxDiscard) this.#connection.retire()
  }

  /** Writes an error response, whose content is only the reason phrase. */
  writeError(status: number, exchange?: Exchange): void {
    if (exchange !== undefined) this.#retireIfUnread(exchange)
    // A request that could not be parsed may have been a HEAD, whose response has no content.
    const known = this.#connection.request !== undefined
    const headers = known ? { 'Content-Type': 'text/plain' } : []
    const body = known ? `${reasonPhrase(status)}\n` : ''
    this.#output.add(this.#connection.sendMessage({ head: { status, headers }, body }))
  }

  async #writePieces(
    exchange: Exchange,
    head: ResponseHeadInit,
    body: BodyPieces,
    trailers: TrailersInit | undefined,
  ): Promise<void> {
    const forHead = exchange.head.method === 'HEAD'
    let pieces = body
    exchange.whenAborted(() => closeStream(body))
    try {
      // If the body reads the request's content, that sends a 100 (Continue), which must precede the head.
      if (this.#connection.awaitsContinue && !forHead) pieces = await awaitFirstPiece(body)
      if (!exchange.isCurrent) throw exchangeOver()
      this.#output.add(this.#connection.send(head))
    } catch (error) {
      closeAfterFirstPiece(pieces)
      throw error
    }
    if (forHead) closeAfterFirstPiece(pieces)
    else {
      for await (const piece of pieces) {
        if (!exchange.isCurrent) throw exchangeOver()
        this.#output.add(this.#connection.send({ type: 'data', bytes: piece }))
        this.#timeouts.written()
        await this.#output.drained()
        this.#timeouts.drained()
      }
    }
    if (!exchange.isCurrent) throw exchangeOver()
    this.#output.add(this.#connection.send(endWith(trailers)))
  }
}

/** @throws TypeError if `response` accepts the switch that `head` offers, but nothing takes over the stream. */
function requireUpgrade({ method }: RequestHead, { status, upgrade }: ServerResponse): void {
  const isTunnel = method === 'CONNECT' && status >= 200 && status < 300
  if ((isTunnel || status === SWITCHING_PROTOCOLS) && typeof upgrade !== 'function') {
    throw new TypeError(`a ${status} to ${method} needs an upgrade function, not ${show(upgrade)}`)
  }
}

function headOf({ status, reason, headers = [] }: ServerResponse): ResponseHeadInit {
  return reason === undefined ? { status, headers } : { status, reason, headers }
}
