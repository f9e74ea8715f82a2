/**
 * The server's side of a connection: reads requests and writes responses, one exchange at a time.
 *
 * `rules.ts` decides whose turn it is; parser and serializer handle the bytes. This file holds what
 * needs both: a response depends on its request, and the next request waits for the response.
 */

import { requireObject } from '../checks.ts'
import { localError } from '../errors.ts'
import type { RequestEvent } from '../message/events.ts'
import { opensTunnel } from '../message/framing.ts'
import type { RequestHead } from '../message/heads.ts'
import type { MessageInit, ResponseEventInit, ResponseHeadInit } from '../message/init.ts'
import { RequestParser } from '../parser/request-parser.ts'
import { type BodyEvent, readBodyEvent } from '../serializer/body-event.ts'
import { bodyBytes } from '../serializer/content.ts'
import { asFields, UNKNOWN_LENGTH } from '../serializer/head-init.ts'
import { ResponseSerializer } from '../serializer/response-serializer.ts'
import { CONTINUE, isInterim, SWITCHING_PROTOCOLS } from '../status/classes.ts'
import { Connection, UNDECIDED } from './connection.ts'
import { type ResponseSnapshot, snapshotResponse } from './head-snapshot.ts'
import { Bits, Move, type Side, START, settle, statesWhere } from './machine.ts'
import { type ServerConnectionOptions, splitServerOptions } from './options.ts'
import { completeResponse, withDate } from './response-fields.ts'

/** The lowest status that may be sent without a request, such as 408 (timeout) or 503 (overload). */
const LEAST_ERROR = 400

const WANTS_INPUT = /* @__PURE__ */ statesWhere(
  (requests, responses) => requests === 'content' || (requests === 'idle' && responses === 'idle'),
)
const MUST_CLOSE = /* @__PURE__ */ statesWhere(
  (_, responses) => responses === 'closing' || responses === 'closed' || responses === 'failed',
)
/** Content may follow, and no final response has begun: a 100 may be sent. */
const MAY_CONTINUE = /* @__PURE__ */ statesWhere(
  (requests, responses) => requests === 'content' && responses === 'due',
)
/** The exchange is over, and no other has begun. */
const IS_OVER = /* @__PURE__ */ statesWhere(
  (requests) => requests === 'idle' || requests === 'closing',
)

/**
 * The server's end of one connection: bytes in, requests out; responses in, bytes out.
 *
 * ```ts
 * const connection = new ServerConnection()
 * connection.receive(chunk)
 * for (const event of connection) {
 *   if (event.type === 'end') write(connection.sendMessage({ head: { status: 200 }, body: 'hello' }))
 * }
 * if (connection.mustClose) end()
 * ```
 *
 * The next request is not read before the response to the current one is complete. Stop reading from
 * the peer while {@link wantsInput} is false, so that no input piles up.
 *
 * Unwanted content must still be read, or the connection must end.
 */
export class ServerConnection extends Connection<RequestEvent, RequestParser, ResponseSerializer> {
  readonly #date: (() => string) | undefined
  #request: RequestHead | undefined = undefined
  /** Whether the client expected a 100 (Continue), none was sent, and no content was read. */
  #expectsContinue = false
  /** Whether an interim response has been written whose end event has not been sent. */
  #interim = false
  /** Whether the response being written leaves HTTP. */
  #switches = false

  /** @throws TypeError or RangeError naming the option that is wrong. */
  constructor(options?: ServerConnectionOptions) {
    const { parser, serializer, date } = splitServerOptions(options)
    super(new RequestParser(parser), new ResponseSerializer(serializer))
    this.#date = date
  }

  /** @internal */
  protected override get incoming(): Side {
    return 'requests'
  }

  /** @internal */
  protected override get outgoing(): Side {
    return 'responses'
  }

  /** The request of the current exchange; `undefined` if there is none or its head broke a rule. */
  get request(): RequestHead | undefined {
    return this.#request
  }

  /**
   * Whether the client may be waiting for a 100 (Continue) before it sends its content (RFC 9110
   * s. 10.1.1): until content is read or breaks a rule, or a 100 or final response is sent. A final
   * response instead ends the connection, since the content may or may not follow it.
   */
  get awaitsContinue(): boolean {
    return this.#expectsContinue && MAY_CONTINUE[this.state] === 1
  }

  /** Whether bytes from the peer can be processed now. */
  get wantsInput(): boolean {
    return WANTS_INPUT[this.state] === 1
  }

  /** Whether nothing is left to send but the end of the connection. */
  get mustClose(): boolean {
    return MUST_CLOSE[this.state] === 1
  }

  /** Whether the connection is {@link reusable} and no part of a next request has been received. */
  get isIdle(): boolean {
    return this.reusable && this.parser.isBetweenMessages
  }

  /** Whether the next request may arrive: no exchange is in progress, and the connection persists. */
  get reusable(): boolean {
    return this.state === START
  }

  /**
   * The next event of the request, or `null` if more input is needed, a response must be sent first, or
   * nothing more will come.
   *
   * @throws HttpError for input that breaks a rule; every later call throws the same error. If no
   *   response has begun, answer with its `status`. The connection must close then.
   */
  override read(): RequestEvent | null {
    if (this.error !== undefined) throw this.error
    if (!this.wantsInput) return null
    const event = this.readEvent()
    if (event === null) {
      if (this.parser.isFinished) this.#moveRequests(Move.CLOSE)
      return null
    }
    switch (event.type) {
      case 'request':
        this.#request = event
        this.#expectsContinue = event.expectsContinue
        this.serializer.respondsTo(event.method)
        if (!event.keepAlive) this.state |= Bits.LAST
        this.#moveRequests(Move.HEAD)
        break
      case 'end':
        this.#moveRequests(this.parser.switching ? Move.SWITCH : Move.END)
        break
      default:
        this.#expectsContinue = false
        this.#moveRequests(Move.DATA)
    }
    return event
  }

  /**
   * Serializes one event of the response. Send the returned chunks in order; content is passed on by
   * reference. If a final head has no framing field, the content is chunked, or, in HTTP/1.0, ends with
   * the connection. `Connection: close` or `keep-alive` is added where it is needed.
   *
   * A 101, or a 2xx to CONNECT, can only be sent once the request is complete.
   *
   * @throws HttpError (`side: 'local'`) for an event that is out of order or does not fit the framing;
   *   nothing has changed then. TypeError for a value of the wrong type.
   */
  send(event: ResponseEventInit): Uint8Array[] {
    const body = readBodyEvent(event, 'send')
    if (body === undefined) {
      const init = snapshotResponse(event as ResponseHeadInit)
      if (isInterim(init.status)) return [this.#sendInterim(init)]
      return this.#sendHead(withDate(init, this.#date), undefined, (head) => [
        this.serializer.writeHead(head, UNKNOWN_LENGTH),
      ])
    }
    if (body.type === 'end') return this.#sendEnd(body)
    const next = this.nextOutgoing(Move.DATA, body.type)
    const chunks = this.serializer.writeBody(body)
    this.state = next
    return chunks
  }

  /**
   * Serializes a whole final response. Content-Length is added if there is no framing field. In a
   * response to HEAD, it is the length of the content. Content and trailers are left out there, but those that
   * a response to GET could not have are refused all the same.
   *
   * @throws HttpError and TypeError as {@link send}.
   */
  sendMessage(message: MessageInit<ResponseHeadInit>): Uint8Array[] {
    requireObject('a message', message)
    const { head, body, trailers } = message
    const bytes = bodyBytes(body)
    const fields = asFields(trailers, 'trailers')
    const init = withDate(snapshotResponse(head), this.#date)
    const forHead = this.#request?.method === 'HEAD'
    const length = forHead && body === undefined ? undefined : bytes.length
    if (isInterim(init.status)) {
      this.refuse(`a ${init.status} is an interim response, not a whole message`)
    }
    const omits = forHead && (bytes.length > 0 || fields.size > 0)
    const chunks = this.#sendHead(init, length, (whole) =>
      omits
        ? this.serializer.writeForHead(whole, bytes, fields)
        : this.serializer.writeMessage(whole, bytes, fields),
    )
    this.#takeEnd()
    return chunks
  }

  /** Sends a final head, with content of `length` bytes if known; `write` serializes it. */
  #sendHead(
    init: ResponseSnapshot,
    length: number | undefined,
    write: (head: ResponseHeadInit) => Uint8Array[],
  ): Uint8Array[] {
    const { status } = init
    const { offset } = this.serializer
    const request = this.#request
    const next = this.nextOutgoing(Move.HEAD, status)
    if (status < LEAST_ERROR) {
      if (this.responses === 'idle') this.refuse(`a ${status} without a request`)
      if (this.error !== undefined) this.refuse(`a ${status} to an invalid request`)
    }
    const switches = status === SWITCHING_PROTOCOLS || opensTunnel(status, request?.method)
    if (switches) this.#checkSwitch(status)
    const persists = this.persistent && !this.#leavesDoubt(switches)
    const head = completeResponse(init, request, switches, persists, length, offset)
    const chunks = write(head)
    this.#interim = false
    this.#switches = switches
    this.state = persists && this.serializer.keepAlive ? next : settle(next | Bits.LAST)
    return chunks
  }

  #sendInterim(init: ResponseHeadInit): Uint8Array {
    const { status } = init
    const next = this.nextOutgoing(Move.INTERIM, status)
    if (this.error !== undefined) this.refuse(`a ${status} to an invalid request`)
    // RFC 9110 s. 15.2: HTTP/1.0 has no 1xx responses.
    if (this.#request?.version === '1.0') this.refuse(`a ${status} to an HTTP/1.0 client`)
    const bytes = this.serializer.writeHead(init, UNKNOWN_LENGTH)
    this.serializer.writeEnd([], asFields(undefined))
    this.#interim = true
    if (status === CONTINUE) this.#expectsContinue = false
    // RFC 9112 s. 9.6, as in the client: of a head in HTTP/1.0, the version says nothing here.
    const persists = this.serializer.keepAlive || init.version === '1.0'
    this.state = persists ? next : settle(next | Bits.LAST)
    return bytes
  }

  /**
   * Whether what follows this exchange may be something other than a request: content may follow a
   * final response sent instead of a 100 (RFC 9110 s. 10.1.1), and bytes that a client sent ahead
   * through a declined tunnel are not meant for this server.
   */
  #leavesDoubt(switches: boolean): boolean {
    const request = this.#request
    if (request === undefined || this.awaitsContinue) return true
    return request.method === 'CONNECT' && !switches && !this.parser.isDrained
  }

  #checkSwitch(status: number): void {
    // CONNECT offers a tunnel, which only a 2xx can open (RFC 9110 s. 9.3.6), not a 101.
    const isTunnel = this.#request?.method === 'CONNECT'
    if (this.requests === 'offering' && isTunnel === (status !== SWITCHING_PROTOCOLS)) return
    const early = this.requests === 'content'
    const why = early ? 'before the request is complete' : 'that was not offered'
    this.refuse(`a ${status} ${why}`)
  }

  #sendEnd(end: BodyEvent & { type: 'end' }): Uint8Array[] {
    const next = this.nextOutgoing(Move.END, 'an end')
    if (!this.#interim) {
      const chunks = this.serializer.writeBody(end)
      this.#takeEnd()
      return chunks
    }
    // Accepted so that the events a client reads can be sent as they are: it reads this end, too.
    if (end.trailers.size > 0) throw localError('TRAILERS_NOT_ALLOWED', this.serializer.offset)
    this.state = next
    this.#interim = false
    return []
  }

  #takeEnd(): void {
    this.state = this.nextOutgoing(this.#switches ? Move.SWITCH : Move.END, 'an end')
    this.#endExchange()
  }

  #moveRequests(move: Move): void {
    this.moveIncoming(move)
    this.#endExchange()
  }

  /** Called when either message ends. Once both have ended without a switch, an offer was declined. */
  #endExchange(): void {
    if (UNDECIDED[this.state] === 1) return
    if (this.parser.switching) this.parser.resume()
    if (IS_OVER[this.state] === 1) this.#request = undefined
  }
}
