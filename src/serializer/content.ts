/**
 * Converts content to bytes. A byte array is passed on without a copy; text is encoded as UTF-8.
 */

import { wrongType } from '../checks.ts'
import { allocateBytes, EMPTY_BYTES, isBytes } from '../grammar/byte-arrays.ts'
import type { ContentInit } from '../message/init.ts'

interface Encoder {
  encode(text: string): Uint8Array
  encodeInto(text: string, bytes: Uint8Array): { read: number }
}

interface Platform {
  readonly TextEncoder: new () => Encoder
}

/** `String.prototype.isWellFormed` is newer than the type library in use and some browsers. */
interface MaybeWellFormed {
  isWellFormed?(): boolean
}

/** The longest text, in code units, that is tried as ASCII first. */
const SHORT_TEXT = 1_024

const encoder = /* @__PURE__ */ new (globalThis as unknown as Platform).TextEncoder()

/**
 * The bytes of `content`.
 *
 * @throws TypeError for anything but bytes and text, and for text with a lone surrogate (where the
 *   platform has `isWellFormed`), which UTF-8 cannot represent: U+FFFD would be written instead.
 */
export function contentBytes(content: ContentInit): Uint8Array {
  if (isBytes(content)) return content
  if (typeof content !== 'string') {
    throw wrongType('content', 'a Uint8Array (or Buffer) or a string', content)
  }
  if ((content as MaybeWellFormed).isWellFormed?.() === false) {
    throw new TypeError('content must be well-formed text: it has a lone surrogate')
  }
  return content.length <= SHORT_TEXT ? encodeShort(content) : encoder.encode(content)
}

/** {@link contentBytes} of the body of a message, which may be absent. */
export function bodyBytes(body: ContentInit | undefined): Uint8Array {
  return body === undefined ? EMPTY_BYTES : contentBytes(body)
}

/** `encode` has a fixed cost of 0.3 us; `encodeInto` an existing array costs a seventh of that. */
function encodeShort(text: string): Uint8Array {
  const bytes = allocateBytes(text.length)
  const { read } = encoder.encodeInto(text, bytes)
  // Only ASCII takes one byte per code unit: all other text was cut off.
  return read === text.length ? bytes : encoder.encode(text)
}
