/**
 * Writes the response that a handler returned: at once if all of it is available, else piece by piece,
 * as fast as the client accepts it.
 *
 * The order of exchanges and the handling of failures are left to serve-connection.ts.
 */

import { Fields, type ResponseHeadInit, reasonPhrase, type ServerConnection } from 'httpwire'
import { show } from '../checks.ts'
import { refuseSpreadHead } from '../spread-head.ts'
import { forbidsContent } from '../status/classes.ts'
import type { Deadline } from './deadline.ts'
import { type Exchange, gone, type ServerResponse } from './exchange.ts'
import type { Output } from './output.ts'
import {
  begin,
  endWith,
  interrupt,
  isLarge,
  isPieces,
  leave,
  type Pieces,
  slicesOf,
  type TrailersInit,
} from './pieces.ts'

export class ResponseWriter {
  readonly #connection: ServerConnection
  readonly #output: Output
  readonly #timeout: number
  readonly #deadline: Deadline

  /** `deadline` is set to `timeout` milliseconds while the client has yet to accept a piece. */
  constructor(connection: ServerConnection, output: Output, timeout: number, deadline: Deadline) {
    this.#connection = connection
    this.#output = output
    this.#timeout = timeout
    this.#deadline = deadline
  }

  /**
   * Writes `response`. Returns a promise unless it was written at once; the promise rejects with the error
   * of the content or of the connection, and if `exchange` is over before the response is complete.
   */
  write(exchange: Exchange, response: ServerResponse): Promise<void> | undefined {
    if (typeof response !== 'object' || response === null) {
      throw new TypeError(`a handler gives a response, not ${show(response)}`)
    }
    refuseSpreadHead(response)
    const head = headOf(response)
    const { body } = response
    const mayHaveTrailers = exchange.mayHaveTrailers && !forbidsContent(response.status)
    const trailers = mayHaveTrailers ? response.trailers : undefined
    if (isPieces(body)) return this.#writePieces(exchange, head, body, trailers)
    if (trailers !== undefined) return this.#writePieces(exchange, head, slicesOf(body), trailers)
    if (isLarge(body)) {
      return this.#writePieces(exchange, sized(head, body.length), slicesOf(body), undefined)
    }
    const empty = body === null || body === undefined
    const message = empty ? { head } : { head, body }
    this.#output.add(this.#connection.sendMessage(message))
    return undefined
  }

  /** Writes an error response, whose content is only the reason phrase. */
  writeError(status: number): void {
    // A request that could not be parsed may have been a HEAD, whose response has no content.
    const known = this.#connection.request !== undefined
    const headers = known ? { 'Content-Type': 'text/plain' } : []
    const body = known ? `${reasonPhrase(status)}\n` : ''
    this.#output.add(this.#connection.sendMessage({ head: { status, headers }, body }))
  }

  async #writePieces(
    exchange: Exchange,
    head: ResponseHeadInit,
    body: Pieces,
    trailers: TrailersInit | undefined,
  ): Promise<void> {
    const forHead = exchange.head.method === 'HEAD'
    let pieces = body
    exchange.whenAborted(() => interrupt(body))
    try {
      // If the body reads the request's content, that sends a 100 (Continue), which must precede the head.
      if (this.#connection.awaitsContinue && !forHead) pieces = await begin(body)
      if (!exchange.isCurrent) throw gone()
      this.#output.add(this.#connection.send(head))
    } catch (error) {
      leave(pieces)
      throw error
    }
    if (forHead) leave(pieces)
    else {
      for await (const piece of pieces) {
        if (!exchange.isCurrent) throw gone()
        this.#output.add(this.#connection.send({ type: 'data', bytes: piece }))
        this.#deadline.set(this.#timeout)
        await this.#output.drained()
        this.#deadline.clear()
      }
    }
    if (!exchange.isCurrent) throw gone()
    this.#output.add(this.#connection.send(endWith(trailers)))
  }
}

/** `head` with a Content-Length, unless it has a framing field. */
function sized(head: ResponseHeadInit, length: number): ResponseHeadInit {
  const headers = Fields.from(head.headers ?? [])
  if (!headers.has('Content-Length') && !headers.has('Transfer-Encoding')) {
    headers.append('Content-Length', `${length}`)
  }
  return { ...head, headers }
}

function headOf({ status, reason, headers = [] }: ServerResponse): ResponseHeadInit {
  return reason === undefined ? { status, headers } : { status, reason, headers }
}
