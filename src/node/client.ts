/**
 * Runs a `ClientConnection` on a Node stream, one exchange after the other, without pipelining.
 *
 * The stream is ended after the last response and destroyed on failure; opening and pooling streams is up to
 * the caller.
 */

import type { Duplex } from 'node:stream'
import {
  ClientConnection,
  type Data,
  type End,
  type HttpError,
  type ResponseEvent,
  type ResponseHead,
} from 'httpwire'
import { CONTINUE } from '../status/classes.ts'
import { onAbort } from './abort.ts'
import type {
  ClientRequest,
  ClientResponse,
  RequestOptions,
  RequestRules,
} from './client-request.ts'
import { Deadline, LINGER } from './deadline.ts'
import { type ConnectionError, closed, timedOut, unsent } from './errors.ts'
import { type ContentSource, IncomingBody } from './incoming-body.ts'
import { Output } from './output.ts'
import { closeUnread, ignoreErrors, isPieces } from './pieces.ts'
import { RequestWriter } from './request-writer.ts'
import { StreamInput } from './stream-input.ts'
import { Turns } from './turns.ts'

/** From this status on, a response means that the server does not need the rest of the request. */
const REDIRECT = 300

export class Client implements ContentSource {
  readonly #duplex: Duplex
  readonly #connection: ClientConnection
  readonly #input: StreamInput
  readonly #output: Output
  readonly #deadline: Deadline
  /** The reason why the stream can no longer be used, if any. */
  #failure: unknown
  /** Whether the stream has closed; what arrived before may still be read. */
  #isClosed = false
  /** One for each exchange, and the function that ends that of the current one. */
  readonly #turns = new Turns()
  #endTurn: () => void = () => {}
  #responseTimeout = 0
  #bodyTimeout = 0
  /** Stops listening to the signal of the current exchange. */
  #unsubscribe: () => void = () => {}
  readonly #writer: RequestWriter
  /** Resolves when the current request has been written, or will not be. */
  #sent: Promise<void> = Promise.resolve()

  constructor(duplex: Duplex, options: RequestOptions['connection']) {
    this.#duplex = duplex
    this.#connection = new ClientConnection(options)
    this.#output = new Output(duplex)
    this.#deadline = new Deadline(() => this.#fail(this.#lateError()))
    this.#writer = new RequestWriter(this.#connection, this.#output, this.#deadline)
    const unasked: Uint8Array | null = duplex.read()
    if (unasked !== null) this.#connection.receive(unasked)
    this.#input = new StreamInput(duplex, {
      data: this.#onData,
      end: this.#onEnd,
      error: (error) => this.#fail(error),
      close: this.#onClose,
    })
    // Bytes that arrived before any request are unsolicited.
    this.#look()
    // `close` is emitted only once, and may have been before.
    if (duplex.closed) this.#onClose()
  }

  async request(request: ClientRequest, rules: RequestRules): Promise<ClientResponse> {
    // A body stream may fail while the request waits for its turn.
    const giveBack = ignoreErrors(request.body)
    let endTurn: (() => void) | undefined
    try {
      endTurn = await this.#turns.take(rules.signal)
      this.#endTurn = endTurn
      return await this.#exchange(request, rules)
    } catch (error) {
      // Withdrawn, or failed with nothing sent: the body still belongs to the caller.
      if (endTurn === undefined || this.#failure === undefined) giveBack()
      endTurn?.()
      throw error
    }
  }

  async #exchange(request: ClientRequest, rules: RequestRules): Promise<ClientResponse> {
    if (!this.#isUsable) {
      if (isPieces(request.body)) closeUnread(request.body)
      throw unsent(this.#failure ?? (this.#isClosed ? closed() : undefined))
    }
    const { signal, onInterim } = rules
    signal?.throwIfAborted()
    this.#responseTimeout = rules.responseTimeout
    this.#bodyTimeout = rules.bodyTimeout
    this.#start(request, rules)
    this.#unsubscribe = onAbort(signal, () => this.#fail(signal?.reason))
    try {
      return this.#respond(await this.#readHead(onInterim))
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /**
   * Sends what can be sent at once and starts sending the rest.
   *
   * @throws HttpError for a request that may not be sent; nothing of it has been written then.
   */
  #start(request: ClientRequest, rules: RequestRules): void {
    const written = this.#writer.write(request, rules)
    if (written === undefined) this.#awaitHead()
    else this.#sent = written.then(this.#onSent, (error) => this.#fail(error))
  }

  readonly #onSent = (): void => {
    const { responses } = this.#connection
    if (this.#failure !== undefined) return
    if (responses === 'due') this.#awaitHead()
    else if (responses !== 'content') this.#complete()
  }

  /** Starts the response timeout once the request is complete: before, no response is due. */
  #awaitHead(): void {
    if (this.#connection.requests !== 'content') this.#deadline.set(this.#responseTimeout)
  }

  /** Resolves with the head of the final response. */
  async #readHead(onInterim: RequestRules['onInterim']): Promise<ResponseHead> {
    const connection = this.#connection
    for (;;) {
      const event = this.#read()
      if (event === null) await this.more()
      else if (event.type === 'response') {
        if (!event.informational) {
          if (connection.requests === 'content') await this.#answerEarly(event)
          return event
        }
        if (event.status === CONTINUE) this.#writer.release()
        this.#awaitHead()
        onInterim(event)
      }
    }
  }

  /** Handles a final response that arrived before the request was complete. */
  async #answerEarly(head: ResponseHead): Promise<void> {
    if (head.upgrades) {
      // RFC 9110 s. 7.8: the new protocol begins after the request is complete.
      this.#writer.release()
      await this.#sent
      if (this.#failure !== undefined) throw this.#failure
    } else if (this.#writer.isHolding || head.status >= REDIRECT) {
      this.#connection.retire()
      this.#writer.refuse()
    }
  }

  #respond(head: ResponseHead): ClientResponse {
    const connection = this.#connection
    const body = new IncomingBody(this, head)
    this.#deadline.clear()
    // The end of an empty body can be read already, and completes the exchange.
    if (body.ended) this.readContent()
    if (connection.switched) {
      return { head, body, reusable: false, upgrade: this.#handOver() }
    }
    const isUsable = () => this.#isUsable
    return {
      head,
      body,
      get reusable() {
        return isUsable()
      },
    }
  }

  readContent(): Data | End | null {
    for (;;) {
      const event = this.#read()
      if (event === null || event.type === 'data') {
        // The timeout runs only while the program waits for a piece.
        this.#deadline.set(event === null ? this.#bodyTimeout : 0)
        return event
      }
      if (event.type === 'end') {
        this.#complete()
        return event
      }
    }
  }

  more(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return this.#input.wait()
  }

  /** A response that its reader does not want would hold up the requests after it. */
  abandon(reason: HttpError): void {
    this.#fail(reason)
  }

  /** The next event. An error ends the connection. */
  #read(): ResponseEvent | null {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return this.#connection.read()
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /** Called when the response is complete: the next request may start once this one is complete, too. */
  #complete(): void {
    const connection = this.#connection
    if (connection.switched) return
    this.#duplex.resume()
    this.#deadline.clear()
    if (connection.requests === 'content' && !connection.mustClose) {
      this.#writer.watch()
      return
    }
    this.#unsubscribe()
    this.#look()
    if (connection.mustClose) this.#end()
    this.#endTurn()
  }

  /** Whether the stream can carry another request, once the current response has been read. */
  get #isUsable(): boolean {
    const { persistent, mustClose } = this.#connection
    const isOpen = this.#failure === undefined && !this.#isClosed && this.#duplex.writable !== false
    return isOpen && persistent && !mustClose
  }

  /** What the deadline was for. */
  #lateError(): ConnectionError {
    const { mustClose, responses } = this.#connection
    // The server had answered everything, and had only to end its side.
    if (mustClose) return closed()
    return timedOut(responses === 'content' ? 'bodyTimeout' : 'responseTimeout')
  }

  /** Ends this side, and gives the server {@link LINGER} to end its own. */
  #end(): void {
    if (this.#duplex.writableEnded) return
    this.#duplex.end()
    this.#deadline.set(LINGER)
  }

  #handOver(): { readonly duplex: Duplex; readonly rest: Uint8Array } {
    const duplex = this.#duplex
    this.#deadline.stop()
    this.#unsubscribe()
    this.#input.release()
    this.#failure = new Error('the stream has been handed over')
    this.#endTurn()
    return { duplex, rest: this.#connection.takeRest() }
  }

  #fail(reason: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = reason
    this.#deadline.stop()
    this.#unsubscribe()
    this.#duplex.destroy()
    this.#input.giveUp(() => reason)
    this.#writer.refuse()
    this.#endTurn()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    // Bytes after the last response are dropped, but unless they are consumed, `end` is never emitted.
    if (this.#connection.mustClose) return
    this.#connection.receive(chunk)
    if (!this.#input.wake() && !this.#look()) this.#duplex.pause()
  }

  readonly #onEnd = (): void => {
    this.#connection.receiveEnd()
    if (!this.#input.wake()) this.#look()
  }

  readonly #onClose = (): void => {
    // After an orderly end, a reader still gets everything that arrived, then the error for a truncation.
    const { responses } = this.#connection
    const isRead = responses === 'due' || responses === 'content'
    this.#isClosed = true
    if (isRead && this.#duplex.readableEnded) {
      this.#deadline.stop()
      // The response may never be read: queued requests must not wait for that.
      this.#endTurn()
    } else this.#fail(closed())
  }

  /** Handles input between responses: the end, or an unsolicited response. False during a response. */
  #look(): boolean {
    if (this.#connection.responses !== 'idle') return false
    try {
      this.#connection.read()
      // The server has ended its side. Node has then ended this one, too, unless `allowHalfOpen` is set.
      if (this.#connection.mustClose) this.#end()
    } catch (error) {
      this.#fail(error)
    }
    return true
  }
}
