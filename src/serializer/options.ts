/**
 * Options of serializers, checked once, at construction.
 */

import { ownOptions, requireBoolean } from '../checks.ts'
import { completeLeniency, type Leniency } from '../limits.ts'

/** Options of {@link RequestSerializer} and {@link ResponseSerializer}. */
export interface SerializerOptions {
  /**
   * Write an unedited parsed head as the exact bytes that were received. Every other head is written
   * in canonical form. Off by default: the canonical form drops spacing, folds and everything else
   * that a strict parser tolerates, which is the safe way to forward.
   */
  readonly verbatim?: boolean | undefined
  /**
   * Write heads with anomalies: faults that a parser can accept and report, and that the canonical
   * form does not remove. Off by default: every strict parser then accepts what is written.
   */
  readonly allowAnomalies?: boolean | undefined
}

/** The options with every default filled in. */
export interface SerializerRules {
  readonly verbatim: boolean
  readonly allowAnomalies: boolean
  /** The leniency with which the parser's rules judge outgoing heads. */
  readonly leniency: Leniency
}

const KNOWN = { verbatim: 0, allowAnomalies: 0 } satisfies Record<keyof SerializerOptions, 0>

/** @throws TypeError naming the option that is wrong. */
export function completeSerializerRules(options: SerializerOptions | undefined): SerializerRules {
  if (options === undefined) return DEFAULT_RULES
  const { verbatim = false, allowAnomalies = false } = ownOptions(options, KNOWN)
  return {
    verbatim: requireBoolean('verbatim', verbatim),
    allowAnomalies: requireBoolean('allowAnomalies', allowAnomalies),
    leniency: completeLeniency({
      allowMissingHost: allowAnomalies,
      allowLengthWithTransferEncoding: allowAnomalies,
    }),
  }
}

/** Shared by all serializers without options. */
const DEFAULT_RULES = /* @__PURE__ */ completeSerializerRules({})
