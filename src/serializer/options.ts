/**
 * What a serializer is told when it is made, checked once.
 */

import { ownOptions, requireBoolean } from '../checks.ts'
import { completeLeniency, type Leniency } from '../limits.ts'

/** Options of {@link RequestSerializer} and {@link ResponseSerializer}. */
export interface SerializerOptions {
  /**
   * Write a parsed head that nobody edited as the very bytes it came as. Every other head is written
   * in canonical form. Off by default: spacing, folds and all that a strict parser overlooks are
   * then gone, which is the safe way to forward.
   */
  readonly verbatim?: boolean | undefined
  /**
   * Write heads that have anomalies: whatever a parser would let in and report, and that the form
   * does not take away. Off by default: what goes out is then what every strict parser takes in.
   */
  readonly allowAnomalies?: boolean | undefined
}

/** The options with every default filled in. */
export interface SerializerRules {
  readonly verbatim: boolean
  readonly allowAnomalies: boolean
  /** What the parser's rules are to overlook in the heads that go out. */
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
