/**
 * Writes a request: at once if all of it is available, else piece by piece, as fast as the server accepts
 * it, and only until the server refuses the rest.
 *
 * Reading responses and cleaning up after a failed request are left to client.ts.
 */

import type { ClientConnection, ResponseHead } from 'httpwire'
import { mayFollow } from './add-framing.ts'
import { type ClientRequest, headOf, type RequestRules } from './client-request.ts'
import type { ClientTimeouts } from './client-timeouts.ts'
import { Deadline } from './deadline.ts'
import type { Output } from './output.ts'
import {
  type BodyPieces,
  closable,
  closeStream,
  closeUnread,
  endWith,
  isLarge,
  isPieces,
  slicesOf,
  type TrailersInit,
  trailerFields,
} from './pieces.ts'

/** From this status on, a response means that the server does not need the rest of the request. */
const REDIRECT = 300

export class RequestWriter {
  readonly #connection: ClientConnection
  readonly #output: Output
  readonly #timeouts: ClientTimeouts
  /** The content being written. */
  #source: BodyPieces | undefined
  /** Whether the rest of the content is not to be sent. */
  #refused = false
  /** Whether the server has yet to accept a piece. */
  #isBlocked = false
  /** Whether content waits for a 100 (Continue), and the function that ends the wait. */
  #holding = false
  #release: () => void = () => {}

  /** `timeouts` are told while the server has yet to accept a piece of content. */
  constructor(connection: ClientConnection, output: Output, timeouts: ClientTimeouts) {
    this.#connection = connection
    this.#output = output
    this.#timeouts = timeouts
  }

  /**
   * Writes `request`. Returns a promise unless it was written at once; the promise rejects with the error
   * of the content or of the connection.
   *
   * @throws HttpError for a request that may not be sent; nothing of it has been written then.
   */
  write(request: ClientRequest, rules: RequestRules): Promise<void> | undefined {
    const { body, trailers } = request
    const head = headOf(request)
    this.#refused = false
    const isApart = isLarge(body) || head.headers.has('Expect')
    if (!isPieces(body) && !(isApart && mayFollow(head.headers, body, trailers))) {
      const given = trailerFields(trailers)
      this.#output.add(
        this.#connection.sendMessage({
          head,
          ...(body === null || body === undefined ? {} : { body }),
          ...(given === undefined ? {} : { trailers: given }),
        }),
      )
      this.#output.flush()
      return undefined
    }
    this.#output.add(this.#connection.send(head))
    this.#output.flush()
    const pieces = isPieces(body) ? body : slicesOf(body)
    return this.#writeContent(pieces, trailers, rules.continueTimeout)
  }

  /** Stops waiting for a 100 (Continue): it has arrived, or never will. */
  release(): void {
    this.#release()
  }

  /** A final response has begun. Content that the server does not need is not sent, or no further. */
  answered({ status }: ResponseHead): void {
    if (!this.#holding && status < REDIRECT) return
    this.#connection.retire()
    this.refuse()
  }

  /** Stops sending content: the server has refused the rest, or the connection has failed. */
  refuse(): void {
    this.#refused = true
    if (this.#source !== undefined) closeStream(this.#source)
    this.#release()
  }

  /** Whether content may still be sent. */
  get #isWanted(): boolean {
    const { requests, mustClose } = this.#connection
    return !this.#refused && requests === 'content' && !mustClose
  }

  async #writeContent(
    content: BodyPieces,
    trailers: TrailersInit | undefined,
    continueTimeout: number,
  ): Promise<void> {
    const pieces = closable(content)
    await this.#continued(continueTimeout)
    // Refused content is closed unread: reading it might make its own peer send it.
    if (!this.#isWanted) await closeUnread(pieces)
    else {
      this.#source = pieces
      try {
        await this.#writePieces(pieces)
      } catch (error) {
        // Interrupting a source makes it throw.
        if (this.#isWanted) throw error
      } finally {
        this.#source = undefined
      }
    }
    if (this.#isWanted) {
      this.#output.add(this.#connection.send(endWith(trailers)))
      this.#output.flush()
    }
  }

  async #writePieces(pieces: BodyPieces): Promise<void> {
    const connection = this.#connection
    for await (const piece of pieces) {
      if (!this.#isWanted) break
      this.#output.add(connection.send({ type: 'data', bytes: piece }))
      this.#isBlocked = true
      this.watch()
      await this.#output.drained()
      this.#isBlocked = false
      if (!this.#isWanted) break
      if (connection.responses !== 'content') this.#timeouts.clear()
    }
  }

  /** Times the piece that the server has yet to accept, if there is one. */
  watch(): void {
    // While the content of the response arrives, the program's waiting for that is timed.
    if (this.#isBlocked && this.#connection.responses !== 'content') this.#timeouts.response()
  }

  /** Resolves when the wait for a 100 (Continue), if any, is over. */
  async #continued(timeout: number): Promise<void> {
    if (!this.#connection.awaitsContinue) return
    this.#holding = true
    await new Promise<void>((resolve) => {
      const deadline = new Deadline(() => this.#release())
      this.#release = () => {
        deadline.stop()
        this.#holding = false
        resolve()
      }
      deadline.set(timeout)
    })
  }
}
