/**
 * Whether a stream is one of requests or of responses, told from its first bytes: a method is a
 * token, which has no slash, so what begins with `HTTP/` is a status-line.
 */

import { Byte } from './bytes.ts'

/** The two kinds of message (RFC 9112 s. 2.1). */
export type MessageKind = 'request' | 'response'

const NAME = 'HTTP/'

/**
 * What the stream that begins with `bytes` is; `undefined` where more of it is needed to tell. More
 * than `mostEmpty` bytes of empty lines are an error in either kind, and are not waited for.
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
