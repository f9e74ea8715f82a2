/**
 * What a program passes to {@link requestOver} and gets back: requests, options, responses. Option
 * defaults and checks are here, as is the choice of message framing for a request's content.
 */

import type { Duplex } from 'node:stream'
import {
  type ClientConnectionOptions,
  Fields,
  type FieldsInit,
  type RequestHeadInit,
  type ResponseHead,
} from 'httpwire'
import {
  type Complete,
  ownOptions,
  requireFunction,
  requireInteger,
  requireObject,
  show,
} from '../checks.ts'
import { withChunked, withLength } from './add-framing.ts'
import type { IncomingBody } from './incoming-body.ts'
import { type BodyPiece, type BodyPieces, isLarge, isPieces, type TrailersInit } from './pieces.ts'

/** A request to be sent. */
export interface ClientRequest {
  /** GET unless given. */
  readonly method?: RequestHeadInit['method'] | undefined
  /** In one of the four forms of RFC 9112 s. 3.2, usually origin-form: `/path?query`. */
  readonly target: string
  /** HTTP/1.1 requires a Host. */
  readonly headers?: FieldsInit | undefined
  /** Text is sent as UTF-8. Another iterable is streamed, chunked unless `headers` define the framing. */
  readonly body?: BodyPiece | BodyPieces | null | undefined
  /** The trailer section; a function is called once the content has been sent. */
  readonly trailers?: TrailersInit | undefined
}

/** Options of {@link requestOver}. Times are in milliseconds, from 1 on; 0 for no limit. */
export interface RequestOptions {
  /**
   * From the request's last byte, or the latest interim response, to the final response's head; 30 s. Also
   * limits how long the server takes to accept each piece of content that is sent before its response.
   */
  readonly responseTimeout?: number | undefined
  /** For the next piece of the response's content, while the program is reading; 1 min. */
  readonly bodyTimeout?: number | undefined
  /** How long to wait for an expected 100 (Continue) before sending the content anyway; 1 s. */
  readonly continueTimeout?: number | undefined
  /** Called with the head of each interim response, for example 103 (Early Hints). */
  readonly onInterim?: ((head: ResponseHead) => void) | undefined
  /**
   * Aborts the request, and the connection with it, until the response has been read. A request whose
   * turn has not come is only withdrawn.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * Options of the connection: limits, leniencies, `maxInterimResponses`. Those of the first request on a
   * stream apply to all of its requests; later ones are ignored.
   */
  readonly connection?: Omit<ClientConnectionOptions, 'pipelining'> | undefined
}

/** A response whose content has yet to be read. */
export interface ClientResponse {
  /** The head of the final response; `onInterim` receives the others. */
  readonly head: ResponseHead
  /** The content, streamed. */
  readonly body: IncomingBody
  /**
   * Whether the stream can carry another request, once the content has been read; `false` after an
   * upgrade, and once the stream has ended or failed.
   */
  readonly reusable: boolean
  /** After 101, or 2xx to CONNECT: the stream, and the bytes already read from it. */
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

export type RequestRules = Complete<Omit<RequestOptions, 'signal' | 'connection'>> &
  Pick<RequestOptions, 'signal' | 'connection'>

/** @throws TypeError or RangeError naming the invalid option. */
export function completeRequestOptions(options: RequestOptions): RequestRules {
  const rules = { ...DEFAULTS, ...ownOptions(options, KNOWN) }
  for (const name of TIMES) requireInteger(name, rules[name], 0)
  requireFunction('onInterim', rules.onInterim)
  const { signal, connection } = rules
  if (signal !== undefined && !isSignal(signal)) {
    throw new TypeError(`signal must be an AbortSignal, not ${show(signal)}`)
  }
  if (connection !== undefined) requireObject('connection', connection)
  return rules
}

/** An EventTarget alone never tells that it has been aborted. */
function isSignal(signal: AbortSignal | null): boolean {
  return typeof signal?.addEventListener === 'function' && typeof signal.aborted === 'boolean'
}

/** The head of a request, with a framing field if the content needs one and `headers` have none. */
export function headOf({ method = 'GET', target, headers, body, trailers }: ClientRequest) {
  const fields = Fields.from(headers ?? [])
  const isGiven = body !== null && body !== undefined
  if (isPieces(body) || trailers !== undefined) {
    return { method, target, headers: withChunked(fields) }
  }
  if (isLarge(body) || (isGiven && fields.has('Expect'))) {
    return { method, target, headers: withLength(fields, body) }
  }
  return { method, target, headers: fields }
}
