/**
 * How long a server waits, and how much it puts up with.
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
  /** From the head of a request to the end of its content, unless a handler leaves that unread; 5 min. */
  readonly requestTimeout?: number
  /** From one exchange to the next, and before the first; 10 s. */
  readonly idleTimeout?: number
  /** For a client to take what was written, while some of it is still buffered; 1 min. */
  readonly writeTimeout?: number
  /** Bytes of content that are read and dropped when a handler has not asked for them; 256 KiB. */
  readonly maxDiscard?: number
  /** Add a Date to responses without one (RFC 9110 s. 6.6.1); on unless `false`. */
  readonly date?: boolean
  /** What the connection is told: limits and leniencies. */
  readonly connection?: ConnectionOptions
  /**
   * Told of what handlers throw (the client gets a 500), with the request; of what clients do wrong, and of
   * what their connections fail with. Unless it is given, what handlers throw goes to `console.error`.
   */
  readonly onError?: (error: unknown, request?: RequestHead) => void
}

export type ServeRules = Required<Omit<ServeOptions, 'connection'>> &
  Pick<ServeOptions, 'connection'>

/** Of what is nobody's mistake here: a handler's error comes with its request. */
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

/** @throws TypeError or RangeError naming the option that is wrong. */
export function completeServeOptions(options: ServeOptions = {}): ServeRules {
  const rules = { ...DEFAULTS, ...ownOptions(options, KNOWN) }
  for (const name of COUNTS) requireInteger(name, rules[name], 0)
  requireBoolean('date', rules.date)
  requireFunction('onError', rules.onError)
  if (rules.connection !== undefined) requireObject('connection', rules.connection)
  return rules
}
