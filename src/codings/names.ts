/**
 * The codings of content that can be undone and applied, and the names they go by on the wire.
 */

import { foldAscii } from '../grammar/ascii.ts'

/** A content coding (RFC 9110 s. 8.4.1, RFC 7932, RFC 8878). Which ones a platform has: `CODINGS`. */
export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** What is on the wire: `deflate` is the zlib format, or, from some senders, raw. */
export type Format = ContentCoding | 'deflate-raw'

/** RFC 9110 s. 8.4.1.3: x-gzip is gzip. */
const NAMES: ReadonlyMap<string, ContentCoding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
])

/** RFC 9112 s. 7.2: the transfer codings that compress. The others are for content only. */
const TRANSFER_CODINGS: readonly ContentCoding[] = ['gzip', 'deflate']

/** The coding that `name` means, in any case; `undefined` for one that is not known. */
export function contentCoding(name: string): ContentCoding | undefined {
  return NAMES.get(foldAscii(name))
}

/** The same of a transfer coding. */
export function transferCoding(name: string): ContentCoding | undefined {
  const coding = contentCoding(name)
  return coding !== undefined && TRANSFER_CODINGS.includes(coding) ? coding : undefined
}
