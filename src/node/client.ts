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
import type { ClientRequest, ClientResponse, RequestRules } from './client-request.ts'
import { ClientTimeouts } from './client-timeouts.ts'
import { closed, unsent } from './errors.ts'
import { type ContentSource, IncomingBody } from './incoming-body.ts'
import { Output } from './output.ts'
import { disown } from './owned-streams.ts'
import { ignoreErrors } from './pieces.ts'
import { RequestWriter } from './request-writer.ts'
import { StreamInput } from './stream-input.ts'
import { Turns } from './turns.ts'

export class Client implements ContentSource {
  readonly #duplex: Duplex
  readonly #connection: ClientConnection
  readonly #input: StreamInput
  readonly #writer: RequestWriter
  readonly #timeouts: ClientTimeouts
  /** The reason why the stream can no longer be used, if any. */
  #failure: unknown
  /** Whether the server has ended its side; what arrived before may still be read. */
  #hasEnded = false
  /** One for each exchange, and the function that ends that of the current one. */
  readonly #turns = new Turns()
  #endTurn: () => void = () => {}
  /** Those of the current exchange. */
  #rules: RequestRules
  /** Stops listening to the signal of the current exchange. */
  #unsubscribe: () => void = () => {}
  /** Ends the wait until the current request has been sent, or has failed. */
  #proceed: () => void = () => {}

  /** `rules` are those of the first request. */
  constructor(duplex: Duplex, rules: RequestRules) {
    this.#duplex = duplex
    this.#rules = rules
    this.#connection = new ClientConnection(rules.connection)
    this.#timeouts = new ClientTimeouts(rules, (error) => this.#lose(error))
    this.#writer = new RequestWriter(this.#connection, new Output(duplex), this.#timeouts)
    const unasked: Uint8Array | null = duplex.read()
    if (unasked !== null) this.#connection.receive(unasked)
    this.#input = new StreamInput(duplex, {
      data: this.#onData,
      end: this.#onEnd,
      error: (error) => this.#lose(error),
      close: () => this.#lose(closed()),
    })
    // Bytes that arrived before any request are unsolicited.
    this.#look()
    // `close` and `end` are emitted only once, and may have been before.
    if (duplex.closed) this.#lose(closed())
    else if (duplex.readableEnded) this.#onEnd()
  }

  async request(request: ClientRequest, rules: RequestRules): Promise<ClientResponse> {
    // A body stream may fail while the request waits for its turn.
    const giveBack = ignoreErrors(request.body)
    let endTurn: () => void = () => {}
    try {
      endTurn = await this.#turns.take(rules.signal)
      this.#endTurn = endTurn
      this.#begin(request, rules)
    } catch (error) {
      // Nothing has been sent: the body still belongs to the caller.
      giveBack()
      endTurn()
      throw error
    }
    try {
      return this.#respond(await this.#readHead())
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /**
   * Sends what can be sent at once and starts sending the rest.
   *
   * @throws ConnectionError `UNSENT`; the reason of the signal; HttpError for a request that may not be sent.
   *   Nothing of it has been written then.
   */
  #begin(request: ClientRequest, rules: RequestRules): void {
    const { signal } = rules
    if (signal?.aborted) throw signal.reason
    if (!this.#isUsable) {
      throw unsent(this.#failure ?? (this.#duplex.destroyed ? closed() : undefined))
    }
    this.#rules = rules
    this.#timeouts.begin(rules)
    // Before anything is written: the program's own code runs while that happens, and may abort.
    this.#unsubscribe = onAbort(signal, () => this.#fail(signal?.reason))
    try {
      const written = this.#writer.write(request, rules)
      if (written === undefined) this.#awaitHead()
      else written.then(this.#onSent, this.#onUnsent)
    } catch (error) {
      this.#unsubscribe()
      throw error
    }
  }

  readonly #onSent = (): void => {
    const { responses } = this.#connection
    if (this.#failure === undefined) {
      if (responses === 'due') this.#awaitHead()
      else if (responses !== 'content') this.#complete()
    }
    this.#proceed()
  }

  readonly #onUnsent = (error: unknown): void => {
    // What made a stream fail is known from its events.
    if (!this.#duplex.destroyed) this.#fail(error)
  }

  /** Starts the response timeout once the request is complete: before, no response is due. */
  #awaitHead(): void {
    if (this.#connection.requests !== 'content') this.#timeouts.response()
  }

  /** Resolves with the head of the final response. */
  async #readHead(): Promise<ResponseHead> {
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
        this.#rules.onInterim(event)
      }
    }
  }

  /** Handles a final response that arrived before the request was complete. */
  async #answerEarly(head: ResponseHead): Promise<void> {
    if (head.upgrades) {
      // RFC 9110 s. 7.8: the new protocol begins after the request is complete.
      if (this.#hasEnded) throw closed()
      // The end of the response: from now on, only the request is under way.
      this.#read()
      await new Promise<void>((resolve) => {
        this.#proceed = resolve
        this.#writer.release()
      })
      if (this.#failure !== undefined) throw this.#failure
    } else this.#writer.answered(head)
  }

  #respond(head: ResponseHead): ClientResponse {
    this.#timeouts.clear()
    const body = new IncomingBody(this, head)
    // The end of an empty body can be read already, and completes the exchange.
    if (body.ended) this.readContent()
    if (this.#connection.switched) {
      return { head, body, reusable: false, upgrade: this.#handOver() }
    }
    if (this.#hasEnded) this.#end()
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
        if (event === null) this.#timeouts.content()
        else this.#timeouts.clear()
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
    // Once the stream has closed, nobody listens to the signal.
    const { signal } = this.#rules
    if (signal?.aborted) this.#fail(signal.reason)
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
    this.#timeouts.clear()
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
    const isOpen = this.#failure === undefined && this.#duplex.writable !== false
    return isOpen && persistent && !mustClose
  }

  /** Ends this side: nothing more is sent. */
  #end(): void {
    this.#writer.refuse()
    if (!this.#duplex.writableEnded) this.#duplex.end()
    this.#timeouts.linger()
  }

  #handOver(): { readonly duplex: Duplex; readonly rest: Uint8Array } {
    const duplex = this.#duplex
    this.#timeouts.stop()
    this.#unsubscribe()
    this.#input.release()
    disown(duplex)
    this.#input.restoreHalfOpen()
    this.#failure = new Error('the stream has been handed over')
    this.#endTurn()
    return { duplex, rest: this.#connection.takeRest() }
  }

  /** The stream has failed or closed. After its end, a reader still gets everything that arrived before. */
  #lose(reason: unknown): void {
    const { responses } = this.#connection
    if (this.#hasEnded && (responses === 'due' || responses === 'content')) this.#stop()
    else this.#fail(reason)
  }

  /** Ends the connection, and with it the exchange: every reader gets `reason`. */
  #fail(reason: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = reason
    this.#stop()
    this.#input.giveUp(() => reason)
    this.#proceed()
  }

  /** Releases everything that the connection holds. The requests that wait for a turn will find it unusable. */
  #stop(): void {
    this.#timeouts.stop()
    this.#unsubscribe()
    this.#duplex.destroy()
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
    const connection = this.#connection
    this.#hasEnded = true
    connection.receiveEnd()
    // RFC 9112 s. 9.6: a server that has ended its side reads on only to drop what still arrives.
    connection.retire()
    if (connection.mustClose) this.#complete()
    // The stream would be handed over as soon as the request is complete, which nobody wants to read now.
    else if (connection.responses === 'switched') this.#fail(closed())
    else if (connection.responses === 'content') this.#end()
    this.#input.wake()
  }

  /** Handles input between responses: an unsolicited response. False during a response. */
  #look(): boolean {
    if (this.#connection.responses !== 'idle') return false
    try {
      this.#connection.read()
    } catch (error) {
      this.#fail(error)
    }
    return true
  }
}
