/**
 * Messages that are valid except for one rule, which they break in one place, and the list of these
 * rules.
 */

import * as fc from 'fast-check'
import type { ErrorCode, MessageInit } from 'httpwire'
import { BODY_RULES } from './body-rules.ts'
import type { Kind, Rule } from './broken.ts'
import { anyText, checkConstraints, oneOfThese } from './constraints.ts'
import { CONTROL_FIELD_RULES } from './control-field-rules.ts'
import { FIELD_RULES } from './field-rules.ts'
import { START_LINE_RULES } from './start-line-rules.ts'
import { shownByBytes } from './wire.ts'

/** A rule that {@link violation} breaks. */
export interface ViolatedRule {
  readonly kind: 'request' | 'response'
  /** What is wrong, in a few words; unique among the rules for a kind. */
  readonly rule: string
  /** The code with which a strict parser refuses the message. */
  readonly code: ErrorCode
}

/** A message that breaks one rule. */
export interface Violation extends ViolatedRule {
  /** The message on the wire, and all of the input. */
  readonly bytes: Uint8Array
  /** The methods of the requests that a response answers; empty for requests. */
  readonly requestMethods: readonly string[]
  /** The same violation as serializer input; `null` if that cannot express it. */
  readonly message: MessageInit | null
  /**
   * The code with which a serializer refuses `message`. It differs from {@link ViolatedRule.code} where
   * the bytes read as another violation. `null` if there is no `message`.
   */
  readonly messageCode: ErrorCode | null
}

/** Constraints on a {@link violation}. */
export interface ViolationConstraints {
  /** Only messages of this kind; both unless given. */
  readonly kind?: 'request' | 'response' | undefined
  /** Only this rule of {@link VIOLATIONS}; all unless given. */
  readonly rule?: string | undefined
}

const RULES: readonly Rule[] = [
  ...START_LINE_RULES,
  ...FIELD_RULES,
  ...CONTROL_FIELD_RULES,
  ...BODY_RULES,
]

/** The rules that {@link violation} breaks, for naming test cases. */
export const VIOLATIONS: readonly ViolatedRule[] = RULES.map(({ kind, rule, code }) =>
  Object.freeze({ kind, rule, code }),
)

const CHECKS = { kind: oneOfThese('request', 'response'), rule: anyText }

function violationOf({ kind, rule, code, broken }: Rule): fc.Arbitrary<Violation> {
  return broken.map(({ bytes, stated, requestMethods }) => {
    const { message, code: messageCode } = stated ?? { message: null, code: null }
    const violation = { kind, rule, code, bytes, requestMethods, message, messageCode }
    return shownByBytes(violation, ` with ${rule}`)
  })
}

/**
 * A message that is valid except for one rule, which it breaks in one place. A strict parser must
 * refuse it, however the bytes arrive, at the latest when the input ends. Breaks any of
 * {@link VIOLATIONS} by default.
 *
 * @throws TypeError if a constraint is invalid.
 * @throws RangeError if there is no such rule for messages of this kind.
 *
 * @example
 * test.each(VIOLATIONS)('$kind: $rule', ({ kind, rule }) => {
 *   fc.assert(fc.property(violation({ kind, rule }), ({ bytes }) => {
 *     expect(() => parseAll(kind, bytes)).toThrow()
 *   }))
 * })
 */
export function violation(constraints: ViolationConstraints = {}): fc.Arbitrary<Violation> {
  checkConstraints(constraints, CHECKS)
  const { kind, rule } = constraints
  const fits = (one: { kind: Kind; rule: string }) =>
    (kind === undefined || one.kind === kind) && (rule === undefined || one.rule === rule)
  const rules = RULES.filter(fits)
  if (rules.length === 0) {
    const ofKind = kind === undefined ? '' : ` for kind '${kind}'`
    throw new RangeError(`rule must be one that VIOLATIONS has${ofKind}, not ${fc.stringify(rule)}`)
  }
  return fc.oneof(...rules.map(violationOf))
}
