/**
 * The options of a parser, checked once when it is created.
 */

import { ownOptions, requireBoolean } from '../checks.ts'
import type { ErrorCode } from '../errors.ts'
import type { MessageKind } from '../grammar/kind.ts'
import {
  completeLeniency,
  completeLimits,
  type Leniency,
  type LeniencyInit,
  type Limits,
  type LimitsInit,
} from '../limits.ts'

/** Options of {@link RequestParser} and {@link ResponseParser}. */
export interface ParserOptions {
  /** Limits that replace those in {@link DEFAULT_LIMITS}. */
  readonly limits?: LimitsInit | undefined
  /** Rules to relax; none by default. */
  readonly leniency?: LeniencyInit | undefined
  /**
   * Copy every pushed chunk, so that it may be reused as soon as `push` returns; and copy heads and body
   * bytes again, so that each has its own memory, which may be kept or transferred.
   */
  readonly copy?: boolean | undefined
  /** Emit a {@link Chunk} event at the start of each chunk, with its size and extensions. */
  readonly chunkBoundaries?: boolean | undefined
}

/** The options with every default filled in. */
export interface Rules {
  readonly kind: MessageKind
  readonly limits: Limits
  readonly leniency: Leniency
  readonly copy: boolean
  readonly chunkBoundaries: boolean
  /** A head of at most this many bytes can pass no limit but the one on the number of lines. */
  readonly plainSize: number
  readonly headBound: SectionBound
  readonly trailerBound: SectionBound
}

/** The largest size of a section, the error for a larger one, and the syntax it may have. */
export interface SectionBound {
  /** In bytes, including line ends and the empty line. */
  readonly size: number
  readonly code: ErrorCode
  /** Whether an obs-fold is accepted: not in requests, nor in trailers, which report no anomalies. */
  readonly mayFold: boolean
  /** Whether a start-line comes first. */
  readonly hasStartLine: boolean
}

const KNOWN = { limits: 0, leniency: 0, copy: 0, chunkBoundaries: 0 } satisfies Record<
  keyof ParserOptions,
  0
>

/** @throws TypeError or RangeError naming the option that is wrong. */
export function completeRules(kind: MessageKind, options: ParserOptions | undefined): Rules {
  if (options === undefined) return DEFAULT_RULES[kind]
  const own = ownOptions(options, KNOWN)
  const { copy = false, chunkBoundaries = false } = own
  const limits = completeLimits(own.limits)
  return {
    kind,
    limits,
    leniency: completeLeniency(own.leniency),
    copy: requireBoolean('copy', copy),
    chunkBoundaries: requireBoolean('chunkBoundaries', chunkBoundaries),
    plainSize: Math.min(limits.maxHead, limits.maxStartLine, limits.maxTarget, limits.maxFieldLine),
    headBound: {
      size: limits.maxHead,
      code: 'HEAD_TOO_LARGE',
      mayFold: kind === 'response',
      hasStartLine: true,
    },
    trailerBound: {
      size: limits.maxTrailer,
      code: 'TRAILER_TOO_LARGE',
      mayFold: false,
      hasStartLine: false,
    },
  }
}

/** Shared by all parsers without options. */
const DEFAULT_RULES = {
  request: completeRules('request', {}),
  response: completeRules('response', {}),
}
