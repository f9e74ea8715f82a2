/**
 * Runs a `ServerConnection` on a Node stream: feeds it the bytes received, calls the handler, writes the
 * responses and decides what follows when a time is up; serve-timeouts.ts knows which times run.
 *
 * Exchanges that the handler answers synchronously complete in the tick in which they arrived, and their
 * responses are written together. The stream is paused whenever its bytes cannot be used yet.
 */

import type { Duplex } from 'node:stream'
import { HttpError, type RequestHead, type ResponseHeadInit, ServerConnection } from 'httpwire'
import { CONTINUE } from '../status/classes.ts'
import { dateValue } from './date.ts'
import { closed, statusOfPeerError, type TimeoutName, timedOut } from './errors.ts'
import {
  Exchange,
  type ExchangeHost,
  exchangeOver,
  type Handler,
  type ServerResponse,
} from './exchange.ts'
import { handOver, isPromise } from './hand-over.ts'
import { hasContent } from './incoming-body.ts'
import { Output } from './output.ts'
import { disown } from './owned-streams.ts'
import { closeAfterFirstPiece, isPieces } from './pieces.ts'
import { RequestContent } from './request-content.ts'
import { ResponseWriter } from './response-writer.ts'
import { report, type ServedConnection, type ServeRules } from './serve-options.ts'
import { ServeTimeouts } from './serve-timeouts.ts'
import { StreamInput } from './stream-input.ts'

const REQUEST_TIMEOUT = 408

export class Served implements ServedConnection, ExchangeHost {
  readonly closed: Promise<void>
  readonly connection: ServerConnection
  readonly content: RequestContent
  readonly #duplex: Duplex
  readonly #handler: Handler
  readonly #rules: ServeRules
  readonly #input: StreamInput
  readonly #output: Output
  readonly #timeouts: ServeTimeouts
  readonly #writer: ResponseWriter
  #settleClosed: () => void = () => {}
  /** The current exchange, until its response is complete. */
  #exchange: Exchange | undefined
  /** Whether this side has been ended, or handed over. */
  #over = false
  /** Bytes of the current request's content that were dropped unread. */
  #discarded = 0

  constructor(duplex: Duplex, handler: Handler, rules: ServeRules) {
    this.#duplex = duplex
    this.#handler = handler
    this.#rules = rules
    this.#output = new Output(duplex)
    this.#timeouts = new ServeTimeouts(
      rules,
      (timeout) => this.#onTimeout(timeout),
      () => this.#cut('writeTimeout'),
    )
    const { date, connection } = rules
    const addsDate = date && connection?.date === undefined
    this.connection = new ServerConnection(
      addsDate ? { ...connection, date: dateValue } : connection,
    )
    this.#writer = new ResponseWriter(this.connection, this.#output, this.#timeouts, rules)
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve
    })
    this.#input = new StreamInput(duplex, {
      data: this.#onData,
      end: this.#onEnd,
      drain: this.#onDrain,
      error: (error) => report(rules, error),
      close: this.#onClose,
    })
    const sendContinue = (): void => this.sendInterim({ status: CONTINUE })
    this.content = new RequestContent(this.connection, this.#input, this.#timeouts, sendContinue)
    // `close` and `end` are emitted only once, and may have been before.
    if (duplex.closed) this.#onClose()
    else if (duplex.readableEnded) this.#onEnd()
    else this.#timeouts.idle()
  }

  readonly shutdown = async (): Promise<void> => {
    this.connection.retire()
    if (this.#exchange === undefined) this.#pump()
    await this.closed
  }

  isCurrent(exchange: Exchange): boolean {
    return this.#exchange === exchange && !this.#over
  }

  sendInterim(head: ResponseHeadInit): void {
    this.#output.add(this.connection.send(head))
    this.#output.flush()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    // Bytes after the last response are dropped, but unless they are consumed, `end` is never emitted.
    if (this.#over) return
    this.connection.receive(chunk)
    if (this.content.wake()) return
    if (this.#exchange === undefined && !this.#duplex.writableNeedDrain) this.#pump()
    else this.#duplex.pause()
  }

  readonly #onEnd = (): void => {
    if (this.#over) return
    this.connection.receiveEnd()
    if (!this.content.wake() && this.#exchange === undefined) this.#pump()
  }

  readonly #onDrain = (): void => {
    this.#timeouts.drained()
    if (this.#exchange === undefined) this.#pump()
  }

  readonly #onClose = (): void => {
    this.#over = true
    this.#timeouts.stop()
    this.#exchange?.abort()
    this.#input.giveUp(closed)
    this.#settleClosed()
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

  /** Waits for the next input, or for the output to drain. */
  #await(): void {
    const { connection } = this
    const isDropping = connection.requests !== 'idle'
    if (isDropping) this.#timeouts.awaiting()
    if (this.#duplex.writableNeedDrain) {
      this.#duplex.pause()
      this.#timeouts.written()
      if (!isDropping) this.#timeouts.received()
      return
    }
    if (!isDropping) {
      if (connection.isIdle) this.#timeouts.idle()
      else this.#timeouts.head()
    }
    if (this.#duplex.isPaused()) this.#duplex.resume()
  }

  #begin(head: RequestHead): void {
    this.#discarded = 0
    const exchange = new Exchange(this, head)
    this.#exchange = exchange
    if (hasContent(head)) this.#timeouts.request()
    else {
      // Without content, the end of the request can be read already.
      this.connection.read()
      this.#timeouts.received()
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
      if (isPieces(response?.body)) closeAfterFirstPiece(response.body)
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
    this.#input.giveUp(exchangeOver)
    if (this.connection.switched) this.#handOver(exchange.head, response)
  }

  #handOver(head: RequestHead, { upgrade }: ServerResponse): void {
    const rules = this.#rules
    this.#over = true
    this.#timeouts.stop()
    this.#output.flush()
    this.#input.release()
    disown(this.#duplex)
    this.#settleClosed()
    handOver(this.#duplex, this.connection.takeRest(), upgrade, (error, ofUpgrade) =>
      report(rules, error, ofUpgrade ? head : undefined),
    )
  }

  /** Handles an error of the handler or of the response it returned. */
  #fail(exchange: Exchange, error: unknown): void {
    if (!exchange.isCurrent) return
    const { destroyed } = this.#duplex
    this.#exchange = undefined
    // A write fails before `close` is emitted.
    if (destroyed) exchange.abort()
    else exchange.over()
    this.#input.giveUp(exchangeOver)
    if (this.connection.responses === 'due') {
      this.#writer.writeError(statusOfPeerError(error) ?? 500, exchange)
    } else this.#cut()
    // A stream that has failed has reported its own error already.
    if (!destroyed) report(this.#rules, error, exchange.head)
  }

  /** Answers a request that breaks a rule, and ends the connection. */
  #refuse(error: unknown): void {
    if (error instanceof HttpError && this.connection.responses === 'due') {
      this.#writer.writeError(error.status)
    }
    this.#finish()
    report(this.#rules, error)
  }

  /** Truncates the current response. Complete ones before it are written to the stream first. */
  #cut(timeout?: TimeoutName): void {
    this.#output.flush()
    this.#duplex.destroy()
    this.#reportTimeout(timeout)
  }

  #reportTimeout(timeout: TimeoutName | undefined): void {
    if (timeout !== undefined) report(this.#rules, timedOut(timeout))
  }

  /** Drops content that the handler did not read; more than `maxDiscard` bytes end the connection. */
  #discard(length: number): void {
    this.#discarded += length
    if (this.#discarded <= this.#rules.maxDiscard) return
    this.connection.retire()
    this.#finish()
  }

  /** `timeout` is the time that is up, unless it is one after which a connection simply ends. */
  #onTimeout(timeout: TimeoutName | undefined): void {
    const { connection } = this
    const { responses } = connection
    const exchange = this.#exchange
    if (this.#over || this.#duplex.writableNeedDrain || responses === 'content') {
      this.#cut(timeout)
    } else {
      this.#exchange = undefined
      exchange?.abort()
      this.#input.giveUp(() => timedOut('requestTimeout'))
      // Retired first, a response that is due carries `Connection: close`.
      if (responses === 'due') connection.retire()
      if (timeout !== undefined && (responses === 'due' || responses === 'idle')) {
        this.#writer.writeError(REQUEST_TIMEOUT)
      }
      connection.retire()
      this.#finish()
      this.#reportTimeout(timeout)
    }
  }

  /** Ends this side, and gives the client some time to end its own (RFC 9112 s. 9.6). */
  #finish(): void {
    if (this.#over) return
    this.#over = true
    const duplex = this.#duplex
    this.#output.flush()
    this.#timeouts.ending()
    duplex.end(() => {
      if (!duplex.destroyed) this.#timeouts.linger()
    })
    duplex.resume()
  }
}
