/**
 * What there is to report of a stream, and what turns it into output. A report is text and nothing
 * else: where it goes is not known here.
 */

import type { Fields, HttpError, RequestHead, ResponseHead } from '../index.ts'
import type { BodySample } from './body-sample.ts'
import type { DecodedBody } from './decoded-body.ts'

export type Head = RequestHead | ResponseHead

/** A message of which at least the head has been read. */
export interface MessageReport {
  readonly head: Head
  /** Chunks with data, of a chunked body; else `null`. */
  chunks: number | null
  readonly body: BodySample
  /** Where codings are to be undone, and there are any. */
  readonly decoded: DecodedBody | undefined
}

/** The bytes after a message that leaves HTTP, or offers to. */
export interface RestReport {
  readonly head: Head
  readonly offset: number
  readonly bytes: BodySample
}

/** A broken rule, and where. */
export interface ErrorReport {
  readonly error: HttpError
  /** Some bytes of the stream around the error, and the offset of the first. */
  readonly context: { readonly offset: number; readonly bytes: Uint8Array }
  /** Complete messages before it. */
  readonly messages: number
  /** The message that was being read, if its head was good. */
  readonly incomplete: MessageReport | undefined
}

/** Each method returns the text to print, which may be empty. */
export interface Reporter {
  /** As soon as a head has been read. `number` counts messages, from 1; `decode`: codings are undone. */
  head(head: Head, number: number, decode: boolean): string
  /** Once the message is complete. `end` is the offset of the byte after it. */
  end(message: MessageReport, trailers: Fields, end: number): string
  rest(rest: RestReport): string
  /** What standard output says of an error. */
  error(report: ErrorReport): string
  /** What standard error says of it. */
  failure(report: ErrorReport): string
  /** At the end of input without an error. */
  total(messages: number, bytes: number): string
}
