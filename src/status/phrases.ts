/**
 * From status codes to reason phrases, and back.
 *
 * Only what the registry has today: not the phrases it had once (Payload Too Large), nor any a
 * server chose for itself. Phrases are recommendations without meaning to the protocol
 * (RFC 9110 s. 15.1); nothing that reads messages may depend on them.
 */

import { isSameFolded } from '../grammar/ascii.ts'
import { requireStatus } from './classes.ts'
import { STATUS_CODES, STATUS_REGISTRY } from './registry.ts'
import type { StatusCode } from './table.ts'

/** The phrases, one for each number: in {@link STATUS_CODES}, which has gaps, a look takes three times as long. */
const PHRASES: readonly string[] = /* @__PURE__ */ Array.from(
  { length: 600 },
  (_, status) => STATUS_CODES[status] ?? '',
)

/** {@link reasonPhrase} for any number: empty for what is no status code, too. */
export function phraseOf(status: number): string {
  return PHRASES[status] ?? ''
}

/**
 * The recommended reason phrase of a status code: `'Not Found'` for 404.
 *
 * Empty for a code that is not registered, and for one that is registered as unused (306, 418): a
 * status-line may do without the phrase (RFC 9112 s. 4).
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
 * `'not found'`. `undefined` where the registry has no such phrase.
 */
export function statusCode(phrase: string): StatusCode | undefined {
  // The entries that are unused have no phrase, which is not the same as having the empty one.
  if (phrase === '') return undefined
  return STATUS_REGISTRY.find((entry) => isSameFolded(entry.phrase, phrase))?.code
}
