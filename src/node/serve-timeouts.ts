/**
 * How long a client may take: until it begins a request, for the head, for the content while that is awaited,
 * and to accept what was written to it. The first three never run together, and share a deadline with the
 * waits at the end of the connection; a client may be slow to read while it sends, so the fourth has a deadline
 * of its own.
 *
 * What follows when a time is up is left to served-connection.ts.
 */

import { Deadline, LINGER } from './deadline.ts'
import type { TimeoutName } from './errors.ts'
import type { ServeRules } from './serve-options.ts'

export class ServeTimeouts {
  readonly #rules: ServeRules
  /** For the client to send, or to end its side. */
  readonly #sending: Deadline
  /** For the client to accept what was written. */
  readonly #accepting: Deadline
  /** Which option `#sending` is for; `undefined` if a client that lets it pass does nothing wrong. */
  #option: TimeoutName | undefined
  /** What is left of `requestTimeout`, and since when content is awaited, in milliseconds. */
  #left = 0
  #since = 0

  /**
   * `late` is called when the client took too long to send, or to accept the last of the output, with the
   * option whose time was up; without one when it sent nothing between requests, or did not end its side.
   * `stuck` is called when it took too long to accept other output.
   */
  constructor(
    rules: ServeRules,
    late: (option: TimeoutName | undefined) => void,
    stuck: () => void,
  ) {
    this.#rules = rules
    this.#sending = new Deadline(() => late(this.#option))
    this.#accepting = new Deadline(stuck)
  }

  /** No part of a request has arrived since the one before it ended. */
  idle(): void {
    this.#option = undefined
    this.#sending.set(this.#rules.idleTimeout)
  }

  /** Part of a head has arrived. More parts give it no more time. */
  head(): void {
    if (this.#option === 'headTimeout') return
    this.#option = 'headTimeout'
    this.#sending.set(this.#rules.headTimeout)
  }

  /** A head has arrived, and content follows. */
  request(): void {
    this.#option = undefined
    this.#sending.clear()
    this.#left = this.#rules.requestTimeout
  }

  /** Content is awaited, from now on unless it was already. */
  awaiting(): void {
    if (this.#option === 'requestTimeout' || this.#rules.requestTimeout === 0) return
    this.#option = 'requestTimeout'
    this.#since = performance.now()
    this.#sending.set(Math.max(this.#left, 1))
  }

  /** Content has arrived, and no more is awaited until {@link awaiting} is called again. */
  arrived(): void {
    if (this.#option !== 'requestTimeout') return
    this.#option = undefined
    this.#sending.clear()
    this.#left -= performance.now() - this.#since
  }

  /** A request has arrived as a whole. */
  received(): void {
    this.#option = undefined
    this.#sending.clear()
  }

  /** Something was written that the client has yet to accept. */
  written(): void {
    this.#accepting.set(this.#rules.writeTimeout)
  }

  /** The client has accepted what was written. */
  drained(): void {
    this.#accepting.clear()
  }

  /** The last of the output is being written: the client must accept it. */
  ending(): void {
    this.#option = 'writeTimeout'
    this.#sending.set(this.#rules.writeTimeout)
  }

  /** This side has ended: the client must end its own (RFC 9112 s. 9.6). */
  linger(): void {
    this.#option = undefined
    this.#sending.set(LINGER)
  }

  /** Releases the timers. */
  stop(): void {
    this.#sending.stop()
    this.#accepting.stop()
  }
}
