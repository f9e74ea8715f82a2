/**
 * Converts status codes to reason phrases, and back.
 *
 * Only today's registry counts: no former phrases (Payload Too Large), and none that a server chose for
 * itself. Phrases are recommendations without meaning to the protocol (RFC 9110 s. 15.1); nothing that
 * reads messages may depend on them.
 */

import { isSameFolded } from '../grammar/ascii.ts'
import { requireStatus } from './classes.ts'
import { STATUS_CODES, STATUS_REGISTRY } from './registry.ts'
import type { StatusCode } from './table.ts'

/** Without gaps: a lookup in {@link STATUS_CODES}, which has gaps, takes three times as long. */
const PHRASES: readonly string[] = /* @__PURE__ */ Array.from(
  { length: 600 },
  (_, status) => STATUS_CODES[status] ?? '',
)

/** {@link reasonPhrase} for any number; also empty for a number that is not a status code. */
export function phraseOf(status: number): string {
  return PHRASES[status] ?? ''
}

/**
 * The recommended reason phrase of a status code: `'Not Found'` for 404.
 *
 * Empty for a code that is not registered or is registered as unused (306, 418): a status-line may omit
 * the phrase (RFC 9112 s. 4).
 *
 * @param status An integer from 100 to 999.
 * @throws RangeError for any other value.
 */
export function reasonPhrase(status: StatusCode | (number & {})): string {
  requireStatus(status)
  return phraseOf(status)
}

/**
 * The status code whose recommended reason phrase is `phrase`, in any ASCII case: 404 for
 * `'not found'`. `undefined` if the registry has no such phrase.
 */
export function statusCode(phrase: string): StatusCode | undefined {
  // Unused entries have no phrase, which is stored as the empty string but must not match it.
  if (phrase === '') return undefined
  return STATUS_REGISTRY.find((entry) => isSameFolded(entry.phrase, phrase))?.code
}
