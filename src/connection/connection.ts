/**
 * What both roles share: the state of the two sides, and what follows from it.
 */

import { type HttpError, stateError } from '../errors.ts'
import { iterateEvents } from '../message/events.ts'
import {
  Bits,
  Move,
  moveRequests,
  moveResponses,
  REFUSED,
  requestState,
  responseState,
  START,
  settle,
  statesWhere,
} from './machine.ts'
import type { RequestState, ResponseState } from './rules.ts'

const SWITCHED = /* @__PURE__ */ statesWhere(
  // The client may have ended its side of what it asked for.
  (requests, responses) =>
    responses === 'switched' && (requests === 'switched' || requests === 'closed'),
)

/** @internal Whether it is still undecided what follows the request: content, or another protocol. */
export const UNDECIDED: Uint8Array = /* @__PURE__ */ statesWhere(
  (requests) => requests === 'content' || requests === 'offering' || requests === 'switched',
)

/** What {@link ServerConnection} and {@link ClientConnection} share. */
export abstract class Connection<Event> implements Iterable<Event> {
  /** @internal */
  protected state = START
  /** @internal What the peer did wrong. */
  protected error: HttpError | undefined = undefined

  /** Where the requests of the connection stand. */
  get requests(): RequestState {
    return requestState(this.state)
  }

  /** Where the responses of the connection stand. */
  get responses(): ResponseState {
    return responseState(this.state)
  }

  /** Whether the connection may outlive the exchange (RFC 9112 s. 9.3), as far as is known yet. */
  get persistent(): boolean {
    return (this.state & Bits.LAST) === 0
  }

  /** Whether the connection has left HTTP: `takeRest()` has what follows. */
  get switched(): boolean {
    return SWITCHED[this.state] === 1
  }

  /**
   * Makes the exchange under way the last one, along with any requests already sent; then both sides end,
   * or at once if nothing is under way. A response whose head has not been sent yet will say
   * `Connection: close`.
   */
  retire(): void {
    this.state = settle(this.state | Bits.LAST)
  }

  /** The next event; see {@link ServerConnection.read} and {@link ClientConnection.read}. */
  abstract read(): Event | null

  /** The events that can be read now. */
  [Symbol.iterator](): Iterator<Event> {
    return iterateEvents(this)
  }

  /** @internal @throws HttpError `WRONG_STATE` where the rules do not know the move. */
  protected next(
    side: 'requests' | 'responses',
    move: Move,
    offset: number,
    what: string | number,
  ): number {
    const to = (side === 'requests' ? moveRequests : moveResponses)(this.state, move)
    if (to === REFUSED) {
      const event = typeof what === 'number' ? `a ${what}` : what
      throw stateError(
        offset,
        `${event} while requests: ${this.requests}, responses: ${this.responses}`,
      )
    }
    return to
  }

  /** @internal The peer broke a rule: nothing that it says is understood any longer. */
  protected fail(side: 'requests' | 'responses', error: HttpError): never {
    this.error = error
    this.state |= Bits.LAST
    const to = (side === 'requests' ? moveRequests : moveResponses)(this.state, Move.ERROR)
    this.state = to === REFUSED ? settle(this.state) : to
    throw error
  }
}
