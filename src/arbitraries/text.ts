/**
 * The alphabets of RFC 9110 s. 5.6 and RFC 5234, and text over them. Text is latin1, one code unit per
 * byte. Lines and messages are built elsewhere, from `fields.ts` up.
 */

import * as fc from 'fast-check'

function range(from: number, to: number): string {
  return String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, i) => from + i))
}

export const ALPHA = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const DIGIT = '0123456789'
export const TCHAR = `!#$%&'*+-.^_\`|~${DIGIT}${ALPHA}`
export const VCHAR = range(0x21, 0x7e)
export const OBS_TEXT = range(0x80, 0xff)
/** Characters of field values and reason phrases: HTAB, SP, VCHAR and obs-text. */
export const FIELD_TEXT = `${VCHAR}${OBS_TEXT} \t`
/** Visible ASCII that a token cannot contain, without the colon, which ends a name. */
export const DELIMITERS = '"(),/;<=>?@[\\]{}'
/** Controls that are invalid everywhere. CR and LF are left out: they are judged as line ends. */
export const CONTROLS = `${range(0x00, 0x08)}${range(0x0b, 0x0c)}${range(0x0e, 0x1f)}\x7f`

export function text(alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength })
}

/** One of several; shrinks towards the first if that fails too, so the simplest comes first. */
export function oneOf<T>(...some: (fc.Arbitrary<T> | fc.WeightedArbitrary<T>)[]): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...some)
}

/** `usual` in `weight` of `weight + 1` cases, otherwise one of `other`. */
export function mostly<T>(usual: T, other: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T> {
  return oneOf({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
}

export const token = oneOf(text(ALPHA, 1, 20), text(TCHAR, 1, 8))

/** `OWS` where a single space is usual. */
export const ows = oneOf(
  { weight: 6, arbitrary: fc.constant(' ') },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: text(' \t', 0, 4) },
)

/** `BWS` or `OWS` where none is usual. */
export const oddWhitespace = mostly('', text(' \t', 1, 3))

/** The spelling of a case-insensitive word: a bit for each letter, 0 to leave the word as it is. */
export const casing = mostly(0, fc.integer({ min: 1, max: 2 ** 20 - 1 }), 2)

/** `word` with the letters of set bits in upper case and the others in lower case; unchanged for 0. */
export function written(word: string, casing: number): string {
  if (casing === 0) return word
  return [...word]
    .map((char, i) => ((casing >> (i % 20)) & 1 ? char.toUpperCase() : char.toLowerCase()))
    .join('')
}
