/**
 * What a client's program states and is given: requests, their options, responses.
 */

import { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import {
  type ConnectionOptions,
  Fields,
  type FieldsInit,
  type RequestHeadInit,
  type ResponseHead,
} from 'httpwire'
import { ownOptions, requireFunction, requireInteger, requireObject, show } from '../checks.ts'
import type { IncomingBody } from './incoming-body.ts'
import { type BodyPiece, isLarge, isPieces, type Pieces, type TrailersInit } from './pieces.ts'

/** A request to be sent. */
export interface ClientRequest {
  /** GET unless given. */
  readonly method?: RequestHeadInit['method']
  /** In one of the four forms of RFC 9112 s. 3.2: `/path?query`, mostly. */
  readonly target: string
  /** HTTP/1.1 needs a Host. */
  readonly headers?: FieldsInit
  /** Text is sent as UTF-8. What is iterable is sent as it comes, chunked unless headers say otherwise. */
  readonly body?: BodyPiece | Pieces | null
  /** The trailer section; a function is called once the content has been sent. */
  readonly trailers?: TrailersInit
}

/** Options of {@link requestOver}. Times are in milliseconds, from 1 on; 0 for no limit. */
export interface RequestOptions {
  /**
   * From the request's last byte, or the last sign of a response, to the response's head; 30 s. Also for
   * the server to take each piece of content that is sent before its response.
   */
  readonly responseTimeout?: number
  /** For the next piece of the response's content, when it is asked for; 1 min. */
  readonly bodyTimeout?: number
  /** How long a 100 (Continue) that was asked for is waited for, before content is sent anyway; 1 s. */
  readonly continueTimeout?: number
  /** Told of interim responses: 103 (Early Hints), say. */
  readonly onInterim?: (head: ResponseHead) => void
  /**
   * Ends the request, and the connection with it, until the response has been read. A request whose turn
   * has not come is only withdrawn.
   */
  readonly signal?: AbortSignal
  /** What the connection is told when it is made: at its first request. */
  readonly connection?: ConnectionOptions
}

/** A response, its content to be read. */
export interface ClientResponse {
  /** That of the final response; `onInterim` is told of the others. */
  readonly head: ResponseHead
  /** Its content, as it comes. */
  readonly body: IncomingBody
  /**
   * Whether the stream can be used for a next request when the content has been read; `false` if it
   * has been handed over.
   */
  readonly reusable: boolean
  /** After 101, or 2xx to CONNECT: the stream, and the bytes that have been read of it. */
  readonly upgrade?: { readonly duplex: Duplex; readonly rest: Uint8Array }
}

const DEFAULTS = {
  responseTimeout: 30_000,
  bodyTimeout: 60_000,
  continueTimeout: 1_000,
  onInterim: () => {},
} satisfies RequestOptions

const KNOWN = { ...DEFAULTS, signal: 0, connection: 0 } satisfies Record<
  keyof RequestOptions,
  unknown
>

const TIMES = ['responseTimeout', 'bodyTimeout', 'continueTimeout'] as const

export type RequestRules = Required<Omit<RequestOptions, 'signal' | 'connection'>> &
  Pick<RequestOptions, 'signal' | 'connection'>

/** @throws TypeError or RangeError naming the option that is wrong. */
export function completeRequestOptions(options: RequestOptions): RequestRules {
  const rules = { ...DEFAULTS, ...ownOptions(options, KNOWN) }
  for (const name of TIMES) requireInteger(name, rules[name], 0)
  requireFunction('onInterim', rules.onInterim)
  const { signal, connection } = rules
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, not ${show(signal)}`)
  }
  if (connection !== undefined) requireObject('connection', connection)
  return rules
}

/** The head of a request, with the framing that its content needs where it does not say so itself. */
export function headOf({ method = 'GET', target, headers, body, trailers }: ClientRequest) {
  const fields = Fields.from(headers ?? [])
  if (!fields.has('Content-Length') && !fields.has('Transfer-Encoding')) {
    if (isPieces(body) || trailers !== undefined) fields.append('Transfer-Encoding', 'chunked')
    else if ((fields.has('Expect') && body !== null && body !== undefined) || isLarge(body)) {
      fields.append('Content-Length', `${Buffer.byteLength(body)}`)
    }
  }
  return { method, target, headers: fields }
}
