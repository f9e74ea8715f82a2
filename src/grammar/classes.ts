/**
 * Character classes in one table of 256 entries with one bit per class, so that classifying a byte
 * takes one load. Also the values of hexadecimal digits and the ASCII lower-case fold.
 *
 * The tables classify single bytes, regardless of where in a message they are.
 */

/** The classes that a byte can be in: the bits of {@link CLASS}. */
export const enum Class {
  /** `tchar` (RFC 9110 s. 5.6.2): methods, field names, codings, chunk extension names. */
  TCHAR = 1,
  /** Visible ASCII except `#`: accepted in a request-target (RFC 9112 s. 3.2). */
  TARGET = 2,
  /** HTAB, SP, VCHAR, obs-text: field values and reason phrases (RFC 9110 s. 5.5). */
  TEXT = 4,
  /** `qdtext` (RFC 9110 s. 5.6.4): inside a quoted-string, except DQUOTE and backslash. */
  QDTEXT = 8,
  /** `unreserved / sub-delims` (RFC 3986 s. 2.2, 2.3): a reg-name, except its percent-encoding. */
  REG_NAME = 16,
  DIGIT = 32,
  ALPHA = 64,
}

export const CLASS = new Uint8Array(256)

/** The {@link HEX} entry of a byte that is not a hexadecimal digit. */
export const NOT_A_DIGIT = 255

/** The value of a hexadecimal digit; {@link NOT_A_DIGIT} for every other byte. */
export const HEX = new Uint8Array(256).fill(NOT_A_DIGIT)

/** Maps A-Z to a-z and every other byte to itself, independent of locale and Unicode. */
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
