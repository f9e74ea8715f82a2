/**
 * One request and the response to it, as a handler sees them. What it reads and sends goes through
 * the connection, for as long as the exchange is the one under way.
 */

import type { Duplex } from 'node:stream'
import type { Data, End, FieldsInit, RequestHead, ResponseHeadInit } from 'httpwire'
import { isInterim } from '../status/classes.ts'
import { type ContentSource, IncomingBody } from './incoming-body.ts'
import type { BodyPiece, Pieces, TrailersInit } from './pieces.ts'

/** What a handler is given. */
export interface ServerRequest {
  /** What was asked for. */
  readonly head: RequestHead
  /** Its content; a client that waits for a 100 (Continue) is sent one when this is first read. */
  readonly body: IncomingBody
  /**
   * Aborted when the connection has failed before the response is complete. A client that ended only
   * its side may still be reading; that it is not shows on the next write.
   */
  readonly signal: AbortSignal
  /**
   * Sends an interim response: 103 (Early Hints), say. Nothing is sent to HTTP/1.0.
   *
   * @throws RangeError unless its status is from 100 to 199, but for 101.
   */
  readonly sendInterim: (head: ResponseHeadInit) => void
}

/** What a handler gives back. */
export interface ServerResponse {
  /** A final status, or 101. */
  readonly status: number
  /** The phrase that the registry recommends unless given. */
  readonly reason?: string
  /** Connection, Date and how the content is framed are added where they are needed. */
  readonly headers?: FieldsInit
  /** Text is sent as UTF-8. What is iterable is sent as it comes, chunked unless headers say otherwise. */
  readonly body?: BodyPiece | Pieces | null
  /** The trailer section; a function is called once the content has been sent. None go to HEAD, or HTTP/1.0. */
  readonly trailers?: TrailersInit
  /** With 101, or 2xx to CONNECT: takes the stream over, and the bytes that have been read of it. */
  readonly upgrade?: (duplex: Duplex, rest: Uint8Array) => void | Promise<void>
}

/** Answers a request, at once or later. What it throws is answered with 500. */
export type Handler = (request: ServerRequest) => ServerResponse | Promise<ServerResponse>

/** The connection, as far as an exchange needs it. */
export interface ExchangeHost extends ContentSource {
  /** Whether `exchange` is the one under way. */
  isCurrent(exchange: Exchange): boolean
  sendInterim(head: ResponseHeadInit): void
}

/** One request and the response to it. */
export class Exchange implements ServerRequest, ContentSource {
  readonly head: RequestHead
  // As those of Fields: one is made for each request.
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

  /** Whether it is the one under way. */
  get isCurrent(): boolean {
    return this.host.isCurrent(this)
  }

  /** Made when it is asked for: handlers take it out of the request, and most of them never. */
  get sendInterim(): (head: ResponseHeadInit) => void {
    return (head) => {
      if (!isInterim(head.status)) {
        throw new RangeError('an interim response has a status from 100 to 199, but for 101')
      }
      // RFC 9110 s. 15.2: HTTP/1.0 knows of none.
      if (this.head.version === '1.0') return
      if (this.isCurrent) this.host.sendInterim(head)
    }
  }

  readContent(): Data | End | null {
    if (!this.isCurrent) throw gone()
    return this.host.readContent()
  }

  more(): Promise<void> {
    return this.host.more()
  }

  /** Calls `listener`, the only one, when the client has gone before the exchange is complete. */
  whenAborted(listener: () => void): void {
    this.onAbort = listener
  }

  /** The client has gone. */
  abort(): void {
    this.aborted = true
    this.onAbort?.()
    this.aborter?.abort()
  }

  /** It is complete: nothing will abort it. */
  over(): void {
    this.aborter = undefined
    this.onAbort = undefined
  }
}

/** Why nothing more can be read or sent. */
export function gone(): Error {
  return new Error('the exchange is over, or the client has gone')
}
