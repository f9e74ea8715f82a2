/**
 * The client's side of a connection: writes requests, and reads each response against the request
 * that it answers.
 *
 * `rules.ts` decides whose turn it is, parser and serializer handle the bytes, and
 * `outstanding-requests.ts` matches responses to requests. This file holds what needs all of them.
 */

import { requireObject } from '../checks.ts'
import { type ErrorCode, HttpError, protocolError } from '../errors.ts'
import type { ResponseEvent } from '../message/events.ts'
import type { ResponseHead } from '../message/heads.ts'
import type { MessageInit, RequestEventInit, RequestHeadInit } from '../message/init.ts'
import { ResponseParser } from '../parser/response-parser.ts'
import { readBodyEvent } from '../serializer/body-event.ts'
import { bodyBytes } from '../serializer/content.ts'
import { asFields, UNKNOWN_LENGTH } from '../serializer/head-init.ts'
import { RequestSerializer } from '../serializer/request-serializer.ts'
import { SWITCHING_PROTOCOLS } from '../status/classes.ts'
import { Connection, UNDECIDED } from './connection.ts'
import { snapshotRequest } from './head-snapshot.ts'
import { Bits, Move, type Side, START, settle, statesWhere } from './machine.ts'
import { type ClientConnectionOptions, splitClientOptions } from './options.ts'
import { type OutstandingRequest, OutstandingRequests } from './outstanding-requests.ts'

const MUST_CLOSE = /* @__PURE__ */ statesWhere((requests, responses) => {
  const over = responses === 'closing' || responses === 'closed' || responses === 'failed'
  return over || requests === 'closing' || requests === 'failed'
})

/**
 * The client's end of one connection: requests in, bytes out; bytes in, responses out.
 *
 * ```ts
 * const connection = new ClientConnection()
 * write(connection.send({ method: 'GET', target: '/', headers: { Host: 'example.com' } }))
 * write(connection.send({ type: 'end' }))
 * for await (const chunk of socket) {
 *   connection.receive(chunk)
 *   for (let event = connection.read(); event !== null; event = connection.read()) use(event)
 * }
 * connection.receiveEnd().read()
 * ```
 */
export class ClientConnection extends Connection<ResponseEvent, ResponseParser, RequestSerializer> {
  readonly #pipelining: boolean
  readonly #maxInterimResponses: number
  readonly #outstanding = new OutstandingRequests()
  /** Whether a response has announced that it is the last one. */
  #cutOff = false
  /** The offset at which the last response ended. */
  #idleFrom = 0

  /** @throws TypeError or RangeError naming the option that is wrong. */
  constructor(options?: ClientConnectionOptions) {
    const { parser, serializer, pipelining, maxInterimResponses } = splitClientOptions(options)
    super(new ResponseParser(parser), new RequestSerializer(serializer))
    this.#pipelining = pipelining
    this.#maxInterimResponses = maxInterimResponses
  }

  /** @internal */
  protected override get incoming(): Side {
    return 'responses'
  }

  /** @internal */
  protected override get outgoing(): Side {
    return 'requests'
  }

  /** The request that the current or next response answers, as it was passed to {@link send}. */
  get request(): RequestHeadInit | undefined {
    return this.#outstanding.first?.head
  }

  /**
   * The requests for which no final response has begun, in the order in which they were sent. Once the
   * connection has ended, they will not be answered.
   */
  get unanswered(): OutstandingRequest[] {
    // After any other error, part of a response may have been received.
    const isUntouched =
      (this.error === undefined || this.error.code === 'UNANSWERED') &&
      this.parser.isBetweenMessages
    return this.#outstanding.unanswered(isUntouched)
  }

  /**
   * Whether the last request asked for a 100 (Continue) that has not been received. Wait a limited
   * time for it, then send the content anyway (RFC 9110 s. 10.1.1).
   */
  get awaitsContinue(): boolean {
    return this.error === undefined && this.#outstanding.awaitsContinue
  }

  /** Whether a request may be sent now, judging by what has been read. */
  get reusable(): boolean {
    const isDue =
      this.state === START ? this.parser.isBetweenMessages : this.requests === 'complete'
    return isDue && this.#refusal() === undefined
  }

  /** Whether nothing is left to do but end the connection. */
  get mustClose(): boolean {
    return MUST_CLOSE[this.state] === 1
  }

  /**
   * Serializes one event of a request. Send the returned chunks in order; content is passed on by
   * reference. The head must declare how its content is framed.
   *
   * @throws HttpError (`side: 'local'`) for an event that is out of order or does not fit the framing;
   *   nothing has changed then. HttpError `UNSOLICITED_RESPONSE` (`side: 'remote'`) if the peer has sent
   *   data that no request asked for. TypeError for a value of the wrong type.
   */
  send(event: RequestEventInit): Uint8Array[] {
    const body = readBodyEvent(event, 'send')
    if (body === undefined) {
      const head = event as RequestHeadInit
      const init = snapshotRequest(head)
      return this.#sendHead(head, init, () => [this.serializer.writeHead(init, UNKNOWN_LENGTH)])
    }
    const isEnd = body.type === 'end'
    const next = isEnd
      ? this.#nextRequest(Move.END, 'an end')
      : this.#nextRequest(Move.DATA, body.type)
    const chunks = this.serializer.writeBody(body)
    if (isEnd) this.#takeRequestEnd()
    else this.state = next
    return chunks
  }

  /**
   * Serializes a whole request. Content-Length is added if there is no framing field and the request
   * has content or its method expects some.
   *
   * @throws HttpError and TypeError as {@link send}.
   */
  sendMessage(message: MessageInit<RequestHeadInit>): Uint8Array[] {
    requireObject('a message', message)
    const { head, body, trailers } = message
    const bytes = bodyBytes(body)
    const fields = asFields(trailers, 'trailers')
    const init = snapshotRequest(head)
    const chunks = this.#sendHead(head, init, () =>
      this.serializer.writeMessage(init, bytes, fields),
    )
    this.#takeRequestEnd()
    return chunks
  }

  /**
   * The next event of a response, or `null` if more input is needed or nothing more will come.
   *
   * @throws HttpError for input that breaks a rule, a response that no request asked for, and an end
   *   of input that truncates a response (`TRUNCATED`) or leaves requests without one (`UNANSWERED`;
   *   see {@link unanswered}). Every later call throws the same error.
   */
  override read(): ResponseEvent | null {
    if (this.error !== undefined) throw this.error
    const { responses } = this
    if (responses === 'due' || responses === 'content') return this.#readResponse()
    if (responses === 'idle') this.#refuseUnasked()
    if (responses !== 'switched' && this.parser.isFinished) this.moveIncoming(Move.CLOSE)
    return null
  }

  #takeRequestEnd(): void {
    const move = this.serializer.switching ? Move.SWITCH : Move.END
    this.state = this.#nextRequest(move, 'an end')
    this.#endExchange()
  }

  /** `given` is the caller's head, `init` a snapshot of it. */
  #sendHead(
    given: RequestHeadInit,
    init: RequestHeadInit,
    write: () => Uint8Array[],
  ): Uint8Array[] {
    if (this.requests === 'idle') this.#refuseUnasked()
    const next = this.#nextRequest(Move.HEAD, 'a request')
    const why = this.#refusal()
    if (why !== undefined) this.refuse(`a request ${why}`)

    const chunks = write()
    const { upgrades, expectsContinue, keepAlive } = this.serializer
    this.parser.respondsTo(init.method)
    this.#outstanding.add(init.method, {
      head: given,
      // CONNECT offers a tunnel, which only a 2xx can open (RFC 9110 s. 9.3.6), not a 101.
      offers: upgrades && init.method !== 'CONNECT',
      awaitsContinue: expectsContinue,
      received: this.received,
    })
    this.state = settle(next | this.#waiting | (keepAlive ? 0 : Bits.LAST))
    return chunks
  }

  /** Why a request may not be sent although the rules allow it; `undefined` if it may. */
  #refusal(): string | undefined {
    if (this.parser.isFinished) return 'to a server that has ended its side'
    if (this.requests === 'idle') return undefined
    if (!this.#pipelining) return 'before the last response, without pipelining: true'
    if (!this.persistent) return 'after the last one of this connection'
    // RFC 9112 s. 9.3.2: if the connection fails, the client cannot tell what the server has done.
    return this.#outstanding.areIdempotent
      ? undefined
      : 'in the pipeline after one that is not idempotent'
  }

  /** {@link Bits.WAITING} if another response will follow the current or next one, else 0. */
  get #waiting(): number {
    return this.#outstanding.size > 1 && !this.#cutOff ? Bits.WAITING : 0
  }

  /** RFC 9112 s. 9.2: data that no request asked for is not a response; empty lines are ignored. */
  #refuseUnasked(): void {
    if (this.#hasUnasked()) this.#fail('UNSOLICITED_RESPONSE', this.#idleFrom)
  }

  /** A parse error counts as well, so that the error does not depend on how the input was split. */
  #hasUnasked(): boolean {
    try {
      return this.parser.read() !== null || !this.parser.isBetweenMessages
    } catch (error) {
      if (error instanceof HttpError && error.side === 'remote') return true
      throw error
    }
  }

  #readResponse(): ResponseEvent | null {
    const event = this.readEvent()
    if (event === null) {
      if (this.parser.isFinished) this.#fail('UNANSWERED')
      return null
    }
    switch (event.type) {
      case 'response':
        this.#takeHead(event)
        break
      case 'end':
        this.#takeEnd()
        break
      default:
        this.moveIncoming(Move.DATA)
    }
    return event
  }

  #takeHead(head: ResponseHead): void {
    const request = this.#outstanding.first
    // A response that began before the request was sent cannot answer it.
    if (request === undefined || head.offset < request.received) {
      this.#fail('UNSOLICITED_RESPONSE', head.offset)
    }
    if (head.status === SWITCHING_PROTOCOLS && !request.offers) {
      this.#fail('UNOFFERED_SWITCH', head.offset)
    }
    if (head.informational && this.#outstanding.interims === this.#maxInterimResponses) {
      this.#fail('TOO_MANY_INTERIM_RESPONSES', head.offset)
    }
    this.#outstanding.answer(head)
    if (head.informational) {
      // RFC 9112 s. 9.6. That HTTP/1.0 has no interim responses says nothing about the connection.
      if (!head.keepAlive && head.version === '1.1') this.state |= Bits.LAST
      this.moveIncoming(Move.INTERIM)
      return
    }
    if (!head.keepAlive) {
      this.#cutOff = true
      this.state = (this.state & ~Bits.WAITING) | Bits.LAST
    }
    this.moveIncoming(Move.HEAD)
  }

  #takeEnd(): void {
    const interim = this.responses === 'due'
    this.moveIncoming(this.parser.switching ? Move.SWITCH : Move.END)
    if (interim) return
    this.#outstanding.complete()
    this.#idleFrom = this.parser.offset
    this.state = (this.state & ~Bits.WAITING) | this.#waiting
    this.#endExchange()
  }

  /** Called when either message ends. Once both have ended without a switch, an offer was declined. */
  #endExchange(): void {
    if (UNDECIDED[this.state] === 0 && this.serializer.switching) this.serializer.resume()
  }

  #fail(code: ErrorCode, offset = this.parser.offset): never {
    this.fail(protocolError(code, offset))
  }

  #nextRequest(move: Move, what: string): number {
    if (this.error !== undefined) this.refuse(`${what} after an error`)
    return this.nextOutgoing(move, what)
  }
}
