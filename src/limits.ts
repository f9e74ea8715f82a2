/**
 * Limits on everything that a peer can repeat, and leniencies, each of which relaxes one named rule.
 *
 * Both are validated and frozen once, when a parser is created; the parser enforces them.
 * `docs/limits.md` is generated from the tables in this file.
 */

import { ownOptions, requireBoolean, requireInteger } from './checks.ts'

/** The largest line limit: the longest line that fits into the scanner's window. */
export const MAX_LINE = 2 ** 18

/** The most bytes, lines or items of each kind that a parser accepts. Every limit is inclusive. */
export interface Limits {
  /** Bytes of a start-line without its line end; at most 262144. */
  readonly maxStartLine: number
  /** Bytes of a request-target. */
  readonly maxTarget: number
  /** Bytes of one field line without its line end, folded lines included; at most 262144. */
  readonly maxFieldLine: number
  /** Bytes of a head, from the start-line to the empty line, line ends included. */
  readonly maxHead: number
  /** Field lines in a header section, and in a trailer section. */
  readonly maxFields: number
  /** Bytes of the extensions of one chunk, from the end of its size to the end of its line; at most 262144, 0 forbids extensions. */
  readonly maxChunkExtension: number
  /** Bytes of the extensions of all chunks of one message; 0 forbids them. */
  readonly maxChunkExtensions: number
  /** Bytes of a trailer section with its empty line, line ends included. */
  readonly maxTrailer: number
  /** Empty lines skipped before a start-line; 0 forbids them. */
  readonly maxEmptyLines: number
  /** Bytes of a body, without the chunked coding; 0 allows only empty ones. Unbounded by default: bodies are not held. */
  readonly maxBody: number
}

/** Some limits; the others are those in {@link DEFAULT_LIMITS}. */
export type LimitsInit = { readonly [Name in keyof Limits]?: Limits[Name] | undefined }

/** The limits that apply unless the caller sets others. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxStartLine: 16_384,
  maxTarget: 16_000,
  maxFieldLine: 32_768,
  maxHead: 65_536,
  maxFields: 128,
  maxChunkExtension: 1_024,
  maxChunkExtensions: 16_384,
  maxTrailer: 16_384,
  maxEmptyLines: 4,
  maxBody: Number.MAX_SAFE_INTEGER,
})

/** The limits that may be 0, which forbids the limited element. */
export const MAY_BE_ZERO: readonly (keyof Limits)[] = [
  'maxChunkExtension',
  'maxChunkExtensions',
  'maxEmptyLines',
  'maxBody',
]

/** The limits that must not exceed {@link MAX_LINE}. */
export const LINE_LIMITS: readonly (keyof Limits)[] = [
  'maxStartLine',
  'maxFieldLine',
  'maxChunkExtension',
]

/** Rules that can be relaxed one by one. Each leniency is off unless the caller turns it on. */
export interface Leniency {
  /** Accept LF alone as a line end, in heads, chunk lines and trailers, and after chunk data. Both roles. */
  readonly allowBareLf: boolean
  /** Accept an HTTP/1.1 request without Host. Requests only. */
  readonly allowMissingHost: boolean
  /** Accept Content-Length beside Transfer-Encoding: the latter wins, the connection is not reused. Responses only. */
  readonly allowLengthWithTransferEncoding: boolean
  /** Accept SP and HTAB between a chunk size without extensions and its line end, up to `maxChunkExtension` bytes. Responses only. */
  readonly allowSpaceAfterChunkSize: boolean
}

/** Some leniencies; the others are off. */
export type LeniencyInit = { readonly [Name in keyof Leniency]?: Leniency[Name] | undefined }

/** All leniencies off. */
export const STRICT: Leniency = Object.freeze({
  allowBareLf: false,
  allowMissingHost: false,
  allowLengthWithTransferEncoding: false,
  allowSpaceAfterChunkSize: false,
})

/**
 * {@link DEFAULT_LIMITS} overridden by `given`, validated and frozen.
 *
 * @throws TypeError for an unknown name, RangeError for a value that is not an integer in range.
 */
export function completeLimits(given: LimitsInit | undefined): Limits {
  if (given === undefined) return DEFAULT_LIMITS
  return complete('limits', DEFAULT_LIMITS, given, (name, value) => {
    const least = MAY_BE_ZERO.includes(name) ? 0 : 1
    const most = LINE_LIMITS.includes(name) ? MAX_LINE : undefined
    requireInteger(`limits.${name}`, value, least, most)
  })
}

/**
 * {@link STRICT} overridden by `given`, validated and frozen.
 *
 * @throws TypeError for an unknown name or a value that is not a boolean.
 */
export function completeLeniency(given: LeniencyInit | undefined): Leniency {
  if (given === undefined) return STRICT
  return complete('leniency', STRICT, given, (name, value) => {
    requireBoolean(`leniency.${name}`, value)
  })
}

function complete<T extends object>(
  option: string,
  defaults: T,
  given: { readonly [Name in keyof T]?: T[Name] | undefined },
  check: (name: keyof T, value: unknown) => void,
): T {
  const own = ownOptions(given, defaults, option)
  for (const name of Object.keys(own) as (keyof T)[]) check(name, own[name])
  return Object.freeze({ ...defaults, ...own })
}
