/**
 * Character classes: one table of 256 entries, one bit a class, so that a byte costs one load
 * whatever it is asked. Beside it the values of hexadecimal digits and the ASCII lower-case fold.
 *
 * The tables know bytes only. Nothing here knows where in a message a byte stands.
 */

/** The classes a byte can be in: bits of {@link CLASS}. */
export const enum Class {
  /** `tchar` (RFC 9110 s. 5.6.2): methods, field names, codings, chunk extension names. */
  TCHAR = 1,
  /** Any visible ASCII but `#`: what a request-target is let in with (RFC 9112 s. 3.2). */
  TARGET = 2,
  /** HTAB, SP, VCHAR, obs-text: field values and reason phrases (RFC 9110 s. 5.5). */
  TEXT = 4,
  /** `qdtext` (RFC 9110 s. 5.6.4): inside a quoted-string, without DQUOTE and backslash. */
  QDTEXT = 8,
  /** `unreserved / sub-delims` (RFC 3986 s. 2.2, 2.3): a reg-name, but for its percent-encoding. */
  REG_NAME = 16,
  DIGIT = 32,
  ALPHA = 64,
}

export const CLASS = new Uint8Array(256)

/** What {@link HEX} says of a byte that is no hexadecimal digit. */
export const NOT_A_DIGIT = 255

/** The value of a hexadecimal digit; {@link NOT_A_DIGIT} for every other byte. */
export const HEX = new Uint8Array(256).fill(NOT_A_DIGIT)

/** ASCII lower case: A-Z to a-z, every other byte to itself. Never locale, never Unicode. */
export const FOLD = new Uint8Array(256)

const TCHAR_MARKS = "!#$%&'*+-.^_`|~"
const REG_NAME_MARKS = "-._~!$&'()*+,;="

for (let byte = 0; byte < 256; byte++) {
  const digit = byte >= 0x30 && byte <= 0x39
  const upper = byte >= 0x41 && byte <= 0x5a
  const alpha = upper || (byte >= 0x61 && byte <= 0x7a)
  const visible = byte > 0x20 && byte < 0x7f
  const char = String.fromCharCode(byte)
  const text = byte === 0x09 || byte === 0x20 || visible || byte >= 0x80

  let classes = 0
  if (digit || alpha || TCHAR_MARKS.includes(char)) classes |= Class.TCHAR
  if (visible && char !== '#') classes |= Class.TARGET
  if (text) classes |= Class.TEXT
  if (text && char !== '"' && char !== '\\') classes |= Class.QDTEXT
  if (digit || alpha || REG_NAME_MARKS.includes(char)) classes |= Class.REG_NAME
  if (digit) classes |= Class.DIGIT
  if (alpha) classes |= Class.ALPHA
  CLASS[byte] = classes

  FOLD[byte] = upper ? byte + 0x20 : byte
  if (digit) HEX[byte] = byte - 0x30
  else if (alpha && (byte | 0x20) <= 0x66) HEX[byte] = (byte | 0x20) - 0x57
}

/** Whether `byte` is in any of `classes` (bits of {@link Class}). */
export function isIn(byte: number | undefined, classes: number): boolean {
  return byte !== undefined && ((CLASS[byte] as number) & classes) !== 0
}
