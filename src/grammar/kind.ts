/**
 * Tells a stream of requests from one of responses by its first bytes: a method is a token and cannot
 * contain a slash, so a line that begins with `HTTP/` is a status-line.
 */

import { Byte } from './bytes.ts'

/** The two kinds of message (RFC 9112 s. 2.1). */
export type MessageKind = 'request' | 'response'

const NAME = 'HTTP/'

/**
 * The kind of the stream that begins with `bytes`; `undefined` if more bytes are needed. More than
 * `mostEmpty` bytes of empty lines are an error in either kind, so the answer is `request` at once.
 */
export function kindOf(
  bytes: Uint8Array,
  mostEmpty = Number.POSITIVE_INFINITY,
): MessageKind | undefined {
  let start = 0
  while (bytes[start] === Byte.CR || bytes[start] === Byte.LF) start++
  if (start > mostEmpty) return 'request'
  for (let i = 0; i < NAME.length; i++) {
    const byte = bytes[start + i]
    if (byte === undefined) return undefined
    if (byte !== NAME.charCodeAt(i)) return 'request'
  }
  return 'response'
}
