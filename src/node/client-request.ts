/**
 * What a client's program states and is given: requests, their options, responses.
 */

import type { Duplex } from 'node:stream'
import {
  type ConnectionOptions,
  Fields,
  type FieldsInit,
  type RequestHeadInit,
  type ResponseHead,
} from 'httpwire'
import type { IncomingBody } from './incoming-body.ts'
import { type BodyPiece, bytesOf, isPieces, type Pieces } from './pieces.ts'

/** A request to be sent. */
export interface ClientRequest {
  /** GET unless given. */
  readonly method?: RequestHeadInit['method']
  readonly target: string
  /** HTTP/1.1 needs a Host. */
  readonly headers?: FieldsInit
  /** Text is sent as UTF-8. What is iterable is sent as it comes, chunked unless headers say otherwise. */
  readonly body?: BodyPiece | Pieces | null
  readonly trailers?: FieldsInit | (() => FieldsInit)
}

/** Options of {@link requestOver}. Times are in milliseconds; 0 for no limit. */
export interface RequestOptions {
  /** From the request's last byte, or the last sign of a response, to the response's head; 30 s. */
  readonly responseTimeout?: number
  /** For the next piece of the response's content, when it is asked for; 1 min. */
  readonly bodyTimeout?: number
  /** How long a 100 (Continue) that was asked for is waited for, before content is sent anyway; 1 s. */
  readonly continueTimeout?: number
  /** Told of interim responses: 103 (Early Hints), say. */
  readonly onInterim?: (head: ResponseHead) => void
  /** Ends the request, and the connection with it, until the response has been read. */
  readonly signal?: AbortSignal
  /** What the connection is told when it is made: at its first request. */
  readonly connection?: ConnectionOptions
}

/** A response, its content to be read. */
export interface ClientResponse {
  readonly head: ResponseHead
  readonly body: IncomingBody
  /**
   * Whether the stream can be used for a next request when the content has been read; `false` if it
   * has been handed over.
   */
  readonly reusable: boolean
  /** Behind 101, or 2xx to CONNECT: the stream, and the bytes that have been read of it. */
  readonly upgrade?: { readonly duplex: Duplex; readonly rest: Uint8Array }
}

/** The head of a request, with the framing that its content needs where it does not say so itself. */
export function headOf({ method = 'GET', target, headers, body, trailers }: ClientRequest) {
  const fields = Fields.from(headers ?? [])
  if (!fields.has('Content-Length') && !fields.has('Transfer-Encoding')) {
    if (isPieces(body) || trailers !== undefined) fields.append('Transfer-Encoding', 'chunked')
    else if (fields.has('Expect') && body !== null && body !== undefined) {
      fields.append('Content-Length', String(bytesOf(body).length))
    }
  }
  return { method, target, headers: fields }
}
