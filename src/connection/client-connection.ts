/**
 * A connection as a client has it: requests are written, responses are read, each against the
 * request that it answers.
 *
 * Whose turn it is, is decided in `rules.ts`; what bytes mean, by parser and serializer; which request
 * a response answers, in `outstanding-requests.ts`. Here is what takes all of them.
 */

import { requireObject, show } from '../checks.ts'
import { type ErrorCode, HttpError, protocolError, stateError } from '../errors.ts'
import { isSameFolded } from '../grammar/ascii.ts'
import type { ResponseEvent } from '../message/events.ts'
import type { ResponseHead } from '../message/heads.ts'
import type { MessageInit, RequestEventInit, RequestHeadInit } from '../message/init.ts'
import { ResponseParser } from '../parser/response-parser.ts'
import { asFields } from '../serializer/head-init.ts'
import { RequestSerializer } from '../serializer/request-serializer.ts'
import { SWITCHING_PROTOCOLS } from '../status/classes.ts'
import { Connection, UNDECIDED } from './connection.ts'
import { snapshotRequest } from './head-snapshot.ts'
import { Bits, Move, START, settle, statesWhere } from './machine.ts'
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
export class ClientConnection extends Connection<ResponseEvent> {
  readonly #serializer: RequestSerializer
  readonly #parser: ResponseParser
  readonly #pipelining: boolean
  readonly #maxInterimResponses: number
  readonly #outstanding = new OutstandingRequests()
  /** Whether a response has said that it is the last one. */
  #cutOff = false
  /** Where the last response ended. */
  #idleFrom = 0
  /** Bytes that have come. */
  #received = 0

  /** @throws TypeError or RangeError naming the option that is wrong. */
  constructor(options?: ClientConnectionOptions) {
    super()
    const { parser, serializer, pipelining, maxInterimResponses } = splitClientOptions(options)
    this.#serializer = new RequestSerializer(serializer)
    this.#parser = new ResponseParser(parser)
    this.#pipelining = pipelining
    this.#maxInterimResponses = maxInterimResponses
  }

  /** The request that the response being read answers, or the next one will. */
  get request(): RequestHeadInit | undefined {
    return this.#outstanding.first?.head
  }

  /**
   * The requests that no final response has begun to answer, in the order in which they were sent.
   * Once the connection has ended, they never will be.
   */
  get unanswered(): OutstandingRequest[] {
    // Of a dead parser only this error says that nothing had begun.
    const isUntouched =
      (this.error === undefined || this.error.code === 'UNANSWERED') &&
      this.#parser.isBetweenMessages
    return this.#outstanding.unanswered(isUntouched)
  }

  /**
   * Whether the request asked for a 100 (Continue) that has not come: wait for it some time before
   * content is sent, or send it all the same (RFC 9110 s. 10.1.1).
   */
  get awaitsContinue(): boolean {
    return this.#outstanding.awaitsContinue
  }

  /** Whether a request may be sent now. */
  get reusable(): boolean {
    if (this.state === START) return this.#parser.isBetweenMessages && !this.#parser.isFinished
    return this.requests === 'complete' && this.#refusalToPipeline() === undefined
  }

  /** Whether there is nothing left to do but to end the connection. */
  get mustClose(): boolean {
    return MUST_CLOSE[this.state] === 1
  }

  /**
   * The bytes of one event of a request, to be sent in this order; content is passed on by
   * reference. How the content is framed is the head's to say.
   *
   * @throws HttpError (`side: 'local'`) for an event that is not due or does not fit the framing:
   *   nothing has changed then. If the peer has sent something unasked, that is the error
   *   (`UNSOLICITED_RESPONSE`, `side: 'remote'`). TypeError for a value of the wrong type.
   */
  send(event: RequestEventInit): Uint8Array[] {
    if (this.error !== undefined) throw stateError(this.#serializer.offset, 'send() after an error')
    if (typeof event !== 'object' || event === null) {
      throw new TypeError(`send takes an event, not ${show(event)}`)
    }
    switch (event.type) {
      case 'data':
      case 'chunk': {
        this.#nextRequest(Move.DATA, event.type)
        const chunks = this.#serializer.write(event)
        // Not before: getters of the event may have read from this connection.
        this.state = this.#nextRequest(Move.DATA, event.type)
        return chunks
      }
      case 'end': {
        this.#nextRequest(Move.END, 'an end')
        const chunks = this.#serializer.write(event)
        this.#takeRequestEnd()
        return chunks
      }
      default: {
        const init = snapshotRequest(event)
        return this.#sendHead(event, init, () => this.#serializer.write(init))
      }
    }
  }

  /**
   * The bytes of a whole request. Content-Length is added where no framing is given and there is
   * content, or the method expects some.
   *
   * @throws HttpError and TypeError as {@link send}.
   */
  sendMessage(message: MessageInit<RequestHeadInit>): Uint8Array[] {
    requireObject('a message', message)
    const { head, body, trailers } = message
    const fields = asFields(trailers)
    const init = snapshotRequest(head)
    const chunks = this.#sendHead(head, init, () =>
      this.#serializer.writeMessage(init, body, fields),
    )
    this.#takeRequestEnd()
    return chunks
  }

  /**
   * Takes bytes from the peer. They are borrowed as {@link ResponseParser.push} says.
   *
   * @throws TypeError unless `chunk` is a `Uint8Array`; HttpError `WRONG_STATE` after {@link receiveEnd}.
   */
  receive(chunk: Uint8Array): this {
    if (this.error !== undefined) return this
    this.#parser.push(chunk)
    this.#received += chunk.length
    return this
  }

  /** Takes the end of the peer's bytes: {@link read} then tells what it has cut. */
  receiveEnd(): this {
    if (this.error === undefined) this.#parser.finish()
    return this
  }

  /**
   * The next event of a response, or `null` where more input is needed or nothing more will come.
   *
   * @throws HttpError for input that breaks a rule, a response that no request asked for, and an end
   *   that cuts a response (`TRUNCATED`) or leaves requests without any (`UNANSWERED`; see
   *   {@link unanswered}). From then on always the same one.
   */
  override read(): ResponseEvent | null {
    if (this.error !== undefined) throw this.error
    switch (this.responses) {
      case 'idle':
        this.#refuseUnasked()
        return null
      case 'due':
      case 'content':
        return this.#readResponse()
      case 'complete':
      case 'closing':
        if (this.#parser.isFinished) this.#moveResponses(Move.CLOSE)
        return null
      default:
        return null
    }
  }

  /**
   * Says that this side of the connection has been ended.
   *
   * @throws HttpError `WRONG_STATE` after a switch of protocols.
   */
  close(): void {
    this.state = this.#nextRequest(Move.CLOSE, 'the end of the connection')
  }

  /**
   * What has come after the switch of protocols; what comes later is not HTTP's.
   *
   * @throws HttpError `WRONG_STATE` unless the connection has {@link switched}.
   */
  takeRest(): Uint8Array {
    if (!this.switched) throw stateError(this.#parser.offset, 'takeRest() in HTTP')
    return this.#parser.takeRest()
  }

  #takeRequestEnd(): void {
    const move = this.#serializer.switching ? Move.SWITCH : Move.END
    this.state = this.#nextRequest(move, 'an end')
    this.#endExchange()
  }

  /** `given` is the caller's own, `init` what it was when it was looked at. */
  #sendHead(
    given: RequestHeadInit,
    init: RequestHeadInit,
    write: () => Uint8Array[],
  ): Uint8Array[] {
    if (this.requests === 'idle') this.#refuseUnasked()
    const next = this.#nextRequest(Move.HEAD, 'a request')
    const why = this.requests === 'complete' ? this.#refusalToPipeline() : undefined
    if (why !== undefined) throw stateError(this.#serializer.offset, `a request ${why}`)

    const chunks = write()
    const { upgrades, framed, keepAlive } = this.#serializer
    this.#parser.respondsTo(init.method)
    this.#outstanding.add(init.method, {
      head: given,
      // To CONNECT the answer is a 2xx (RFC 9110 s. 9.3.6), and a 101 is no answer.
      offers: upgrades && init.method !== 'CONNECT',
      awaitsContinue: framed && expectsContinue(init),
      received: this.#received,
    })
    this.state = settle(next | this.#waiting | (keepAlive ? 0 : Bits.LAST))
    return chunks
  }

  /** Why a request may not be sent before the response to the last one, if it may not. */
  #refusalToPipeline(): string | undefined {
    if (!this.#pipelining) return 'before the last response, without pipelining: true'
    if (!this.persistent) return 'after the last one of this connection'
    if (this.#parser.isFinished) return 'to a server that has ended its side'
    // RFC 9112 s. 9.3.2: nobody could tell, if the connection fails, what has been done.
    return this.#outstanding.areIdempotent
      ? undefined
      : 'in the pipeline after one that is not idempotent'
  }

  /** Whether a response will come after the one that is due or under way. */
  get #waiting(): number {
    return this.#outstanding.size > 1 && !this.#cutOff ? Bits.WAITING : 0
  }

  /** RFC 9112 s. 9.2: what comes unasked is no response, unless it is empty lines only. */
  #refuseUnasked(): void {
    if (this.#hasUnasked()) this.#refuse('UNSOLICITED_RESPONSE', this.#idleFrom)
    if (this.#parser.isFinished) this.#moveResponses(Move.CLOSE)
  }

  /** Whatever else is wrong with it, unasked it was: so it is told alike, however it was cut. */
  #hasUnasked(): boolean {
    try {
      return this.#parser.read() !== null || !this.#parser.isBetweenMessages
    } catch (error) {
      if (error instanceof HttpError && error.side === 'remote') return true
      throw error
    }
  }

  #readResponse(): ResponseEvent | null {
    const event = this.#readEvent()
    if (event === null) {
      if (this.#parser.isFinished) this.#refuse('UNANSWERED')
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
        this.#moveResponses(Move.DATA)
    }
    return event
  }

  #takeHead(head: ResponseHead): void {
    const request = this.#outstanding.first
    // What had come before the request was sent cannot be the answer to it.
    if (request === undefined || head.offset < request.received) {
      this.#refuse('UNSOLICITED_RESPONSE', head.offset)
    }
    if (head.status === SWITCHING_PROTOCOLS && !request.offers) {
      this.#refuse('UNOFFERED_SWITCH', head.offset)
    }
    if (head.informational && this.#outstanding.interims === this.#maxInterimResponses) {
      this.#refuse('TOO_MANY_INTERIM_RESPONSES', head.offset)
    }
    this.#outstanding.answer(head)
    if (head.informational) {
      this.#moveResponses(Move.INTERIM)
      return
    }
    if (!head.keepAlive) {
      this.#cutOff = true
      this.state = (this.state & ~Bits.WAITING) | Bits.LAST
    }
    this.#moveResponses(Move.HEAD)
  }

  #takeEnd(): void {
    const interim = this.responses === 'due'
    this.#moveResponses(this.#parser.switching ? Move.SWITCH : Move.END)
    if (interim) return
    this.#outstanding.complete()
    this.#idleFrom = this.#parser.offset
    this.state = (this.state & ~Bits.WAITING) | this.#waiting
    this.#endExchange()
  }

  /** Called when either side ends: once both have, without a switch, an offer of one was declined. */
  #endExchange(): void {
    if (UNDECIDED[this.state] === 0 && this.#serializer.switching) this.#serializer.resume()
  }

  #readEvent(): ResponseEvent | null {
    try {
      return this.#parser.read()
    } catch (error) {
      if (error instanceof HttpError && error.side === 'remote') this.fail('responses', error)
      throw error
    }
  }

  #refuse(code: ErrorCode, offset = this.#parser.offset): never {
    this.fail('responses', protocolError(code, offset, 'response'))
  }

  #moveResponses(move: Move): void {
    this.state = this.next('responses', move, this.#parser.offset, 'input')
  }

  #nextRequest(move: Move, what: string): number {
    return this.next('requests', move, this.#serializer.offset, what)
  }
}

/** Whether the head asks for a 100 (Continue); HTTP/1.0 has none (RFC 9110 s. 10.1.1). */
function expectsContinue({ headers, version }: RequestHeadInit): boolean {
  return version !== '1.0' && isSameFolded(asFields(headers).get('Expect') ?? '', '100-continue')
}
