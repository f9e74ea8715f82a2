/**
 * Writes a request: at once where all of it is there, else piece by piece, as fast as the server takes it,
 * and no further once the server has said that it does not want the rest.
 *
 * Knows nothing of responses, nor what becomes of a request that failed.
 */

import type { ClientConnection } from 'httpwire'
import { type ClientRequest, headOf, type RequestRules } from './client-request.ts'
import type { Deadline } from './deadline.ts'
import type { Output } from './output.ts'
import {
  askFor,
  dismiss,
  endWith,
  interrupt,
  isLarge,
  isPieces,
  type Pieces,
  slicesOf,
  type TrailersInit,
} from './pieces.ts'

export class RequestWriter {
  readonly #connection: ClientConnection
  readonly #output: Output
  readonly #deadline: Deadline
  #timeout = 0
  /** Content that is being written. */
  #source: Pieces | undefined
  /** Whether the rest of the content is of no use. */
  #refused = false
  /** Whether the server has yet to take a piece. */
  #isBlocked = false
  /** Whether content waits for a 100 (Continue), and what lets it go. */
  #holding = false
  #release: () => void = () => {}

  /** Moves `deadline` for as long as the server is to take a piece of content. */
  constructor(connection: ClientConnection, output: Output, deadline: Deadline) {
    this.#connection = connection
    this.#output = output
    this.#deadline = deadline
  }

  /**
   * Writes `request`. Where it does not do so at once, it gives a promise, which fails with what the content
   * or the connection fails with.
   *
   * @throws HttpError for a request that may not be sent; nothing of it has left then.
   */
  write(request: ClientRequest, rules: RequestRules): Promise<void> | undefined {
    const { body, trailers } = request
    const head = headOf(request)
    this.#timeout = rules.responseTimeout
    this.#refused = false
    if (!isPieces(body) && !isLarge(body) && !head.headers.has('Expect')) {
      const given = askFor(trailers)
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

  /** Whether content waits for a 100 (Continue). */
  get isHolding(): boolean {
    return this.#holding
  }

  /** Lets content go that waits: the server has asked for it, or will not. */
  release(): void {
    this.#release()
  }

  /** The rest of the content is of no use: the server has said so, or the connection has failed. */
  refuse(): void {
    this.#refused = true
    if (this.#source !== undefined) interrupt(this.#source)
    this.#release()
  }

  /** Whether the server takes content still. */
  get #isWanted(): boolean {
    const { requests, mustClose } = this.#connection
    return !this.#refused && requests === 'content' && !mustClose
  }

  async #writeContent(
    pieces: Pieces,
    trailers: TrailersInit | undefined,
    continueTimeout: number,
  ): Promise<void> {
    await this.#continued(continueTimeout)
    // Content that is refused is not asked for: who gives it may have to be asked to send it.
    if (!this.#isWanted) await dismiss(pieces)
    else {
      this.#source = pieces
      try {
        await this.#writePieces(pieces)
      } catch (error) {
        // A source that was interrupted says so.
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

  async #writePieces(pieces: Pieces): Promise<void> {
    const connection = this.#connection
    for await (const piece of pieces) {
      if (!this.#isWanted) break
      this.#output.add(connection.send({ type: 'data', bytes: piece }))
      this.#isBlocked = true
      this.watch()
      await this.#output.drained()
      this.#isBlocked = false
      if (connection.responses !== 'content') this.#deadline.clear()
    }
  }

  /** Sets the deadline for the piece that is being taken, if there is one. */
  watch(): void {
    // The content of a response has its own time.
    if (this.#isBlocked && this.#connection.responses !== 'content') {
      this.#deadline.set(this.#timeout)
    }
  }

  /** Settles when content may be sent, or need not be waited for any longer. */
  async #continued(timeout: number): Promise<void> {
    if (!this.#connection.awaitsContinue) return
    this.#holding = true
    await new Promise<void>((resolve) => {
      this.#release = () => {
        clearTimeout(timer)
        this.#holding = false
        resolve()
      }
      const timer = timeout === 0 ? undefined : setTimeout(this.#release, timeout)
    })
  }
}
