/**
 * The client's requests whose final response is not complete, in the order in which they were sent:
 * which one a response answers, and which may be retried if none does.
 *
 * Bytes are handled by parser and serializer; `rules.ts` decides whose turn it is.
 */

import { Fifo } from '../message/fifo.ts'
import type { ResponseHead } from '../message/heads.ts'
import type { RequestHeadInit } from '../message/init.ts'
import { isIdempotent } from '../message/methods.ts'
import { CONTINUE } from '../status/classes.ts'

/** A request that was sent and for which no final response has begun. */
export interface OutstandingRequest {
  /** The head that was passed to `send` or `sendMessage`. */
  readonly head: RequestHeadInit
  /**
   * Whether it may be retried automatically (RFC 9110 s. 9.2.2): its method is idempotent, and no part
   * of a response to it has been received.
   */
  readonly retryable: boolean
}

interface Outstanding {
  readonly head: RequestHeadInit
  readonly idempotent: boolean
  /** Whether it offers a switch of protocols that a 101 can make. */
  readonly offers: boolean
  /** Whether it asked for a 100 (Continue) that has not been received. */
  awaitsContinue: boolean
  /** The number of bytes received before it was sent. */
  readonly received: number
}

export class OutstandingRequests {
  readonly #requests = new Fifo<Outstanding>()
  /** The number of requests whose method is not idempotent. */
  #unsafe = 0
  /** The number of interim responses to the first request, and whether its final response has begun. */
  #interims = 0
  #answering = false

  /** Adds a request. `method` is separate because the caller may have changed `request.head` since. */
  add(method: string, request: Omit<Outstanding, 'idempotent'>): void {
    const idempotent = isIdempotent(method)
    this.#requests.push({ ...request, idempotent })
    if (!idempotent) this.#unsafe++
  }

  get size(): number {
    return this.#requests.size
  }

  /** The request that the current or next response answers. */
  get first(): Outstanding | undefined {
    return this.#requests.peek()
  }

  /** Whether the last request asked for a 100 (Continue) that has not been received. */
  get awaitsContinue(): boolean {
    return this.#requests.last?.awaitsContinue ?? false
  }

  get areIdempotent(): boolean {
    return this.#unsafe === 0
  }

  /** The number of interim responses to the first request. */
  get interims(): number {
    return this.#interims
  }

  /** The requests whose final response has not begun; `isUntouched` if no part of it was received. */
  unanswered(isUntouched: boolean): OutstandingRequest[] {
    const [first, ...others] = this.#requests.toArray().map(({ head, idempotent }) => ({
      head,
      retryable: idempotent,
    }))
    if (first === undefined || this.#answering) return others
    const retryable = first.retryable && isUntouched && this.#interims === 0
    return [{ ...first, retryable }, ...others]
  }

  /** Notes that a response to the first request has begun. */
  answer({ informational, status }: ResponseHead): void {
    const { first } = this
    if (first === undefined) return
    if (informational) this.#interims++
    else this.#answering = true
    if (!informational || status === CONTINUE) first.awaitsContinue = false
  }

  /** Notes that the final response to the first request is complete. */
  complete(): void {
    if (this.#requests.shift()?.idempotent === false) this.#unsafe--
    this.#answering = false
    this.#interims = 0
  }
}
