/**
 * The options of a server, their defaults and checks: timeouts, limits, reporting of errors.
 */

import { type ConnectionOptions, HttpError, type RequestHead } from 'httpwire'
import {
  ownOptions,
  requireBoolean,
  requireFunction,
  requireInteger,
  requireObject,
} from '../checks.ts'

/** Options of {@link serveConnection}. Times are in milliseconds, from 1 on; 0 for no limit. */
export interface ServeOptions {
  /** From the first byte of a head to its end; 30 s. A slower client gets a 408. */
  readonly headTimeout?: number
  /** From the head of a request to the end of its content, unless the handler leaves it unread; 5 min. */
  readonly requestTimeout?: number
  /** Between exchanges, and before the first one; 10 s. */
  readonly idleTimeout?: number
  /** For a client to accept what was written, while some of it is still buffered; 1 min. */
  readonly writeTimeout?: number
  /** Bytes of content that are read and dropped after a handler has left them unread; 256 KiB. */
  readonly maxDiscard?: number
  /** Adds a Date field to responses without one (RFC 9110 s. 6.6.1); `true` by default. */
  readonly date?: boolean
  /** Options of the connection: limits and leniencies. */
  readonly connection?: ConnectionOptions
  /**
   * Called with errors that handlers throw (the client gets a 500), along with the request, with violations
   * by clients, and with failures of connections. By default, handlers' errors go to `console.error`.
   */
  readonly onError?: (error: unknown, request?: RequestHead) => void
}

export type ServeRules = Required<Omit<ServeOptions, 'connection'>> &
  Pick<ServeOptions, 'connection'>

/** Logs only errors of handlers, which come with a request, not those of clients or connections. */
function reportHandler(error: unknown, request?: RequestHead): void {
  const theirs = error instanceof HttpError && error.side === 'remote'
  if (request === undefined || theirs) return
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
