/**
 * What can be reported about a stream, and the interface that turns it into text. `run.ts` decides
 * where the text goes.
 */

import type { Fields, HttpError, RequestHead, ResponseHead } from '../index.ts'
import type { BodySample } from './body-sample.ts'
import type { DecodedBody } from './decoded-body.ts'

export type Head = RequestHead | ResponseHead

/** A message whose head has been read. */
export interface MessageReport {
  readonly head: Head
  /** The number of chunks with data in a chunked body, otherwise `null`. */
  chunks: number | null
  readonly body: BodySample
  /** Set if codings are to be undone and the message has any. */
  readonly decoded: DecodedBody | undefined
}

/** The bytes after a message that leaves HTTP, or offers to. */
export interface RestReport {
  readonly head: Head
  readonly offset: number
  readonly bytes: BodySample
}

/** A broken rule, and its place. */
export interface ErrorReport {
  readonly error: HttpError
  /** Some bytes of the stream around the error, and the offset of the first. */
  readonly context: { readonly offset: number; readonly bytes: Uint8Array }
  /** The number of complete messages before the error. */
  readonly messages: number
  /** The message that was being read, if its head was valid. */
  readonly incomplete: MessageReport | undefined
}

/** Each method returns the text to print, which may be empty. */
export interface Reporter {
  /** Called when a head has been read. `number` counts from 1; `decode` says that codings are undone. */
  head(head: Head, number: number, decode: boolean): string
  /** Called when the message is complete. `end` is the offset of the byte after it. */
  end(message: MessageReport, trailers: Fields, end: number): string
  rest(rest: RestReport): string
  /** What standard output shows of an error. */
  error(report: ErrorReport): string
  /** What standard error shows of it. */
  failure(report: ErrorReport): string
  /** Called at the end of the input if there was no error. */
  total(messages: number, bytes: number): string
}
