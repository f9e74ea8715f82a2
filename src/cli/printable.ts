/**
 * Turns untrusted bytes into text that is safe to print on a terminal.
 *
 * Visible ASCII, SP and visible characters in valid UTF-8 stay as they are. Every other byte becomes
 * `\xNN` or one of the escapes `\t \n \r`: controls, which a terminal obeys, including 0x80 to 0x9F;
 * characters that reorder or hide text; and bytes that are not UTF-8. A backslash is doubled, so that
 * no text can pass for an escape.
 */

import type { BodySample } from './body-sample.ts'

const PLAIN = /^[ -[\]-~]*$/

/** Invisible or deceptive characters: controls, format, private, unassigned, space. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/** Makes `text` safe for a terminal. It has one code unit per byte, like all text from the core. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text
  const decoded = decodeUtf8(Buffer.from(text, 'latin1'), false)
  if (decoded !== undefined) return printableUnicode(decoded)
  let shown = ''
  for (const unit of text)
    shown += unit <= '~' ? printableCharacter(unit) : escapeBytes(unit, 'latin1')
  return shown
}

/** Makes `text`, which is already decoded, safe for a terminal. */
export function printableUnicode(text: string): string {
  if (PLAIN.test(text)) return text
  let shown = ''
  for (const character of text) shown += printableCharacter(character)
  return shown
}

/** `bytes` as text, or `undefined` if they are not UTF-8. If `cut`, they may end inside a character. */
export function decodeUtf8(bytes: Uint8Array, cut: boolean): string | undefined {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return decoder.decode(bytes, { stream: cut })
  } catch {
    return undefined
  }
}

function printableCharacter(character: string): string {
  const short = ESCAPES[character]
  if (short !== undefined) return short
  if (character === ' ' || !UNSEEN.test(character)) return character
  return escapeBytes(character, 'utf8')
}

function escapeBytes(text: string, encoding: 'latin1' | 'utf8'): string {
  let shown = ''
  for (const byte of Buffer.from(text, encoding)) {
    shown += `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return shown
}

/** A control that does not occur in text: all but HTAB, CR and LF. */
const NO_TEXT = /[^\P{Cc}\t\n\r]/u

/** A sample as text, or `undefined` if it does not look like text. */
export function sampleText(sample: BodySample): string | undefined {
  const text = decodeUtf8(sample.first, sample.cut)
  return text === undefined || NO_TEXT.test(text) ? undefined : text
}
