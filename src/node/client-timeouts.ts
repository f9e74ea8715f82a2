/**
 * How long a server may take: for the head of its response, for each piece of content that the program waits
 * for, to accept each piece of a request, and to end its side. One deadline serves all four, of which only the
 * last that was set counts.
 *
 * What follows when a time is up is left to client.ts.
 */

import type { RequestRules } from './client-request.ts'
import { Deadline, LINGER } from './deadline.ts'
import { type ConnectionError, closed, timedOut } from './errors.ts'

export class ClientTimeouts {
  readonly #deadline: Deadline
  #rules: RequestRules
  /** What the deadline is for; `undefined` if the server has answered everything. */
  #option: 'responseTimeout' | 'bodyTimeout' | undefined

  /** `late` is called when a time is up. */
  constructor(rules: RequestRules, late: (error: ConnectionError) => void) {
    this.#rules = rules
    this.#deadline = new Deadline(() =>
      late(this.#option === undefined ? closed() : timedOut(this.#option)),
    )
  }

  /** The times of the next request. */
  begin(rules: RequestRules): void {
    this.#rules = rules
  }

  /** The server has yet to answer a request, or to accept a piece of it. */
  response(): void {
    this.#option = 'responseTimeout'
    this.#deadline.set(this.#rules.responseTimeout)
  }

  /** The program waits for content. */
  content(): void {
    this.#option = 'bodyTimeout'
    this.#deadline.set(this.#rules.bodyTimeout)
  }

  /** This side has ended: the server must accept that, and end its own (RFC 9112 s. 9.6). */
  linger(): void {
    this.#option = undefined
    this.#deadline.set(LINGER)
  }

  /** Nothing is awaited. */
  clear(): void {
    this.#deadline.clear()
  }

  /** Releases the timer. Nothing will be awaited any more. */
  stop(): void {
    this.#deadline.stop()
  }
}
