/**
 * Parses both directions of a captured connection: each response is matched to the request that it
 * answers, and the bytes after a switch of protocols are kept apart.
 */

import {
  Fields,
  HttpError,
  type ParserOptions,
  type RequestEvent,
  type RequestHead,
  RequestParser,
  type ResponseEvent,
  type ResponseHead,
  ResponseParser,
} from '../../src/index.ts'
import type { CapturedConnection } from '../fixtures/captures/load-captures.mjs'
import { latin1 } from './wire-text.ts'

type Side = 'client' | 'server'
type Read = readonly [side: Side, bytes: Uint8Array]

/** A message, read to its end or as far as it goes. */
export interface ReplayedMessage<Head> {
  readonly head: Head
  readonly body: Uint8Array
  readonly trailers: Fields
  /** Whether its end was seen. */
  readonly whole: boolean
}

/** The result for one direction of a connection. */
export interface Direction<Head> {
  readonly messages: ReplayedMessage<Head>[]
  /** The error that ended it, if any. */
  readonly error: HttpError | null
  /** The bytes after a switch of protocols; `null` if there was none. */
  readonly tunnel: Uint8Array | null
}

export interface Replay {
  readonly requests: Direction<RequestHead>
  readonly responses: Direction<ResponseHead>
}

/** The reads of a connection, in the order in which they were captured. */
export function readsOf({ reads, request, response }: CapturedConnection): Read[] {
  const at = { client: 0, server: 0 }
  const bytes = { client: request, server: response }
  return reads.map(([side, length]) => {
    const start = at[side]
    at[side] += length
    return [side, (bytes[side] ?? new Uint8Array(0)).subarray(start, start + length)]
  })
}

/** The same bytes in other pieces; the order between the two sides stays the same. */
export function cutReads(reads: readonly Read[], cut: (bytes: Uint8Array) => Uint8Array[]): Read[] {
  return reads.flatMap(([side, bytes]) => cut(bytes).map((piece): Read => [side, piece]))
}

/** Parses both directions, in the order of the reads; strictly by default. */
export function replay(reads: readonly Read[], options: ParserOptions = {}): Replay {
  // Trailers outlive their chunk here, and have no detach() of their own.
  const client = new Reader<RequestHead>(new RequestParser({ ...options, copy: true }))
  const parser = new ResponseParser({ ...options, copy: true })
  const server = new Reader<ResponseHead>(parser)
  for (const [side, bytes] of reads) {
    if (side === 'client') {
      for (const { method } of client.push(bytes)) parser.respondsTo(method)
      continue
    }
    for (const head of server.push(bytes)) {
      // The request side leaves HTTP when the response switches, and resumes when it declines.
      if (server.switched) client.leave()
      else if (!head.informational) client.resume((method) => parser.respondsTo(method))
    }
  }
  return { requests: client.finish(), responses: server.finish() }
}

class Reader<Head extends RequestHead | ResponseHead> {
  readonly #parser: RequestParser | ResponseParser
  readonly #messages: ReplayedMessage<Head>[] = []
  #message: { head: Head; pieces: Uint8Array[] } | undefined
  #tunnel: Uint8Array[] | undefined
  #error: HttpError | null = null

  constructor(parser: RequestParser | ResponseParser) {
    this.#parser = parser
  }

  get switched(): boolean {
    return this.#tunnel !== undefined
  }

  /** Returns the heads that `bytes` complete. */
  push(bytes: Uint8Array): Head[] {
    if (this.#tunnel !== undefined) {
      this.#tunnel.push(bytes)
      return []
    }
    if (this.#error !== null) return []
    this.#parser.push(bytes)
    const heads = this.#read()
    // The response itself decides on the switch, so there is no answer to wait for.
    if (this.#parser instanceof ResponseParser && this.#parser.switching) this.leave()
    return heads
  }

  leave(): void {
    if (this.#tunnel === undefined) this.#tunnel = [this.#parser.takeRest()]
  }

  resume(onMethod: (method: string) => void): void {
    if (!this.#parser.switching) return
    this.#parser.resume()
    for (const head of this.#read()) if (head.type === 'request') onMethod(head.method)
  }

  finish(): Direction<Head> {
    if (this.#tunnel === undefined && this.#error === null) {
      this.#parser.finish()
      this.#read()
    }
    this.#keep(false, new Fields())
    const tunnel = this.#tunnel === undefined ? null : joined(this.#tunnel)
    return { messages: this.#messages, error: this.#error, tunnel }
  }

  #read(): Head[] {
    const heads: Head[] = []
    try {
      const events: Iterable<RequestEvent | ResponseEvent> = this.#parser
      for (const event of events) {
        if (event.type === 'data') this.#message?.pieces.push(event.bytes)
        else if (event.type === 'end') this.#keep(true, event.trailers)
        else if (event.type !== 'chunk') {
          const head = event as Head
          this.#message = { head, pieces: [] }
          heads.push(head)
        }
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      this.#error = error
    }
    return heads
  }

  #keep(whole: boolean, trailers: Fields): void {
    const message = this.#message
    if (message === undefined) return
    this.#messages.push({ head: message.head, body: joined(message.pieces), trailers, whole })
    this.#message = undefined
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces))
}

/** A replay as JSON, for comparison with another replay of the same bytes. */
export function plainReplay({ requests, responses }: Replay): string {
  return JSON.stringify([requests, responses].map(plainDirection))
}

function plainDirection({ messages, error, tunnel }: Direction<RequestHead | ResponseHead>) {
  return {
    messages: messages.map(({ head, body, trailers, whole }) => ({
      head: head.toJSON(),
      bytes: latin1(head.bytes),
      body: latin1(body),
      trailers: [...trailers],
      whole,
    })),
    error,
    tunnel: tunnel && latin1(tunnel),
  }
}
