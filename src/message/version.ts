/**
 * The protocol version in a start-line: `HTTP/` and two digits (RFC 9112 s. 2.3).
 */

import { Byte } from '../grammar/bytes.ts'

/** The length of `HTTP/1.1` in bytes. */
export const VERSION_LENGTH = 8

/** The minor version of the protocol version that begins at `source[p]`. */
export function minorVersionAt(source: Uint8Array, p: number): number {
  return (source[p + VERSION_LENGTH - 1] as number) - Byte.ZERO
}
