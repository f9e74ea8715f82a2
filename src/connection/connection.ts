/**
 * The base of both roles: the state of the two sides, and what follows from it.
 */

import { show } from '../checks.ts'
import { HttpError, stateError } from '../errors.ts'
import { isBytes } from '../grammar/byte-arrays.ts'
import { iterateEvents } from '../message/events.ts'
import type { RequestParser } from '../parser/request-parser.ts'
import type { ResponseParser } from '../parser/response-parser.ts'
import type { RequestSerializer } from '../serializer/request-serializer.ts'
import type { ResponseSerializer } from '../serializer/response-serializer.ts'
import {
  Bits,
  Move,
  moved,
  REFUSED,
  requestState,
  responseState,
  type Side,
  START,
  settle,
  statesWhere,
} from './machine.ts'
import type { RequestState, ResponseState } from './rules.ts'

const SWITCHED = /* @__PURE__ */ statesWhere(
  // The client may have ended its side before the server made the switch.
  (requests, responses) =>
    responses === 'switched' && (requests === 'switched' || requests === 'closed'),
)

/** @internal States in which content or another protocol may follow on the requests' side. */
export const UNDECIDED: Uint8Array = /* @__PURE__ */ statesWhere(
  (requests) => requests === 'content' || requests === 'offering' || requests === 'switched',
)

/** What {@link ServerConnection} and {@link ClientConnection} share. */
export abstract class Connection<
  Event,
  Parser extends RequestParser | ResponseParser,
  Serializer extends RequestSerializer | ResponseSerializer,
> implements Iterable<Event>
{
  /** @internal */
  protected readonly parser: Parser
  /** @internal */
  protected readonly serializer: Serializer
  /** @internal */
  protected state = START
  /** @internal The error that the peer has caused, if any. */
  protected error: HttpError | undefined = undefined
  /** @internal Bytes received so far. */
  protected received = 0
  /** Whether {@link receiveEnd} was called. */
  private ended = false

  /** @internal */
  constructor(parser: Parser, serializer: Serializer) {
    this.parser = parser
    this.serializer = serializer
  }

  /** @internal The side that is read. */
  protected abstract get incoming(): Side

  /** @internal The side that is written. */
  protected abstract get outgoing(): Side

  /** The state of the connection's requests. */
  get requests(): RequestState {
    return requestState(this.state)
  }

  /** The state of the connection's responses. */
  get responses(): ResponseState {
    return responseState(this.state)
  }

  /** Whether the connection may outlive the exchange (RFC 9112 s. 9.3), as far as is known. */
  get persistent(): boolean {
    return (this.state & Bits.LAST) === 0
  }

  /** Whether the connection has left HTTP; `takeRest()` returns what follows. */
  get switched(): boolean {
    return SWITCHED[this.state] === 1
  }

  /**
   * Makes the current exchange the last one, along with any requests already sent. Both sides end after
   * it, or at once if there is none. A response whose head has not been sent yet will carry
   * `Connection: close`, unless it leaves HTTP.
   */
  retire(): void {
    this.state = settle(this.state | Bits.LAST)
  }

  /**
   * Takes bytes from the peer. `push` of {@link RequestParser} and {@link ResponseParser} says how long they
   * are borrowed. Bytes after an error that {@link read} has thrown are ignored.
   *
   * @throws TypeError unless `chunk` is a `Uint8Array`; HttpError `WRONG_STATE` after
   *   {@link receiveEnd}.
   */
  receive(chunk: Uint8Array): this {
    if (!isBytes(chunk)) {
      throw new TypeError(`receive takes a Uint8Array (or Buffer), not ${show(chunk)}`)
    }
    if (this.ended) throw stateError(this.parser.offset, 'receive() after receiveEnd()')
    if (this.error !== undefined) return this
    this.parser.push(chunk)
    this.received += chunk.length
    return this
  }

  /**
   * Signals that the peer has ended its side: {@link read} then ends or throws. A client may still read
   * responses (half-closed connection).
   */
  receiveEnd(): this {
    this.ended = true
    if (this.error === undefined) this.parser.finish()
    return this
  }

  /**
   * Takes the bytes received after the switch of protocols. Later bytes belong to the new protocol.
   *
   * @throws HttpError `WRONG_STATE` unless the connection has {@link switched}.
   */
  takeRest(): Uint8Array {
    if (!this.switched)
      throw stateError(this.parser.offset, 'takeRest() before a switch of protocols')
    return this.parser.takeRest()
  }

  /**
   * Records that this side of the connection has been ended.
   *
   * @throws HttpError `WRONG_STATE` after a switch of protocols.
   */
  close(): void {
    this.state = this.nextOutgoing(Move.CLOSE, 'the end of the connection')
  }

  /** The next event; see {@link ServerConnection.read} and {@link ClientConnection.read}. */
  abstract read(): Event | null

  /** The events that can be read now. */
  [Symbol.iterator](): Iterator<Event> {
    return iterateEvents(this)
  }

  /** @internal The parser's next event. An error that the peer has caused fails its side. */
  protected readEvent(): Event | null {
    try {
      return this.parser.read() as Event | null
    } catch (error) {
      if (error instanceof HttpError && error.side === 'remote') this.fail(error)
      throw error
    }
  }

  /** @internal Makes a move of the side that is read. */
  protected moveIncoming(move: Move): void {
    const to = moved(this.incoming, this.state, move)
    if (to === REFUSED) this.refuseMove(this.parser.offset, 'input')
    this.state = to
  }

  /**
   * @internal The state after a move of the side that is written. `what` is the event as errors name it: a
   * status, or a description.
   */
  protected nextOutgoing(move: Move, what: string | number): number {
    const to = moved(this.outgoing, this.state, move)
    if (to === REFUSED) {
      this.refuseMove(this.serializer.offset, typeof what === 'number' ? `a ${what}` : what)
    }
    return to
  }

  /** Refuses an event that the rules do not allow now. */
  private refuseMove(offset: number, event: string): never {
    const { requests, responses } = this
    throw stateError(offset, `${event} while requests: ${requests}, responses: ${responses}`)
  }

  /** @internal Refuses to write what `detail` says. */
  protected refuse(detail: string): never {
    throw stateError(this.serializer.offset, detail)
  }

  /** @internal Records that the peer broke a rule, and throws: its further input is meaningless. */
  protected fail(error: HttpError): never {
    this.error = error
    this.state |= Bits.LAST
    const to = moved(this.incoming, this.state, Move.ERROR)
    this.state = to === REFUSED ? settle(this.state) : to
    throw error
  }
}
