/**
 * How long a server waits, and how much it puts up with.
 */

import type { ConnectionOptions } from 'httpwire'

/** Options of {@link serveConnection}. Times are in milliseconds, from 1 on; 0 for no limit. */
export interface ServeOptions {
  /** From the first byte of a head to its end; 30 s. Who is slower is answered with 408. */
  readonly headTimeout?: number
  /** From the head of a request to the end of its content, unless a handler leaves that unread; 5 min. */
  readonly requestTimeout?: number
  /** From one exchange to the next, and before the first; 10 s. */
  readonly idleTimeout?: number
  /** For a client to take what is written to it, whenever that is more than it has taken; 1 min. */
  readonly writeTimeout?: number
  /** Bytes of content that are read and dropped when a handler has not asked for them; 256 KiB. */
  readonly maxDiscard?: number
  /** Add a Date to responses without one (RFC 9110 s. 6.6.1); on unless `false`. */
  readonly date?: boolean
  /** What the connection is told: limits and leniencies. */
  readonly connection?: ConnectionOptions
  /** Told of what handlers throw (the client gets a 500), and of what clients do wrong. */
  readonly onError?: (error: unknown) => void
}

export type ServeRules = Required<Omit<ServeOptions, 'connection'>> &
  Pick<ServeOptions, 'connection'>

const DEFAULTS = {
  headTimeout: 30_000,
  requestTimeout: 300_000,
  idleTimeout: 10_000,
  writeTimeout: 60_000,
  maxDiscard: 2 ** 18,
  date: true,
  onError: () => {},
} satisfies ServeOptions

const KNOWN = { ...DEFAULTS, connection: undefined }

/** @throws TypeError or RangeError naming the option that is wrong. */
export function completeServeOptions(options: ServeOptions = {}): ServeRules {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(KNOWN, name)) {
      throw new TypeError(`unknown option ${name}; known: ${Object.keys(KNOWN).join(', ')}`)
    }
    const usual = KNOWN[name as keyof typeof KNOWN]
    if (typeof usual === 'number' && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new RangeError(`${name} must be an integer from 0 on, not ${value}`)
    }
    if (typeof usual !== 'number' && usual !== undefined && typeof value !== typeof usual) {
      throw new TypeError(`${name} must be a ${typeof usual}`)
    }
  }
  return { ...DEFAULTS, ...options }
}
