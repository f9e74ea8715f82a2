/**
 * Runs a `ClientConnection` on a Node stream, one exchange after the other, without pipelining.
 *
 * A weak map keeps the connection for as long as its stream lives, so that a second request continues where
 * the first one left off. The stream is ended after the last response and destroyed on failure; opening and
 * pooling streams is up to the caller.
 */

import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events'
import type { Duplex } from 'node:stream'
import {
  ClientConnection,
  type ConnectionOptions,
  type Data,
  type End,
  type ResponseEvent,
  type ResponseHead,
} from 'httpwire'
import { requireObject } from '../checks.ts'
import { CONTINUE } from '../status/classes.ts'
import {
  type ClientRequest,
  type ClientResponse,
  completeRequestOptions,
  type RequestOptions,
  type RequestRules,
} from './client-request.ts'
import { Deadline, LINGER } from './deadline.ts'
import { type ContentSource, IncomingBody } from './incoming-body.ts'
import { Output } from './output.ts'
import { adopt, dismiss, isPieces } from './pieces.ts'
import { RequestWriter } from './request-writer.ts'
import { requireByteStream, StreamInput } from './stream-input.ts'

/**
 * Sends a request over `duplex` and resolves with the response as soon as its head has arrived. A request
 * made during another one waits until the response to that one has been read.
 *
 * @throws HttpError if the request may not be sent, if the response breaks a rule, or (`UNANSWERED`) if
 *   none arrived; Error if the stream has ended or a timeout has expired. The stream is then destroyed, unless
 *   the request may not be sent or was withdrawn before its turn: in these two cases `body` still belongs
 *   to the caller. TypeError or RangeError naming the invalid option.
 */
export async function requestOver(
  duplex: Duplex,
  request: ClientRequest,
  options: RequestOptions = {},
): Promise<ClientResponse> {
  requireByteStream(duplex)
  requireObject('a request', request)
  const rules = completeRequestOptions(options)
  let client = clients.get(duplex)
  if (client === undefined) {
    client = new Client(duplex, rules.connection)
    clients.set(duplex, client)
  }
  return client.request(request, rules)
}

const clients = new WeakMap<Duplex, Client>()

/** From this status on, a response means that the server does not need the rest of the request. */
const REDIRECT = 300

class Client implements ContentSource {
  readonly #duplex: Duplex
  readonly #connection: ClientConnection
  readonly #input: StreamInput
  readonly #output: Output
  readonly #deadline: Deadline
  /** The reason why the stream can no longer be used, if any. */
  #failure: unknown
  /** Whether the stream has closed; what arrived before may still be read. */
  #isClosed = false
  /** Resolves when the last exchange requested so far is over. */
  #turn: Promise<void> = Promise.resolve()
  #endTurn: () => void = () => {}
  #responseTimeout = 0
  #bodyTimeout = 0
  /** Stops listening to the signal of the current exchange. */
  #unsubscribe: () => void = () => {}
  readonly #writer: RequestWriter
  /** Resolves when the current request has been written, or will not be. */
  #sent: Promise<void> = Promise.resolve()

  constructor(duplex: Duplex, options: ConnectionOptions | undefined) {
    this.#duplex = duplex
    this.#connection = new ClientConnection(options)
    this.#output = new Output(duplex)
    this.#deadline = new Deadline(() => this.#fail(new Error('the response took too long')))
    this.#writer = new RequestWriter(this.#connection, this.#output, this.#deadline)
    // Bytes that arrived before any request are unsolicited: the first request fails because of them.
    const unasked: Uint8Array | null = duplex.read()
    if (unasked !== null) this.#connection.receive(unasked)
    this.#input = new StreamInput(duplex, {
      data: this.#onData,
      end: this.#onEnd,
      error: (error) => this.#fail(error),
      close: this.#onClose,
    })
    // `close` is emitted only once, and may have been before.
    if (duplex.closed) this.#onClose()
  }

  async request(request: ClientRequest, rules: RequestRules): Promise<ClientResponse> {
    const before = this.#turn
    let endTurn = () => {}
    this.#turn = new Promise((resolve) => {
      endTurn = resolve
    })
    // A body stream may fail while the request waits for its turn.
    const giveBack = adopt(request.body)
    try {
      await unlessAborted(before, rules.signal)
    } catch (error) {
      giveBack()
      before.then(endTurn)
      throw error
    }
    this.#endTurn = endTurn
    try {
      return await this.#exchange(request, rules)
    } catch (error) {
      // Nothing has been sent: the body still belongs to the caller.
      if (this.#failure === undefined) giveBack()
      endTurn()
      throw error
    }
  }

  async #exchange(request: ClientRequest, rules: RequestRules): Promise<ClientResponse> {
    const failure = this.#failure ?? (this.#isClosed ? closedError() : undefined)
    if (failure !== undefined) {
      if (isPieces(request.body)) dismiss(request.body)
      throw failure
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
    let written: Promise<void> | undefined
    try {
      written = this.#writer.write(request, rules)
    } catch (error) {
      // An unsolicited response had arrived.
      if (this.#connection.mustClose) this.#fail(error)
      throw error
    }
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
    const isUsable = () =>
      this.#failure === undefined &&
      !this.#isClosed &&
      connection.persistent &&
      !connection.mustClose
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
    } else this.#fail(closedError())
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

function closedError(): Error {
  return new Error('the connection was closed')
}

/** Calls `listener` when `signal` aborts; the function returned removes the listener. */
function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {}
  allowListeners(signal)
  signal.addEventListener('abort', listener)
  return () => signal.removeEventListener('abort', listener)
}

/** One signal may serve any number of requests, but from the eleventh on Node would warn of a leak. */
function allowListeners(signal: AbortSignal): void {
  try {
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(0, signal)
  } catch {
    // An AbortSignal that is not Node's own has no such limit.
  }
}

/** Resolves with `promise`, which never rejects, or rejects with the reason of `signal`. */
function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const unsubscribe = onAbort(signal, () => reject(signal.reason))
    if (signal.aborted) reject(signal.reason)
    promise.then(() => {
      unsubscribe()
      resolve()
    })
  })
}
