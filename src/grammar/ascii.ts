/**
 * Compares and folds names regardless of ASCII case (RFC 9110 s. 5.1, 7.6.1).
 *
 * Only A-Z fold. `toLowerCase` would also turn U+212A KELVIN SIGN into `k`, and if two programs fold a
 * name differently, one of them fails to recognize it.
 */

import { FOLD } from './classes.ts'

/**
 * The bytes of `name`, which must be in lower case, for {@link equalsFolded}: comparing with a string's
 * code units instead made recognizing a field name three times as slow.
 */
export function lowerCaseName(name: string): Uint8Array {
  return Uint8Array.from(name, (char) => char.charCodeAt(0))
}

/** Whether `bytes[start, end)` is `name`, a {@link lowerCaseName}, in any ASCII case. */
export function equalsFolded(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: Uint8Array,
): boolean {
  const { length } = name
  const fold = FOLD
  if (end - start !== length || fold[bytes[start] as number] !== name[0]) return false
  for (let i = 1; i < length; i++) {
    if (fold[bytes[start + i] as number] !== name[i]) return false
  }
  return true
}

/** Whether two texts are equal regardless of ASCII case. */
export function isSameFolded(a: string, b: string): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const unit = a.charCodeAt(i)
    const other = b.charCodeAt(i)
    if (unit !== other && foldUnit(unit) !== foldUnit(other)) return false
  }
  return true
}

/** `text` with A-Z in lower case and everything else unchanged. */
export function foldAscii(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (foldUnit(unit) !== unit) return foldFrom(text, i)
  }
  return text
}

function foldFrom(text: string, first: number): string {
  let folded = text.slice(0, first)
  for (let i = first; i < text.length; i++) {
    folded += String.fromCharCode(foldUnit(text.charCodeAt(i)))
  }
  return folded
}

function foldUnit(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit
}
