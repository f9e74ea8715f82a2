/**
 * From text to the wire and back to what people read: latin1 bytes, and how the report of a failed
 * property shows them.
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

/** The bytes as a string literal of one code unit for each. */
function literal(bytes: Uint8Array): string {
  const chars = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte)
    const plain = byte >= 0x20 && byte < 0x7f ? char : `\\x${byte.toString(16).padStart(2, '0')}`
    return ESCAPES[char] ?? plain
  })
  return `'${chars.join('')}'`
}

/**
 * Has fast-check show `value` by its bytes, as text: arrays of numbers tell nobody what went wrong.
 * The member is not enumerable, so that the value is still equal to its plain copy.
 */
export function shownByBytes<T extends { readonly kind: string; readonly bytes: Uint8Array }>(
  value: T,
  label = '',
): T {
  const show = () => `${value.kind}${label} ${literal(value.bytes)}`
  return Object.defineProperty(value, fc.toStringMethod, { value: show })
}
