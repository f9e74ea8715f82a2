/**
 * Obsolete line folding (RFC 9112 s. 5.2): `OWS CRLF RWS` inside a value is read as one SP.
 *
 * Values must come from the scanner, which accepts CR and LF only in a fold.
 */

import { Byte } from '../grammar/bytes.ts'
import { isOws } from '../grammar/lists.ts'

/** `value` with each obs-fold replaced by one SP; `value` itself if it has none. */
export function unfold(value: string): string {
  let unfolded = ''
  let copied = 0
  for (let i = 0; i < value.length; i++) {
    if (!isLineEnd(value.charCodeAt(i))) continue
    let end = i
    while (end > copied && isOws(value.charCodeAt(end - 1))) end--
    unfolded += value.slice(copied, end)
    unfolded += ' '
    // Consecutive folds (lines of only whitespace) become a single SP.
    while (isOws(value.charCodeAt(i)) || isLineEnd(value.charCodeAt(i))) i++
    copied = i
  }
  return copied === 0 ? value : unfolded + value.slice(copied)
}

function isLineEnd(unit: number): boolean {
  return unit === Byte.CR || unit === Byte.LF
}
