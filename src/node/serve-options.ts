/**
 * What a program passes to `serveConnection` beside the handler, and gets back: the options of a server, with
 * their defaults and checks, and the connection.
 */

import type { RequestHead, ServerConnection, ServerConnectionOptions } from 'httpwire'
import {
  type Complete,
  ownOptions,
  requireBoolean,
  requireFunction,
  requireInteger,
  requireObject,
} from '../checks.ts'
import { statusOfPeerError } from './errors.ts'

/** A connection that is being served. */
export interface ServedConnection {
  /** Resolves when the connection has ended or has been handed over; never rejects. */
  readonly closed: Promise<void>
  /** Ends the connection after the current exchange, or at once if there is none. */
  readonly shutdown: () => Promise<void>
  /** The underlying state machine, for inspection only. */
  readonly connection: ServerConnection
}

/** Options of {@link serveConnection}. Times are in milliseconds, from 1 on; 0 for no limit. */
export interface ServeOptions {
  /** From the first byte of a head to its end; 30 s. A slower client gets a 408. */
  readonly headTimeout?: number | undefined
  /** How long a handler may wait for the content of one request, in all; 5 min. A slower client gets a 408. */
  readonly requestTimeout?: number | undefined
  /** Between exchanges, and before the first one; 10 s. The connection then ends without a response. */
  readonly idleTimeout?: number | undefined
  /** For a client to accept what was written, while some of it is still buffered; 1 min. */
  readonly writeTimeout?: number | undefined
  /**
   * Bytes of content that are dropped after a handler has left them unread, so that the connection can carry
   * further requests; 256 KiB. More end the connection.
   */
  readonly maxDiscard?: number | undefined
  /**
   * Adds a Date field to responses without one (RFC 9110 s. 6.6.1), by the system's clock unless `connection`
   * has another; `true` by default.
   */
  readonly date?: boolean | undefined
  /** Options of the connection: limits, leniencies and others. */
  readonly connection?: ServerConnectionOptions | undefined
  /**
   * Called with errors of handlers and of the responses that they return, along with the request: the client
   * gets a 500, or the error's `status` if the content of the request caused it. Called without a request
   * for violations of HTTP by clients (`HttpError`), timeouts other than `idleTimeout`
   * ({@link ConnectionError}), and errors of the stream. What a handler throws after its exchange has been cut
   * off is not reported, since that is usually the cause. By default, only errors for which handlers are to
   * blame go to `console.error`. What it throws itself becomes an uncaught exception.
   */
  readonly onError?: ((error: unknown, request?: RequestHead) => void) | undefined
}

export type ServeRules = Complete<Omit<ServeOptions, 'connection'>> &
  Pick<ServeOptions, 'connection'>

/** Logs only errors of handlers, which come with a request, not those of clients or connections. */
function reportHandler(error: unknown, request?: RequestHead): void {
  if (request === undefined || statusOfPeerError(error) !== undefined) return
  console.error(`httpwire: the handler of ${request.method} ${request.target} failed:`, error)
}

const DEFAULTS = {
  headTimeout: 30_000,
  requestTimeout: 300_000,
  idleTimeout: 10_000,
  writeTimeout: 60_000,
  maxDiscard: 2 ** 18,
  date: true,
  onError: reportHandler,
} satisfies ServeOptions

const KNOWN = { ...DEFAULTS, connection: 0 } satisfies Record<keyof ServeOptions, unknown>

const COUNTS = [
  'headTimeout',
  'requestTimeout',
  'idleTimeout',
  'writeTimeout',
  'maxDiscard',
] as const

/** @throws TypeError or RangeError naming the invalid option. */
export function completeServeOptions(options: ServeOptions = {}): ServeRules {
  const rules = { ...DEFAULTS, ...ownOptions(options, KNOWN) }
  for (const name of COUNTS) requireInteger(name, rules[name], 0)
  requireBoolean('date', rules.date)
  requireFunction('onError', rules.onError)
  if (rules.connection !== undefined) requireObject('connection', rules.connection)
  return rules
}

/**
 * Calls `onError`. What it throws becomes an uncaught exception, but later: the connection has yet to send its
 * response, or to end.
 */
export function report({ onError }: ServeRules, error: unknown, request?: RequestHead): void {
  try {
    if (request === undefined) onError(error)
    else onError(error, request)
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown
    })
  }
}
