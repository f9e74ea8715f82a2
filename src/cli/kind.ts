/**
 * Whether a stream is one of requests or of responses, told from its first bytes: a method is a
 * token, which has no slash, so what begins with `HTTP/` is a status-line.
 */

import type { Kind } from './arguments.ts'

const NAME = 'HTTP/'
const CR = 0x0d
const LF = 0x0a

/**
 * What the stream that begins with `bytes` is; `undefined` where more of it is needed to tell. More
 * than `mostEmpty` bytes of empty lines are an error in either kind, and are not waited for.
 */
export function kindOf(bytes: Uint8Array, mostEmpty: number): Kind | undefined {
  let start = 0
  while (bytes[start] === CR || bytes[start] === LF) start++
  if (start > mostEmpty) return 'request'
  for (let i = 0; i < NAME.length; i++) {
    const byte = bytes[start + i]
    if (byte === undefined) return undefined
    if (byte !== NAME.charCodeAt(i)) return 'request'
  }
  return 'response'
}
