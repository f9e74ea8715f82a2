/**
 * Runs a `ServerConnection` on a Node stream: feeds it the bytes received, calls the handler, writes the
 * responses and enforces the timeouts.
 *
 * Exchanges that the handler answers synchronously complete in the tick in which they arrived, and their
 * responses are written together. The stream is paused whenever its bytes cannot be used yet.
 */

import type { Duplex } from 'node:stream'
import {
  type Data,
  type End,
  HttpError,
  type RequestHead,
  type ResponseHeadInit,
  ServerConnection,
} from 'httpwire'
import { requireFunction } from '../checks.ts'
import { dateValue } from './date.ts'
import { Deadline, LINGER } from './deadline.ts'
import { Exchange, type ExchangeHost, gone, type Handler, type ServerResponse } from './exchange.ts'
import { hasContent } from './incoming-body.ts'
import { Output } from './output.ts'
import { isPieces, leave } from './pieces.ts'
import { ResponseWriter } from './response-writer.ts'
import { completeServeOptions, type ServeOptions, type ServeRules } from './serve-options.ts'
import { requireByteStream, StreamInput } from './stream-input.ts'

/** A connection that is being served. */
export interface ServedConnection {
  /** Resolves when the connection has ended or has been handed over; never rejects. */
  readonly closed: Promise<void>
  /** Ends the connection after the current exchange, or at once if there is none. */
  readonly shutdown: () => Promise<void>
  /** The underlying state machine, for inspection only. */
  readonly connection: ServerConnection
}

/**
 * Serves HTTP/1.x on `duplex`, any bidirectional stream of bytes: TCP, TLS, a Unix socket. The caller
 * opens it, and must not use it before the connection is over, when it is ended here.
 *
 * @throws TypeError or RangeError naming the invalid option.
 */
export function serveConnection(
  duplex: Duplex,
  handler: Handler,
  options?: ServeOptions,
): ServedConnection {
  requireByteStream(duplex)
  requireFunction('the handler', handler)
  return new Served(duplex, handler, completeServeOptions(options))
}

const REQUEST_TIMEOUT = 408

class Served implements ServedConnection, ExchangeHost {
  readonly closed: Promise<void>
  readonly connection: ServerConnection
  readonly #duplex: Duplex
  readonly #handler: Handler
  readonly #rules: ServeRules
  readonly #input: StreamInput
  readonly #output: Output
  readonly #deadline: Deadline
  /** For the client to accept what was written. The request's own deadline may still be running. */
  readonly #writeDeadline: Deadline
  readonly #writer: ResponseWriter
  #settleClosed: () => void = () => {}
  /** The current exchange, until its response is complete. */
  #exchange: Exchange | undefined
  /** Whether this side has been ended, or handed over. */
  #over = false
  /** Whether part of a head has arrived, so that `headTimeout` runs. */
  #headStarted = false
  /** Bytes of the current request's content that were dropped unread. */
  #discarded = 0

  constructor(duplex: Duplex, handler: Handler, rules: ServeRules) {
    this.#duplex = duplex
    this.#handler = handler
    this.#rules = rules
    this.#output = new Output(duplex)
    this.#deadline = new Deadline(() => this.#onTimeout())
    const { date } = rules
    this.connection = new ServerConnection(
      date ? { ...rules.connection, date: dateValue } : rules.connection,
    )
    this.#writeDeadline = new Deadline(() => duplex.destroy())
    this.#writer = new ResponseWriter(
      this.connection,
      this.#output,
      rules.writeTimeout,
      this.#writeDeadline,
    )
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve
    })
    // A client that has ended its side may still read: its response must not be cut off.
    duplex.allowHalfOpen = true
    this.#input = new StreamInput(duplex, {
      data: this.#onData,
      end: this.#onEnd,
      drain: this.#onDrain,
      error: (error) => rules.onError(error),
      close: this.#onClose,
    })
    // `close` is emitted only once, and may have been before.
    if (duplex.closed) this.#onClose()
    else this.#deadline.set(rules.idleTimeout)
  }

  readonly shutdown = async (): Promise<void> => {
    this.connection.retire()
    if (this.#exchange === undefined) this.#pump()
    await this.closed
  }

  isCurrent(exchange: Exchange): boolean {
    return this.#exchange === exchange && !this.#over
  }

  /** The next event of the content. A client that waits for a 100 (Continue) is sent one first. */
  readContent(): Data | End | null {
    if (this.connection.awaitsContinue) this.sendInterim({ status: 100 })
    for (;;) {
      const event = this.connection.read()
      if (event === null || event.type === 'data') return event
      if (event.type === 'end') {
        this.#deadline.clear()
        return event
      }
    }
  }

  more(): Promise<void> {
    if (this.#duplex.destroyed) return Promise.reject(gone())
    return this.#input.wait()
  }

  sendInterim(head: ResponseHeadInit): void {
    this.#output.add(this.connection.send(head))
    this.#output.flush()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    // Bytes after the last response are dropped, but unless they are consumed, `end` is never emitted.
    if (this.#over) return
    this.connection.receive(chunk)
    if (this.#input.wake()) return
    if (this.#exchange === undefined && !this.#duplex.writableNeedDrain) this.#pump()
    else this.#duplex.pause()
  }

  readonly #onEnd = (): void => {
    if (this.#over) return
    this.connection.receiveEnd()
    if (!this.#input.wake() && this.#exchange === undefined) this.#pump()
  }

  readonly #onDrain = (): void => {
    this.#writeDeadline.clear()
    if (this.#exchange === undefined) this.#pump()
  }

  readonly #onClose = (): void => {
    this.#over = true
    this.#stopTimers()
    this.#exchange?.abort()
    this.#input.giveUp(gone)
    this.#settleClosed()
  }

  #stopTimers(): void {
    this.#deadline.stop()
    this.#writeDeadline.stop()
  }

  /** Runs exchanges until one is answered later, or more input or a drained output is needed. */
  #pump(): void {
    while (this.#exchange === undefined && !this.#over && !this.connection.mustClose) {
      if (this.#output.isLarge) {
        this.#output.flush()
        if (this.#duplex.writableNeedDrain) break
      }
      try {
        const event = this.connection.read()
        if (event === null) break
        if (event.type === 'request') this.#begin(event)
        else if (event.type === 'data') this.#discard(event.bytes.length)
      } catch (error) {
        this.#refuse(error)
      }
    }
    this.#output.flush()
    if (this.#exchange !== undefined || this.#over) return
    if (this.connection.mustClose) this.#finish()
    else this.#await()
  }

  /** Sets the deadline for the next input, or for the output to drain. */
  #await(): void {
    const { connection } = this
    if (this.#duplex.writableNeedDrain) {
      this.#duplex.pause()
      this.#writeDeadline.set(this.#rules.writeTimeout)
      if (connection.requests === 'idle') this.#deadline.clear()
      return
    }
    // While unread content is dropped, the request's own deadline keeps running.
    if (connection.requests === 'idle') {
      if (connection.isIdle) {
        this.#headStarted = false
        this.#deadline.set(this.#rules.idleTimeout)
      } else if (!this.#headStarted) {
        this.#headStarted = true
        this.#deadline.set(this.#rules.headTimeout)
      }
    }
    if (this.#duplex.isPaused()) this.#duplex.resume()
  }

  #begin(head: RequestHead): void {
    this.#headStarted = false
    this.#discarded = 0
    const exchange = new Exchange(this, head)
    this.#exchange = exchange
    if (hasContent(head)) this.#deadline.set(this.#rules.requestTimeout)
    else {
      // Without content, the end of the request can be read already.
      this.connection.read()
      this.#deadline.clear()
    }
    try {
      const response = this.#handler(exchange)
      if (isPromise(response)) this.#respondLater(exchange, response)
      else this.#respond(exchange, response)
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  #respondLater(exchange: Exchange, promise: Promise<ServerResponse>): void {
    promise.then(
      (response) => {
        this.#respond(exchange, response)
        if (this.#exchange === undefined) this.#pump()
      },
      (error) => {
        this.#fail(exchange, error)
        this.#pump()
      },
    )
  }

  #respond(exchange: Exchange, response: ServerResponse): void {
    if (!exchange.isCurrent) {
      if (isPieces(response?.body)) leave(response.body)
      return
    }
    try {
      const written = this.#writer.write(exchange, response)
      if (written === undefined) this.#complete(exchange, response)
      else this.#completeLater(exchange, response, written)
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  async #completeLater(
    exchange: Exchange,
    response: ServerResponse,
    written: Promise<void>,
  ): Promise<void> {
    try {
      await written
      if (exchange.isCurrent) this.#complete(exchange, response)
    } catch (error) {
      this.#fail(exchange, error)
    }
    this.#pump()
  }

  /** Called when the response is complete. */
  #complete(exchange: Exchange, response: ServerResponse): void {
    this.#exchange = undefined
    exchange.over()
    this.#input.giveUp(gone)
    if (this.connection.switched) this.#handOver(exchange.head, response)
  }

  #handOver(head: RequestHead, { upgrade }: ServerResponse): void {
    const duplex = this.#duplex
    this.#over = true
    this.#stopTimers()
    this.#output.flush()
    this.#input.release()
    this.#settleClosed()
    const fail = (error: unknown): void => {
      duplex.destroy()
      this.#rules.onError(error, head)
    }
    try {
      if (upgrade === undefined) duplex.destroy()
      else {
        const taken = upgrade(duplex, this.connection.takeRest())
        if (isPromise(taken)) taken.then(undefined, fail)
      }
    } catch (error) {
      fail(error)
    }
  }

  /** Handles an error of the handler or of the response it returned. */
  #fail(exchange: Exchange, error: unknown): void {
    if (!exchange.isCurrent) return
    const theirs = error instanceof HttpError && error.side === 'remote'
    const { destroyed } = this.#duplex
    this.#exchange = undefined
    // A write fails before `close` is emitted.
    if (destroyed) exchange.abort()
    else exchange.over()
    this.#input.giveUp(gone)
    if (this.connection.responses === 'due') this.#writer.writeError(theirs ? error.status : 500)
    else this.#cut()
    // A stream that has failed has reported its own error already.
    if (!destroyed) this.#rules.onError(error, exchange.head)
  }

  /** Answers a request that breaks a rule, and ends the connection. */
  #refuse(error: unknown): void {
    if (error instanceof HttpError && this.connection.responses === 'due') {
      this.#writer.writeError(error.status)
    }
    this.#finish()
    this.#rules.onError(error)
  }

  /** Truncates the current response. Complete ones before it are written to the stream first. */
  #cut(): void {
    this.#output.flush()
    this.#duplex.destroy()
  }

  /** Drops content that the handler did not read; more than `maxDiscard` bytes end the connection. */
  #discard(length: number): void {
    this.#discarded += length
    if (this.#discarded <= this.#rules.maxDiscard) return
    this.connection.retire()
    this.#finish()
  }

  #onTimeout(): void {
    const { connection } = this
    const { responses } = connection
    const exchange = this.#exchange
    if (this.#over) {
      this.#duplex.destroy()
    } else if (exchange !== undefined && !this.#input.isAwaited) {
      // The client waits for the handler, not the other way round.
      this.#deadline.set(this.#rules.requestTimeout)
    } else if (this.#duplex.writableNeedDrain || responses === 'content') {
      this.#cut()
    } else {
      const late = exchange !== undefined || this.#headStarted
      this.#exchange = undefined
      exchange?.abort()
      this.#input.giveUp(() => new Error('the request took too long'))
      // Retired first, a response that is due carries `Connection: close`.
      if (responses === 'due') connection.retire()
      if (late && (responses === 'due' || responses === 'idle')) {
        this.#writer.writeError(REQUEST_TIMEOUT)
      }
      connection.retire()
      this.#finish()
    }
  }

  /** Ends this side, and gives the client {@link LINGER} to end its own (RFC 9112 s. 9.6). */
  #finish(): void {
    if (this.#over) return
    this.#over = true
    const duplex = this.#duplex
    this.#output.flush()
    this.#deadline.set(this.#rules.writeTimeout)
    duplex.end(() => {
      if (!duplex.destroyed) this.#deadline.set(LINGER)
    })
    duplex.resume()
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null)?.then === 'function'
}
