/**
 * The protocol version in a start-line: `HTTP/` and two digits (RFC 9112 s. 2.3).
 */

import { Byte } from '../grammar/bytes.ts'

/** Bytes of `HTTP/1.1`. */
export const VERSION_LENGTH = 8

/** The minor version of the one at `p` of `source`. */
export function minorVersionAt(source: Uint8Array, p: number): number {
  return (source[p + VERSION_LENGTH - 1] as number) - Byte.ZERO
}
