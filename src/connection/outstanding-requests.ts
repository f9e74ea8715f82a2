/**
 * The requests of a client whose final response is not complete, in the order in which they were sent:
 * which of them a response answers, and what may be sent again if none does.
 *
 * Knows heads, and no bytes; whose turn it is, is not decided here.
 */

import { Fifo } from '../message/fifo.ts'
import type { ResponseHead } from '../message/heads.ts'
import type { RequestHeadInit } from '../message/init.ts'
import { isIdempotent } from '../message/methods.ts'
import { CONTINUE } from '../status/classes.ts'

/** A request that was sent, and what became of it. */
export interface OutstandingRequest {
  /** As it was given to `send` or `sendMessage`. */
  readonly head: RequestHeadInit
  /**
   * Whether it may be sent again by itself (RFC 9110 s. 9.2.2): its method is idempotent, and
   * nothing of a response to it has come.
   */
  readonly retryable: boolean
}

interface Outstanding {
  readonly head: RequestHeadInit
  readonly idempotent: boolean
  /** Whether it offers a switch of protocols, which a 101 makes. */
  readonly offers: boolean
  /** Whether it asked for a 100 (Continue) that has not come. */
  awaitsContinue: boolean
  /** Bytes that had come when it was sent. */
  readonly received: number
}

export class OutstandingRequests {
  readonly #requests = new Fifo<Outstanding>()
  /** How many of them have a method that is not idempotent. */
  #unsafe = 0
  /** Interim responses to the first of them, and whether its final one has begun. */
  #interims = 0
  #answering = false

  /** Adds a request with `method`, which its head, the caller's own, need not have any more. */
  add(method: string, request: Omit<Outstanding, 'idempotent'>): void {
    const idempotent = isIdempotent(method)
    this.#requests.push({ ...request, idempotent })
    if (!idempotent) this.#unsafe++
  }

  get size(): number {
    return this.#requests.size
  }

  /** The one that the response being read answers, or the next one will. */
  get first(): Outstanding | undefined {
    return this.#requests.peek()
  }

  /** Whether the last one asked for a 100 (Continue) that has not come. */
  get awaitsContinue(): boolean {
    return this.#requests.last?.awaitsContinue ?? false
  }

  /** Whether all of them may be sent again. */
  get areIdempotent(): boolean {
    return this.#unsafe === 0
  }

  /** Interim responses to the first one. */
  get interims(): number {
    return this.#interims
  }

  /** Those that no final response has begun to answer; `isUntouched` says that nothing else has come either. */
  unanswered(isUntouched: boolean): OutstandingRequest[] {
    const [first, ...others] = this.#requests.toArray().map(({ head, idempotent }) => ({
      head,
      retryable: idempotent,
    }))
    if (first === undefined || this.#answering) return others
    const retryable = first.retryable && isUntouched && this.#interims === 0
    return [{ ...first, retryable }, ...others]
  }

  /** A response to the first one has begun. */
  answer({ informational, status }: ResponseHead): void {
    const { first } = this
    if (first === undefined) return
    if (informational) this.#interims++
    else this.#answering = true
    if (!informational || status === CONTINUE) first.awaitsContinue = false
  }

  /** The final response to the first one is complete. */
  complete(): void {
    if (this.#requests.shift()?.idempotent === false) this.#unsafe--
    this.#answering = false
    this.#interims = 0
  }
}
