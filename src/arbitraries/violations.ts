/**
 * Messages that are valid but for one rule, which they break in one place; and the list of the rules.
 */

import * as fc from 'fast-check'
import type { ErrorCode, MessageInit } from 'httpwire'
import { BODY_RULES } from './body-rules.ts'
import type { Kind, Rule } from './broken.ts'
import { CONTROL_FIELD_RULES } from './control-field-rules.ts'
import { FIELD_RULES } from './field-rules.ts'
import { START_LINE_RULES } from './start-line-rules.ts'
import { shownByBytes } from './wire.ts'

/** A rule that {@link violation} breaks. */
export interface ViolatedRule {
  readonly kind: 'request' | 'response'
  /** What is wrong, in a few words; no two rules for a kind have the same. */
  readonly rule: string
  /** What a strict parser refuses it with. */
  readonly code: ErrorCode
}

/** A message that breaks one rule. */
export interface Violation extends ViolatedRule {
  /** The message on the wire. With its end the input ends. */
  readonly bytes: Uint8Array
  /** The methods of the requests that a response answers; none for requests. */
  readonly requestMethods: readonly string[]
  /** The same thing as a program would state it to a serializer; `null` where it cannot be. */
  readonly message: MessageInit | null
  /**
   * What a serializer refuses `message` with: {@link ViolatedRule.code} unless the wire cannot tell
   * what is meant. `null` where there is no `message`.
   */
  readonly messageCode: ErrorCode | null
}

/** What {@link violation} may be told. */
export interface ViolationOptions {
  /** Only messages of this kind; both unless given. */
  readonly kind?: 'request' | 'response'
  /** Only this rule, of {@link VIOLATIONS}; all unless given. */
  readonly rule?: string
}

const RULES: readonly Rule[] = [
  ...START_LINE_RULES,
  ...FIELD_RULES,
  ...CONTROL_FIELD_RULES,
  ...BODY_RULES,
]

/** The rules that {@link violation} breaks: what a test can name its cases by. */
export const VIOLATIONS: readonly ViolatedRule[] = RULES.map(({ kind, rule, code }) =>
  Object.freeze({ kind, rule, code }),
)

function violationOf({ kind, rule, code, broken }: Rule): fc.Arbitrary<Violation> {
  return broken.map(({ bytes, stated, requestMethods }) => {
    const { message, code: messageCode } = stated ?? { message: null, code: null }
    const violation = { kind, rule, code, bytes, requestMethods, message, messageCode }
    return shownByBytes(violation, ` with ${rule}`)
  })
}

/**
 * A message that is valid but for one rule, which it breaks in one place: what a strict parser must
 * refuse, however the bytes arrive, at the latest when the input ends. Any of {@link VIOLATIONS}
 * unless told.
 *
 * @throws RangeError where no rule is left.
 *
 * @example
 * test.each(VIOLATIONS)('$kind: $rule', ({ kind, rule }) => {
 *   fc.assert(fc.property(violation({ kind, rule }), ({ bytes }) => {
 *     expect(() => parseAll(kind, bytes)).toThrow()
 *   }))
 * })
 */
export function violation(options: ViolationOptions = {}): fc.Arbitrary<Violation> {
  const { kind, rule } = options
  const fits = (one: { kind: Kind; rule: string }) =>
    (kind === undefined || one.kind === kind) && (rule === undefined || one.rule === rule)
  const rules = RULES.filter(fits)
  if (rules.length === 0) throw new RangeError('there is no such rule; see VIOLATIONS')
  return fc.oneof(...rules.map(violationOf))
}
