/**
 * The input types of serializers: messages and events as a program states them. The parser's heads,
 * events and messages have these types too, so a parsed message can be written without conversion.
 */

import type { StatusCode } from '../status/table.ts'
import type { ChunkExtension } from './events.ts'
import type { FieldsInit } from './fields.ts'
import type { Version } from './heads.ts'
import type { Method } from './methods.ts'

/** Content to be written: bytes are written unchanged, text as UTF-8. */
export type ContentInit = Uint8Array | string

/** The head of a request to be written. */
export interface RequestHeadInit {
  readonly type?: 'request' | undefined
  /** A token (RFC 9110 s. 9.1), case-sensitive. */
  readonly method: Method | (string & {})
  /** Visible ASCII in one of the four forms of RFC 9112 s. 3.2; the method must allow the form. */
  readonly target: string
  /** `'1.1'` unless given. */
  readonly version?: Version | undefined
  /** Written in the order and spelling given; none unless given. HTTP/1.1 needs a Host. */
  readonly headers?: FieldsInit | undefined
}

/** The head of a response to be written. */
export interface ResponseHeadInit {
  readonly type?: 'response' | undefined
  /** An integer from 100 to 999. */
  readonly status: StatusCode | (number & {})
  /** By default the phrase that the registry recommends, which may be none. */
  readonly reason?: string | undefined
  /** `'1.1'` unless given. */
  readonly version?: Version | undefined
  /** Written in the order and spelling given; none unless given. */
  readonly headers?: FieldsInit | undefined
}

/** Content to be written, without the chunked coding. */
export interface DataInit {
  readonly type: 'data'
  /** Bytes are passed on by reference: do not change them until they are sent. */
  readonly bytes: ContentInit
}

/** The beginning of a chunk; its data follows. A size of 0 begins the last chunk. */
export interface ChunkInit {
  readonly type: 'chunk'
  /** The total length in bytes of the `data` events of this chunk. */
  readonly size: number
  /** None unless given. */
  readonly extensions?: readonly ChunkExtension[] | undefined
}

/** The end of a message to be written. */
export interface EndInit {
  readonly type: 'end'
  /** The trailer section; only the chunked coding can carry one. */
  readonly trailers?: FieldsInit | undefined
}

/** What a {@link RequestSerializer} takes: a head, data (and chunk) events, an end. */
export type RequestEventInit = RequestHeadInit | DataInit | ChunkInit | EndInit

/** What a {@link ResponseSerializer} takes: a head, data (and chunk) events, an end. */
export type ResponseEventInit = ResponseHeadInit | DataInit | ChunkInit | EndInit

/** A complete message to be written. */
export interface MessageInit<
  Head extends RequestHeadInit | ResponseHeadInit = RequestHeadInit | ResponseHeadInit,
> {
  /** The start-line and header section. Content-Length is added if needed and framing is not given. */
  readonly head: Head
  /** No content unless given. */
  readonly body?: ContentInit | undefined
  /** No trailers unless given. */
  readonly trailers?: FieldsInit | undefined
}
