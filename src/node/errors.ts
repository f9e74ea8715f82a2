/**
 * Errors other than `HttpError`, and whose fault an error is: a handler's own errors are answered with 500 and
 * logged, those of a peer are answered with their status.
 */

import { HttpError, type RequestHead, type ResponseHead } from 'httpwire'

/** The options of which a {@link ConnectionError} may say that their time was up. */
export type TimeoutName =
  | 'responseTimeout'
  | 'bodyTimeout'
  | 'headTimeout'
  | 'requestTimeout'
  | 'writeTimeout'

const LATE: Record<TimeoutName, string> = {
  responseTimeout: 'the server took longer than responseTimeout',
  bodyTimeout: 'the next piece of content took longer than bodyTimeout',
  headTimeout: 'the head of the request took longer than headTimeout',
  requestTimeout: 'the content of the request took longer than requestTimeout',
  writeTimeout: 'the client took longer than writeTimeout to accept a response',
}

/** A connection that failed without a violation of HTTP, which would be an `HttpError`. */
export class ConnectionError extends Error {
  /**
   * `ETIMEDOUT` after a timeout; `ECONNRESET` if the connection was closed; `UNSENT` if it can take no more
   * requests: nothing of this one was sent, so that it can be sent over another connection. `cause` is what
   * made the connection fail, if anything did.
   */
  readonly code: 'ETIMEDOUT' | 'ECONNRESET' | 'UNSENT'
  /** With `ETIMEDOUT`, the option whose time was up. */
  readonly timeout: TimeoutName | undefined

  /** @internal */
  constructor(code: ConnectionError['code'], message: string, options: Options = {}) {
    const { timeout, cause } = options
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.timeout = timeout
  }

  override get name(): 'ConnectionError' {
    return 'ConnectionError'
  }
}

interface Options {
  readonly timeout?: TimeoutName
  readonly cause?: unknown
}

export function timedOut(timeout: TimeoutName): ConnectionError {
  return new ConnectionError('ETIMEDOUT', LATE[timeout], { timeout })
}

export function closed(): ConnectionError {
  return new ConnectionError('ECONNRESET', 'the connection was closed')
}

/** `cause` is what made the connection fail; `undefined` if it ended in good order. */
export function unsent(cause: unknown): ConnectionError {
  const why = cause instanceof Error ? cause.message : 'the connection takes no more requests'
  return new ConnectionError('UNSENT', `the request was not sent: ${why}`, { cause })
}

/** The statuses that answer invalid content (RFC 9110 s. 15.5.1, 15.6.3). */
const BAD_REQUEST = 400
const BAD_GATEWAY = 502

/** Content that is not JSON. */
export class JsonError extends SyntaxError {
  /** The status to answer with, as that of an `HttpError`. */
  readonly status: number

  /** `cause` is the error of `JSON.parse`. */
  constructor(kind: (RequestHead | ResponseHead)['type'], cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    super(`the content is not JSON: ${detail}`, { cause })
    this.status = kind === 'request' ? BAD_REQUEST : BAD_GATEWAY
  }
}

/** The status for an error that is the peer's fault; `undefined` for one of the program. */
export function statusOfPeerError(error: unknown): number | undefined {
  if (error instanceof JsonError) return error.status
  return error instanceof HttpError && error.side === 'remote' ? error.status : undefined
}
