/**
 * Options of connections: those of their parser and serializer, and a few of their own.
 */

import { ownOptions, requireBoolean, requireFunction, requireInteger } from '../checks.ts'
import type { ParserOptions } from '../parser/options.ts'
import type { SerializerOptions } from '../serializer/options.ts'

/** Options of both {@link ServerConnection} and {@link ClientConnection}. */
export interface ConnectionOptions extends ParserOptions, SerializerOptions {}

/** Options of {@link ServerConnection}. */
export interface ServerConnectionOptions extends ConnectionOptions {
  /**
   * A clock: returns the value of the Date field for final responses that have none. An origin server
   * with a clock must send Date (RFC 9110 s. 6.6.1). By default, none is added.
   */
  readonly date?: (() => string) | undefined
}

/** Options of {@link ClientConnection}. */
export interface ClientConnectionOptions extends ConnectionOptions {
  /** Allow requests to be sent before the responses to earlier ones are complete. Off by default. */
  readonly pipelining?: boolean | undefined
  /** The maximum number of interim (1xx) responses to one request, 0 or more; 32 by default. */
  readonly maxInterimResponses?: number | undefined
}

interface Parts {
  readonly parser: ParserOptions | undefined
  readonly serializer: SerializerOptions | undefined
}

interface ServerParts extends Parts {
  readonly date: (() => string) | undefined
}

interface ClientParts extends Parts {
  readonly pipelining: boolean
  readonly maxInterimResponses: number
}

const DEFAULT_INTERIM_RESPONSES = 32

// No options, not empty ones: parsers and serializers without options share one set of rules.
const SERVER_DEFAULTS: ServerParts = { parser: undefined, serializer: undefined, date: undefined }

const CLIENT_DEFAULTS: ClientParts = {
  parser: undefined,
  serializer: undefined,
  pipelining: false,
  maxInterimResponses: DEFAULT_INTERIM_RESPONSES,
}

/** The names of the options that only one role has. */
type Own<Options> = Record<Exclude<keyof Options, keyof ConnectionOptions>, 0>

const COMMON = {
  limits: 0,
  leniency: 0,
  copy: 0,
  chunkBoundaries: 0,
  verbatim: 0,
  allowAnomalies: 0,
} satisfies Record<keyof ConnectionOptions, 0>

// Not spread: bundlers would keep that for programs that only parse.
const SERVER = /* @__PURE__ */ Object.assign(
  { date: 0 } satisfies Own<ServerConnectionOptions>,
  COMMON,
)

const CLIENT = /* @__PURE__ */ Object.assign(
  { pipelining: 0, maxInterimResponses: 0 } satisfies Own<ClientConnectionOptions>,
  COMMON,
)

/** @throws TypeError or RangeError naming the option that is wrong. */
export function splitServerOptions(options: ServerConnectionOptions | undefined): ServerParts {
  if (options === undefined) return SERVER_DEFAULTS
  const own = ownOptions(options, SERVER)
  const { date } = own
  if (date !== undefined) requireFunction('date', date)
  return { ...split(own), date }
}

/** @throws TypeError or RangeError naming the option that is wrong. */
export function splitClientOptions(options: ClientConnectionOptions | undefined): ClientParts {
  if (options === undefined) return CLIENT_DEFAULTS
  const own = ownOptions(options, CLIENT)
  const {
    pipelining = CLIENT_DEFAULTS.pipelining,
    maxInterimResponses = CLIENT_DEFAULTS.maxInterimResponses,
  } = own
  requireBoolean('pipelining', pipelining)
  requireInteger('maxInterimResponses', maxInterimResponses, 0)
  return { ...split(own), pipelining, maxInterimResponses }
}

function split(options: ConnectionOptions): Parts {
  const { limits, leniency, copy, chunkBoundaries, verbatim, allowAnomalies } = options
  return {
    parser: { limits, leniency, copy, chunkBoundaries },
    serializer: { verbatim, allowAnomalies },
  }
}
