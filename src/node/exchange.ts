/**
 * One request and its response, as a handler sees them. Reading content and sending interim responses go
 * through the connection, and only while this exchange is the current one.
 */

import type { Duplex } from 'node:stream'
import type { Data, End, FieldsInit, RequestHead, ResponseHeadInit } from 'httpwire'
import { requireObject } from '../checks.ts'
import { isInterim } from '../status/classes.ts'
import { closed } from './errors.ts'
import { type ContentSource, IncomingBody } from './incoming-body.ts'
import type { BodyPiece, BodyPieces, TrailersInit } from './pieces.ts'

/** The request passed to a handler. */
export interface ServerRequest {
  /** The request-line and header section. */
  readonly head: RequestHead
  /** The content. Reading it sends a 100 (Continue) to a client that waits for one. */
  readonly body: IncomingBody
  /**
   * Aborted when the connection fails, or a timeout ends it, before the response is complete. A client that
   * has ended only its side may still be reading; if it is not, the failure shows at the next write.
   */
  readonly signal: AbortSignal
  /**
   * Sends an interim response, for example 103 (Early Hints). Does nothing for an HTTP/1.0 request.
   *
   * @throws RangeError unless the status is from 100 to 199, other than 101.
   */
  readonly sendInterim: (head: ResponseHeadInit) => void
}

/** The response returned by a handler. */
export interface ServerResponse {
  /** A final status, or 101. */
  readonly status: number
  /** The registered reason phrase by default. */
  readonly reason?: string | undefined
  /** Connection, Date, Content-Length and Transfer-Encoding are added where needed. */
  readonly headers?: FieldsInit | undefined
  /** Text is sent as UTF-8. Another iterable is streamed, chunked unless `headers` define the framing. */
  readonly body?: BodyPiece | BodyPieces | null | undefined
  /** The trailer section; a function is called after the content. Ignored for HEAD, HTTP/1.0, 204 and 304. */
  readonly trailers?: TrailersInit | undefined
  /**
   * Required with 101, and with 2xx to CONNECT: takes over the stream, and `rest`, the bytes already read from
   * it. It must listen for the stream's `error` before it returns or its promise is settled.
   */
  readonly upgrade?: (duplex: Duplex, rest: Uint8Array) => void | Promise<void>
}

/**
 * Answers a request, at once or later. If it throws, the client gets a 500, or for invalid content of the
 * request the status of that error.
 */
export type Handler = (request: ServerRequest) => ServerResponse | Promise<ServerResponse>

/** The part of a connection that an exchange uses. */
export interface ExchangeHost {
  readonly content: Omit<ContentSource, 'abandon'>
  /** Whether `exchange` is the current one. */
  isCurrent(exchange: Exchange): boolean
  sendInterim(head: ResponseHeadInit): void
}

/** One request and the response to it. */
export class Exchange implements ServerRequest, ContentSource {
  readonly head: RequestHead
  // Not `#private`, for speed, as in Fields: one is created per request.
  private readonly host: ExchangeHost
  private content: IncomingBody | undefined = undefined
  private aborter: AbortController | undefined = undefined
  private aborted = false
  private onAbort: (() => void) | undefined = undefined

  constructor(host: ExchangeHost, head: RequestHead) {
    this.head = head
    this.host = host
  }

  get body(): IncomingBody {
    this.content ??= new IncomingBody(this, this.head)
    return this.content
  }

  get signal(): AbortSignal {
    this.aborter ??= new AbortController()
    if (this.aborted) this.aborter.abort()
    return this.aborter.signal
  }

  /** Whether a response may have trailers at all: one to HEAD or to HTTP/1.0 has none. */
  get mayHaveTrailers(): boolean {
    return this.head.method !== 'HEAD' && this.head.version !== '1.0'
  }

  /** The bytes of content that have yet to be read, as far as Content-Length tells. */
  get unread(): number {
    return this.content?.unread ?? this.head.contentLength ?? 0
  }

  get isCurrent(): boolean {
    return this.host.isCurrent(this)
  }

  /** Created on access: handlers may destructure it, so it is bound, but most never use it. */
  get sendInterim(): (head: ResponseHeadInit) => void {
    return (head) => {
      requireObject('the head of an interim response', head)
      if (!isInterim(head.status)) {
        throw new RangeError(
          'an interim response must have a status from 100 to 199, other than 101',
        )
      }
      // RFC 9110 s. 15.2: HTTP/1.0 has no interim responses.
      if (this.head.version === '1.0') return
      if (this.isCurrent) this.host.sendInterim(head)
    }
  }

  readContent(): Data | End | null {
    if (!this.isCurrent) throw this.aborted ? closed() : exchangeOver()
    return this.host.content.readContent()
  }

  /** The connection drops the rest, up to `maxDiscard`, when the response is complete. */
  abandon(): void {}

  more(): Promise<void> {
    return this.host.content.more()
  }

  /** Calls `listener` if the client goes away before the exchange is complete; replaces any other. */
  whenAborted(listener: () => void): void {
    this.onAbort = listener
  }

  /** Called when the client has gone away. */
  abort(): void {
    this.aborted = true
    this.onAbort?.()
    this.aborter?.abort()
  }

  /** Called when the exchange is complete: nothing may abort it any more. */
  over(): void {
    this.aborter = undefined
    this.onAbort = undefined
  }
}

/** The error for reading or sending after the end of an exchange. */
export function exchangeOver(): Error {
  return new Error('the exchange is over')
}
