/**
 * The public types of the heads that parsers emit. They are interfaces so that `parsed-head.ts` can
 * decode lazily and a test can write a head as a literal.
 */

import type { Anomaly } from './anomalies.ts'
import type { Fields } from './fields.ts'
import type { Framing } from './judgement.ts'
import type { Method } from './methods.ts'
import type { TargetForm } from './target.ts'

/** A protocol version; a message that says HTTP/1.2 to HTTP/1.9 is read as 1.1 (RFC 9110 s. 2.5). */
export type Version = '1.0' | '1.1'

/**
 * What the heads of requests and responses have in common.
 *
 * A parsed head borrows the one or two chunks that contain it until {@link MessageHead.detach}: its text is
 * decoded when it is first asked for. If a chunk has been transferred away by then, that throws an HttpError
 * (`WRONG_STATE`, `side: 'local'`).
 */
export interface MessageHead {
  /** The version the message is read as. */
  readonly version: Version
  /** The header section. */
  readonly headers: Fields
  /** What determines where the body ends (RFC 9112 s. 6.3). */
  readonly framing: Framing
  /**
   * The value of Content-Length. `null` if it is absent, or ignored: beside Transfer-Encoding, and in a
   * 1xx, a 204 and a 2xx to CONNECT. In a response to HEAD and in a 304 it is the length that the
   * content would have had.
   */
  readonly contentLength: number | null
  /** Whether another message may follow this one on the connection (RFC 9112 s. 9.3). */
  readonly keepAlive: boolean
  /** The content codings in the order in which they were applied, in lower case: `['gzip']`. */
  readonly contentCodings: readonly string[]
  /** The transfer codings likewise, without parameters: `['gzip', 'chunked']`. */
  readonly transferCodings: readonly string[]
  /** Defects in the head that were accepted; empty for nearly every message. */
  readonly anomalies: readonly Anomaly[]
  /**
   * The head as it came, from the start-line to the empty line: a view into the chunk that was
   * pushed, or into a copy if the head came in several chunks, made at the latest when you ask for it.
   */
  readonly bytes: Uint8Array
  /** The offset of the start-line, counted from the first byte pushed. */
  readonly offset: number
  /** Copies what the head needs, so that it no longer keeps chunks alive. Returns the head itself. */
  detach(): this
}

/** The head of a request: its request-line and header section. */
export interface RequestHead extends MessageHead {
  readonly type: 'request'
  /** The method; methods are case-sensitive (RFC 9110 s. 9.1). */
  readonly method: Method | (string & {})
  /** The request-target as it was sent. */
  readonly target: string
  /** Which of the four forms the target has (RFC 9112 s. 3.2); it is one that the method allows. */
  readonly targetForm: TargetForm
  /**
   * Whether the client offers to leave HTTP after this request: by CONNECT, or by an Upgrade field that
   * Connection names, in HTTP/1.1. The parser then waits for `resume()` or `takeRest()`.
   */
  readonly upgrades: boolean
  /** Whether the client waits for a 100 (Continue) before it sends content (RFC 9110 s. 10.1.1). */
  readonly expectsContinue: boolean
  /** What `JSON.stringify` and `console.log` show: everything but `bytes`. */
  toJSON(): RequestHeadJson
}

/** The head of a response: its status-line and header section. */
export interface ResponseHead extends MessageHead {
  readonly type: 'response'
  /** The status code, 100 to 999. */
  readonly status: number
  /** The reason phrase as it was sent, possibly empty. It carries no meaning (RFC 9112 s. 4). */
  readonly reason: string
  /** Whether this is an interim response, to be followed by a final one (RFC 9110 s. 15.2): any 1xx but 101. */
  readonly informational: boolean
  /** Whether the connection leaves HTTP after this head: a 101, or a 2xx to CONNECT. */
  readonly upgrades: boolean
  /** What `JSON.stringify` and `console.log` show: everything but `bytes`. */
  toJSON(): ResponseHeadJson
}

/** A head as plain data: no methods, no bytes, and the fields as pairs. */
type Plain<Head extends MessageHead> = Omit<Head, 'headers' | 'bytes' | 'detach' | 'toJSON'> & {
  readonly headers: [name: string, value: string][]
}

/** A {@link RequestHead} as JSON. */
export interface RequestHeadJson extends Plain<RequestHead> {}

/** A {@link ResponseHead} as JSON. */
export interface ResponseHeadJson extends Plain<ResponseHead> {}
