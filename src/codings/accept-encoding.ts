/**
 * Finds the coding that the other side prefers (RFC 9110 s. 12.5.3).
 *
 * A member that breaks the grammar is ignored: its meaning is unknown, and no message boundary depends
 * on it.
 */

import { requireString, requireStrings } from '../checks.ts'
import { foldAscii, isSameFolded } from '../grammar/ascii.ts'
import { Byte } from '../grammar/bytes.ts'
import { isToken, listMembers, trimOws } from '../grammar/list-text.ts'
import { contentCoding } from './names.ts'

/** One member of Accept-Encoding. */
export interface AcceptedCoding {
  /** In lower case; `x-gzip` is `gzip`. May also be `identity`, `*`, or an unknown coding. */
  readonly coding: string
  /** From 0, which means not acceptable, to 1, in steps of 0.001. */
  readonly weight: number
}

/** The members of Accept-Encoding, in their order. */
export function parseAcceptEncoding(value: string): AcceptedCoding[] {
  requireString('the value of Accept-Encoding', value)
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
 * Chooses the coding in `available`, listed in the server's order of preference, that has the highest
 * weight; the first of those that share it. `'identity'` if none of them is accepted or `identity` has
 * a higher weight of its own, and `null` if `identity` is refused too: the response is then a 406.
 *
 * @param acceptEncoding the value of the field; `null` or `undefined` if there is none, which gives
 *   `'identity'`, since a client that does not send the field often decodes nothing.
 */
export function chooseCoding<Coding extends string>(
  acceptEncoding: string | null | undefined,
  available: readonly Coding[],
): Coding | 'identity' | null {
  requireStrings('available', available)
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
  // Without a member of its own, identity is acceptable unless `*` excludes it, but not preferred.
  const identity = weights.get('identity')
  if (identity !== undefined ? identity > most : best === null && others !== 0) return 'identity'
  return best
}

/**
 * Parses `q=` and a 0 or 1 with up to three decimals, at most 1 (RFC 9110 s. 12.4.2); `undefined` for
 * anything else.
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
