/**
 * A `ClientConnection` on a Node stream: one request after the other, each with its response.
 *
 * A stream's connection is kept beside it, for as long as it lives, so that a second request finds it as the
 * first one left it. The stream is ended here after the last response and destroyed on failure; opening and
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
 * Sends a request over `duplex` and gives the response as soon as its head is there. A request that is
 * made while another one is under way waits until the response to that one has been read.
 *
 * @throws HttpError for what may not be sent, for a response that breaks a rule, and `UNANSWERED`
 *   where none came; Error where the stream has ended, or time is up. The stream has been destroyed
 *   then. It has not where the request may not be sent, or was withdrawn before its turn: its `body` is
 *   the caller's still. TypeError or RangeError naming the option that is wrong.
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

/** From here on a response does not need the rest of its request. */
const REDIRECT = 300

class Client implements ContentSource {
  readonly #duplex: Duplex
  readonly #connection: ClientConnection
  readonly #input: StreamInput
  readonly #output: Output
  readonly #deadline: Deadline
  /** Why nothing more can be done. */
  #failure: unknown
  /** Whether the stream has been closed: what came before may still be read. */
  #isClosed = false
  /** Settles when the exchange under way is over. */
  #turn: Promise<void> = Promise.resolve()
  #endTurn: () => void = () => {}
  #responseTimeout = 0
  #bodyTimeout = 0
  /** Lets go of the signal of the exchange under way. */
  #unsubscribe: () => void = () => {}
  readonly #writer: RequestWriter
  /** Settles when the request under way has been written, or will not be. */
  #sent: Promise<void> = Promise.resolve()

  constructor(duplex: Duplex, options: ConnectionOptions | undefined) {
    this.#duplex = duplex
    this.#connection = new ClientConnection(options)
    this.#output = new Output(duplex)
    this.#deadline = new Deadline(() => this.#fail(new Error('the response took too long')))
    this.#writer = new RequestWriter(this.#connection, this.#output, this.#deadline)
    // What has come already answers no request: the first one finds that out.
    const unasked: Uint8Array | null = duplex.read()
    if (unasked !== null) this.#connection.receive(unasked)
    this.#input = new StreamInput(duplex, {
      data: this.#onData,
      end: this.#onEnd,
      error: (error) => this.#fail(error),
      close: this.#onClose,
    })
    // It may have gone before it came here, and says so once only.
    if (duplex.closed) this.#onClose()
  }

  async request(request: ClientRequest, rules: RequestRules): Promise<ClientResponse> {
    const before = this.#turn
    let endTurn = () => {}
    this.#turn = new Promise((resolve) => {
      endTurn = resolve
    })
    // A stream may fail while it waits.
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
   * Sends what can be sent at once, and sees to the rest.
   *
   * @throws HttpError for a request that may not be sent; nothing of it has left then.
   */
  #start(request: ClientRequest, rules: RequestRules): void {
    let written: Promise<void> | undefined
    try {
      written = this.#writer.write(request, rules)
    } catch (error) {
      // An unsolicited response had come.
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

  /** Counts from the request's last byte: who is still being sent content has nothing to answer. */
  #awaitHead(): void {
    if (this.#connection.requests !== 'content') this.#deadline.set(this.#responseTimeout)
  }

  /** The head of the final response. */
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

  /** A final response has come before the request was complete. */
  async #answerEarly(head: ResponseHead): Promise<void> {
    if (head.upgrades) {
      // RFC 9110 s. 7.8: the other protocol begins when the request is complete.
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
    // Where it is empty, there is nothing to wait for: the end is there.
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
        // Who does not ask waits for nothing.
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

  /** The next event; what is wrong ends the connection. */
  #read(): ResponseEvent | null {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return this.#connection.read()
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /** The response is complete: the next request may go, when this one is complete, too. */
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

  /** Ends this side, and gives the server some time to end its own. */
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
    // What comes after the last response is of no use; unless it is taken, its end never comes.
    if (this.#connection.mustClose) return
    this.#connection.receive(chunk)
    if (!this.#input.wake() && !this.#look()) this.#duplex.pause()
  }

  readonly #onEnd = (): void => {
    this.#connection.receiveEnd()
    if (!this.#input.wake()) this.#look()
  }

  readonly #onClose = (): void => {
    // After an orderly end a reader still gets all that came, then the error for what was cut.
    const { responses } = this.#connection
    const isRead = responses === 'due' || responses === 'content'
    this.#isClosed = true
    if (isRead && this.#duplex.readableEnded) {
      this.#deadline.stop()
      // Nobody has to wait for a reader who may never come.
      this.#endTurn()
    } else this.#fail(closedError())
  }

  /** Looks at what has come between responses: the end, or an unsolicited response. False in a response. */
  #look(): boolean {
    if (this.#connection.responses !== 'idle') return false
    try {
      this.#connection.read()
      // The server has ended its side: so has Node where the stream is one that it ends by itself.
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

/** Calls `listener` when `signal` aborts, unless what it gives has been called before. */
function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {}
  allowListeners(signal)
  signal.addEventListener('abort', listener)
  return () => signal.removeEventListener('abort', listener)
}

/** One signal may be that of any number of requests: from the eleventh on Node would warn of a leak. */
function allowListeners(signal: AbortSignal): void {
  try {
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(0, signal)
  } catch {
    // It is not Node's own, and has no such limit.
  }
}

/** Settles as `promise`, which does not fail, or fails with the reason of `signal`. */
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
