/**
 * Converts latin1 text to bytes, and bytes to the text that the report of a failed property shows.
 */

import * as fc from 'fast-check'

export function toBytes(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, (char) => char.charCodeAt(0))
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\r': '\\r',
  '\n': '\\n',
  '\t': '\\t',
  "'": "\\'",
  '\\': '\\\\',
}

/** The bytes as a string literal, one code unit per byte. */
function literal(bytes: Uint8Array): string {
  const chars = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte)
    const plain = byte >= 0x20 && byte < 0x7f ? char : `\\x${byte.toString(16).padStart(2, '0')}`
    return ESCAPES[char] ?? plain
  })
  return `'${chars.join('')}'`
}

/**
 * Makes fast-check show `value` by its bytes, as text, because arrays of numbers are unreadable. The
 * property is not enumerable, so that the value still equals its plain copy.
 */
export function shownByBytes<T extends { readonly kind: string; readonly bytes: Uint8Array }>(
  value: T,
  label = '',
): T {
  const show = () => `${value.kind}${label} ${literal(value.bytes)}`
  return Object.defineProperty(value, fc.toStringMethod, { value: show })
}
