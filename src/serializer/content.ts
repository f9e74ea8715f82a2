/**
 * Content as bytes: the caller's own view, or text in UTF-8.
 */

import { show } from '../limits.ts'
import type { ContentInit } from '../message/init.ts'

interface Platform {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array }
}

/** `String.prototype.isWellFormed`, newer than the types, and than some browsers. */
interface MaybeWellFormed {
  isWellFormed?(): boolean
}

const encoder = /* @__PURE__ */ new (globalThis as unknown as Platform).TextEncoder()

/**
 * The bytes of `content`.
 *
 * @throws TypeError for anything but bytes and text, and for text with a lone surrogate, which UTF-8
 *   cannot say: it would be written as another character.
 */
export function contentBytes(content: ContentInit): Uint8Array {
  if (content instanceof Uint8Array) return content
  if (typeof content !== 'string') {
    throw new TypeError(
      `content must be a Uint8Array (or Buffer) or a string, not ${show(content)}`,
    )
  }
  if ((content as MaybeWellFormed).isWellFormed?.() === false) {
    throw new TypeError('content must be well-formed text: it has a lone surrogate')
  }
  return encoder.encode(content)
}
