/**
 * What a connection is told when it is made: what its parser and its serializer are told, and a few
 * things of its own.
 */

import { ownOptions, requireBoolean, requireFunction, requireInteger } from '../checks.ts'
import type { Leniency, Limits } from '../limits.ts'
import type { ParserOptions } from '../parser/options.ts'
import type { SerializerOptions } from '../serializer/options.ts'

/** What {@link ServerConnection} and {@link ClientConnection} can both be told. */
export interface ConnectionOptions {
  /** Limits other than {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>
  /** Rules to be widened; none by default. */
  readonly leniency?: Partial<Leniency>
  /** As {@link ParserOptions.copy}. */
  readonly copy?: boolean
  /** As {@link ParserOptions.chunkBoundaries}. */
  readonly chunkBoundaries?: boolean
  /** As {@link SerializerOptions.verbatim}. */
  readonly verbatim?: boolean
  /** As {@link SerializerOptions.allowAnomalies}. */
  readonly allowAnomalies?: boolean
}

/** Options of {@link ServerConnection}. */
export interface ServerConnectionOptions extends ConnectionOptions {
  /**
   * A clock: the value of Date for final responses that have none, as an origin server that has a
   * clock must send it (RFC 9110 s. 6.6.1). None is added unless given.
   */
  readonly date?: () => string
}

/** Options of {@link ClientConnection}. */
export interface ClientConnectionOptions extends ConnectionOptions {
  /** Let requests be sent before the responses to earlier ones are complete. Off unless given. */
  readonly pipelining?: boolean
  /** Interim (1xx) responses to one request; 32 unless given. */
  readonly maxInterimResponses?: number
}

/** The options, sorted by whom they are for. */
export interface SplitOptions {
  readonly parser: ParserOptions | undefined
  readonly serializer: SerializerOptions | undefined
  readonly date: (() => string) | undefined
  readonly pipelining: boolean
  readonly maxInterimResponses: number
}

const DEFAULT_INTERIM_RESPONSES = 32

const DEFAULTS: SplitOptions = {
  parser: undefined,
  serializer: undefined,
  date: undefined,
  pipelining: false,
  maxInterimResponses: DEFAULT_INTERIM_RESPONSES,
}

const COMMON = {
  limits: 0,
  leniency: 0,
  copy: 0,
  chunkBoundaries: 0,
  verbatim: 0,
  allowAnomalies: 0,
} satisfies Record<keyof ConnectionOptions, 0>

const SERVER = { ...COMMON, date: 0 } satisfies Record<keyof ServerConnectionOptions, 0>

const CLIENT = { ...COMMON, pipelining: 0, maxInterimResponses: 0 } satisfies Record<
  keyof ClientConnectionOptions,
  0
>

/** @throws TypeError or RangeError naming the option that is wrong. */
export function splitServerOptions(options: ServerConnectionOptions | undefined): SplitOptions {
  return options === undefined ? DEFAULTS : split(ownOptions(options, SERVER))
}

/** @throws TypeError or RangeError naming the option that is wrong. */
export function splitClientOptions(options: ClientConnectionOptions | undefined): SplitOptions {
  return options === undefined ? DEFAULTS : split(ownOptions(options, CLIENT))
}

function split({
  date,
  verbatim,
  pipelining = false,
  maxInterimResponses = DEFAULT_INTERIM_RESPONSES,
  allowAnomalies,
  ...parser
}: ServerConnectionOptions & ClientConnectionOptions): SplitOptions {
  if (date !== undefined) requireFunction('date', date)
  requireInteger('maxInterimResponses', maxInterimResponses, 0)
  return {
    parser,
    serializer: {
      ...(verbatim === undefined ? {} : { verbatim }),
      ...(allowAnomalies === undefined ? {} : { allowAnomalies }),
    },
    date,
    pipelining: requireBoolean('pipelining', pipelining),
    maxInterimResponses,
  }
}
