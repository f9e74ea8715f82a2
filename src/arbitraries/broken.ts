/**
 * The building blocks of the tables of violations: a rule, and valid messages in which it is broken in
 * one place.
 */

import * as fc from 'fast-check'
import type { ErrorCode, Framing, RequestHeadInit, ResponseHeadInit } from 'httpwire'
import { assemble, type Draft, type PlainMessage } from './messages.ts'
import { requestDraft } from './requests.ts'
import { finalDraft } from './responses.ts'

export type Kind = 'request' | 'response'

type AnyHead = RequestHeadInit | ResponseHeadInit

/** A message of either kind, in parts. */
export interface AnyDraft extends Draft<AnyHead> {
  readonly requestMethod?: string | null
}

/** A message in which one rule is broken. */
interface Broken {
  readonly bytes: Uint8Array
  /** The violation as serializer input, and its error code; `null` if input cannot express it. */
  readonly stated: { readonly message: PlainMessage<AnyHead>; readonly code: ErrorCode } | null
  readonly requestMethods: readonly string[]
}

/** A rule and the ways to break it. */
export interface Rule {
  readonly kind: Kind
  readonly rule: string
  readonly code: ErrorCode
  readonly broken: fc.Arbitrary<Broken>
}

/** Valid messages in parts, for a rule to change one part. None of them leaves HTTP. */
export function drafts(kind: Kind, framing?: Exclude<Framing, 'until-close'>) {
  const constraints = { framing, upgrades: false }
  const arbitrary: fc.Arbitrary<AnyDraft> =
    kind === 'request' ? requestDraft(constraints, true) : finalDraft(constraints, true)
  return arbitrary
}

/**
 * Assembles a broken draft. `code` is the serializer's error code, `null` if input cannot express it.
 */
export function broken(draft: AnyDraft, code: ErrorCode | null): Broken {
  const { bytes, message } = assemble(draft)
  return brokenBytes(draft, bytes, code === null ? null : { message, code })
}

export function brokenBytes(
  { requestMethod }: AnyDraft,
  bytes: Uint8Array,
  stated: Broken['stated'] = null,
): Broken {
  return { bytes, stated, requestMethods: typeof requestMethod === 'string' ? [requestMethod] : [] }
}

/** Text that contains one character of `bad`. */
export function spoiled(text: fc.Arbitrary<string>, bad: string): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.constantFrom(...bad), text)
    .map(([before, char, after]) => `${before}${char}${after}`)
}
