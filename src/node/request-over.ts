/**
 * A `ClientConnection` on a Node stream: one request after the other, each with its response.
 *
 * What a stream is at is kept beside it for as long as it lives, so that a second request finds the
 * connection as the first one left it. A stream is ended here when a response is the last one, and
 * destroyed where something fails; which there are is the caller's to say.
 */

import type { Duplex } from 'node:stream'
import {
  ClientConnection,
  type ConnectionOptions,
  type Data,
  type End,
  type ResponseEvent,
  type ResponseHead,
} from 'httpwire'
import {
  type ClientRequest,
  type ClientResponse,
  completeRequestOptions,
  headOf,
  type RequestOptions,
  type RequestRules,
} from './client-request.ts'
import { Deadline, LINGER } from './deadline.ts'
import { type ContentSource, IncomingBody } from './incoming-body.ts'
import { Output } from './output.ts'
import { askFor, dismiss, endWith, isPieces } from './pieces.ts'
import { StreamInput } from './stream-input.ts'

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
  const rules = completeRequestOptions(options)
  let client = clients.get(duplex)
  if (client === undefined) {
    client = new Client(duplex, rules.connection)
    clients.set(duplex, client)
  }
  return client.request(request, rules)
}

const clients = new WeakMap<Duplex, Client>()

const CONTINUE = 100
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
  /** Settles when the exchange under way is over. */
  #turn: Promise<void> = Promise.resolve()
  #endTurn: () => void = () => {}
  #responseTimeout = 0
  #bodyTimeout = 0
  /** Lets go of the signal of the exchange under way. */
  #unsubscribe: () => void = () => {}
  /** The response says that the rest of the content is of no use. */
  #refused = false
  /** Whether content waits for a 100 (Continue), and what lets it go. */
  #holding = false
  #onContinue: () => void = () => {}

  constructor(duplex: Duplex, options: ConnectionOptions | undefined) {
    this.#duplex = duplex
    this.#connection = new ClientConnection(options)
    this.#output = new Output(duplex)
    this.#deadline = new Deadline(() => this.#fail(new Error('the response took too long')))
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
    try {
      await unlessAborted(before, rules.signal)
    } catch (error) {
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
    if (this.#failure !== undefined) throw this.#failure
    const { signal, onInterim } = rules
    signal?.throwIfAborted()
    this.#responseTimeout = rules.responseTimeout
    this.#bodyTimeout = rules.bodyTimeout
    this.#start(request, rules)
    const abort = () => this.#fail(signal?.reason)
    signal?.addEventListener('abort', abort)
    this.#unsubscribe = () => signal?.removeEventListener('abort', abort)
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
  #start(request: ClientRequest, { continueTimeout }: RequestRules): void {
    const { body, trailers } = request
    const head = headOf(request)
    const connection = this.#connection
    this.#refused = false
    try {
      if (!isPieces(body) && !head.headers.has('Expect')) {
        const given = askFor(trailers)
        this.#output.add(
          connection.sendMessage({
            head,
            ...(body === null || body === undefined ? {} : { body }),
            ...(given === undefined ? {} : { trailers: given }),
          }),
        )
        this.#output.flush()
        this.#awaitHead()
        return
      }
      this.#output.add(connection.send(head))
    } catch (error) {
      // An unsolicited response had come.
      if (connection.mustClose) this.#fail(error)
      throw error
    }
    this.#output.flush()
    this.#sendContent(request, continueTimeout).catch((error) => this.#fail(error))
  }

  async #sendContent({ body, trailers }: ClientRequest, continueTimeout: number): Promise<void> {
    const connection = this.#connection
    await this.#continued(continueTimeout)
    const wanted = () =>
      !this.#refused && connection.requests === 'content' && !connection.mustClose
    const pieces = isPieces(body) ? body : [body ?? '']
    // Content that is refused is not asked for: who gives it may have to be asked to send it.
    if (!wanted()) await dismiss(pieces)
    else
      for await (const piece of pieces) {
        if (!wanted()) break
        this.#output.add(connection.send({ type: 'data', bytes: piece }))
        const awaited = connection.responses === 'due'
        if (awaited) this.#deadline.set(this.#responseTimeout)
        await this.#output.drained()
        if (awaited && connection.responses === 'due') this.#deadline.clear()
      }
    if (wanted()) {
      this.#output.add(connection.send(endWith(trailers)))
      this.#output.flush()
    }
    if (this.#failure !== undefined) return
    if (connection.responses === 'due') this.#awaitHead()
    else if (connection.responses !== 'content') this.#complete()
  }

  /** Counts from the request's last byte: who is still being sent content has nothing to answer. */
  #awaitHead(): void {
    if (this.#connection.requests !== 'content') this.#deadline.set(this.#responseTimeout)
  }

  /** Settles when content may be sent, or need not be waited for any longer. */
  async #continued(timeout: number): Promise<void> {
    if (!this.#connection.awaitsContinue) return
    this.#holding = true
    await new Promise<void>((resolve) => {
      this.#onContinue = () => {
        clearTimeout(timer)
        this.#holding = false
        resolve()
      }
      const timer = timeout === 0 ? undefined : setTimeout(this.#onContinue, timeout)
    })
  }

  /** The head of the final response. */
  async #readHead(onInterim: RequestRules['onInterim']): Promise<ResponseHead> {
    const connection = this.#connection
    for (;;) {
      const event = this.#read()
      if (event === null) await this.more()
      else if (event.type === 'response') {
        const final = !event.informational
        if (
          final &&
          connection.requests === 'content' &&
          (this.#holding || event.status >= REDIRECT)
        ) {
          this.#refused = true
          connection.retire()
        }
        if (final || event.status === CONTINUE) this.#onContinue()
        if (final) return event
        this.#awaitHead()
        onInterim(event)
      }
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
      this.#failure === undefined && connection.persistent && !connection.mustClose
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
    this.#deadline.clear()
    this.#unsubscribe()
    if (connection.switched) return
    this.#look()
    this.#duplex.resume()
    if (connection.mustClose) {
      this.#duplex.end()
      this.#deadline.set(LINGER)
    } else if (connection.requests === 'content') return
    this.#endTurn()
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
    this.#onContinue()
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
    if (isRead && this.#duplex.readableEnded) this.#deadline.stop()
    else this.#fail(new Error('the connection was closed'))
  }

  /** Looks at what has come between responses: the end, or an unsolicited response. False in a response. */
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

/** Settles as `promise`, which does not fail, or fails with the reason of `signal`. */
function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    promise.then(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}
