/**
 * What a parser is told when it is made, checked once.
 */

import { ownOptions, requireBoolean } from '../checks.ts'
import type { ErrorCode } from '../errors.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { completeLeniency, completeLimits, type Leniency, type Limits } from '../limits.ts'

/** Options of {@link RequestParser} and {@link ResponseParser}. */
export interface ParserOptions {
  /** Limits other than {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits> | undefined
  /** Rules to be widened; none by default. */
  readonly leniency?: Partial<Leniency> | undefined
  /**
   * Copy what is pushed, so that a chunk may be reused as soon as `push` returns; and heads and body bytes
   * again, so that each has memory of its own, which may be kept or transferred.
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
  /** Bytes of a head that can pass no limit but that on the number of lines. */
  readonly plainSize: number
  readonly headBound: SectionBound
  readonly trailerBound: SectionBound
}

/** What bounds a section, and what one that is larger is refused as. */
export interface SectionBound {
  /** Bytes, line ends and the empty line included. */
  readonly size: number
  readonly code: ErrorCode
  /** Whether a folded line is let in: never a request's, nor a trailer, which has no anomalies. */
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
