/**
 * Which coding the other side would like best (RFC 9110 s. 12.5.3).
 *
 * A member that breaks the grammar is passed over: it states a preference that nobody can know, and
 * no message boundary hangs on it.
 */

import { foldAscii, isSameFolded } from '../grammar/ascii.ts'
import { Byte } from '../grammar/bytes.ts'
import { isToken, listMembers, trimOws } from '../grammar/list-text.ts'
import { contentCoding } from './names.ts'

/** One member of Accept-Encoding. */
export interface AcceptedCoding {
  /** In lower case; `x-gzip` is `gzip`. May also be `identity`, `*`, or a coding not known here. */
  readonly coding: string
  /** From 0, not acceptable, to 1, in thousandths. */
  readonly weight: number
}

/** What Accept-Encoding says, in its order. */
export function parseAcceptEncoding(value: string): AcceptedCoding[] {
  const accepted: AcceptedCoding[] = []
  for (const member of listMembers(value, false)) {
    const semicolon = member.indexOf(';')
    const name = semicolon < 0 ? member : trimOws(member, 0, semicolon)
    const weight = semicolon < 0 ? 1 : parseWeight(trimOws(member, semicolon + 1, member.length))
    if (weight === undefined || !isToken(name)) continue
    accepted.push({ coding: contentCoding(name) ?? foldAscii(name), weight })
  }
  return accepted
}

/**
 * The one of `available`, which begins with what the server would choose, that is best accepted:
 * the highest weight, and the first of those that have it. `'identity'` where none of them is
 * accepted or a bare one is liked better, and `null` where that is refused, too: the answer to a
 * request is 406 then.
 *
 * @param acceptEncoding the field's value; nothing where there is no field, and then `'identity'`
 *   is the answer, since a program that says nothing often decodes nothing.
 */
export function chooseCoding<Coding extends string>(
  acceptEncoding: string | null | undefined,
  available: readonly Coding[],
): Coding | 'identity' | null {
  if (acceptEncoding === undefined || acceptEncoding === null) return 'identity'
  const weights = new Map<string, number>()
  for (const { coding, weight } of parseAcceptEncoding(acceptEncoding)) {
    if (!weights.has(coding)) weights.set(coding, weight)
  }
  const others = weights.get('*')
  let best: Coding | 'identity' | null = null
  let most = 0
  for (const coding of available) {
    const weight = weights.get(contentCoding(coding) ?? foldAscii(coding)) ?? others ?? 0
    if (weight > most) {
      best = coding
      most = weight
    }
  }
  // Acceptable unless it is excluded, but liked only as far as it is named.
  const identity = weights.get('identity')
  if (identity !== undefined ? identity > most : best === null && others !== 0) return 'identity'
  return best
}

/**
 * `q=` and 0 or 1 with up to three decimals, none of them above 1 (RFC 9110 s. 12.4.2); `undefined`
 * for anything else.
 */
function parseWeight(text: string): number | undefined {
  if (!isSameFolded(text.slice(0, 2), 'q=') || text.length > 'q=0.000'.length) return undefined
  let thousandths = 0
  for (const [position, unit] of [1000, 0, 100, 10, 1].entries()) {
    const at = 'q='.length + position
    if (at >= text.length) break
    const byte = text.charCodeAt(at)
    if (unit === 0) {
      if (byte !== Byte.DOT) return undefined
    } else {
      if (byte < Byte.ZERO || byte > Byte.NINE) return undefined
      thousandths += unit * (byte - Byte.ZERO)
    }
  }
  return text.length > 'q='.length && thousandths <= 1000 ? thousandths / 1000 : undefined
}
