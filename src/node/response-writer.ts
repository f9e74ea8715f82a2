/**
 * Writes what a handler gave as the response: at once where all of it is there, else piece by piece,
 * as fast as the client takes it.
 *
 * Knows nothing of what comes before or after the response, nor what becomes of one that failed.
 */

import { type ResponseHeadInit, reasonPhrase, type ServerConnection } from 'httpwire'
import type { Deadline } from './deadline.ts'
import { type Exchange, gone, type ServerResponse } from './exchange.ts'
import type { Output } from './output.ts'
import { endWith, isPieces, leave, type Pieces, type TrailersInit } from './pieces.ts'

export class ResponseWriter {
  readonly #connection: ServerConnection
  readonly #output: Output
  readonly #timeout: number
  readonly #deadline: Deadline

  /** Moves `deadline` to `timeout` milliseconds from where the client is given a piece, until it has taken it. */
  constructor(connection: ServerConnection, output: Output, timeout: number, deadline: Deadline) {
    this.#connection = connection
    this.#output = output
    this.#timeout = timeout
    this.#deadline = deadline
  }

  /**
   * Writes `response`. Where it does not do so at once, it gives a promise, which fails with what the
   * content or the connection fails with, and where `exchange` is over before the response is.
   */
  write(exchange: Exchange, response: ServerResponse): Promise<void> | undefined {
    const head = headOf(response)
    const { body, trailers } = response
    if (isPieces(body)) return this.#writePieces(exchange, head, body, trailers)
    if (trailers !== undefined && exchange.mayHaveTrailers) {
      return this.#writePieces(exchange, head, [body ?? ''], trailers)
    }
    const empty = body === null || body === undefined
    const message = empty ? { head } : { head, body }
    this.#output.add(this.#connection.sendMessage(message))
    return undefined
  }

  /** Writes a response that only says what is wrong. */
  writeError(status: number): void {
    const headers = { 'Content-Type': 'text/plain' }
    const body = `${reasonPhrase(status)}\n`
    this.#output.add(this.#connection.sendMessage({ head: { status, headers }, body }))
  }

  async #writePieces(
    exchange: Exchange,
    head: ResponseHeadInit,
    body: Pieces,
    trailers: TrailersInit | undefined,
  ): Promise<void> {
    try {
      this.#output.add(this.#connection.send(head))
    } catch (error) {
      leave(body)
      throw error
    }
    if (exchange.head.method === 'HEAD') leave(body)
    else {
      for await (const piece of body) {
        if (!exchange.isCurrent) throw gone()
        this.#output.add(this.#connection.send({ type: 'data', bytes: piece }))
        this.#deadline.set(this.#timeout)
        await this.#output.drained()
        this.#deadline.clear()
      }
    }
    if (!exchange.isCurrent) throw gone()
    const end = endWith(exchange.mayHaveTrailers ? trailers : undefined)
    this.#output.add(this.#connection.send(end))
  }
}

function headOf({ status, reason, headers = [] }: ServerResponse): ResponseHeadInit {
  return reason === undefined ? { status, headers } : { status, reason, headers }
}
