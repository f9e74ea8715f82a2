/**
 * The content codings that can be undone and applied, and their names on the wire.
 */

import { foldAscii } from '../grammar/ascii.ts'

/** A content coding (RFC 9110 s. 8.4.1, RFC 7932, RFC 8878). `CODINGS` lists those of the platform. */
export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** The format on the wire: `deflate` is the zlib format, but some senders send raw deflate data. */
export type Format = ContentCoding | 'deflate-raw'

/** RFC 9110 s. 8.4.1.3: x-gzip is gzip. */
const NAMES: ReadonlyMap<string, ContentCoding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
])

/** RFC 9112 s. 7.2: the transfer codings that compress. The others are content codings only. */
const TRANSFER_CODINGS: readonly ContentCoding[] = ['gzip', 'deflate']

/** The coding named `name`, in any case; `undefined` if it is unknown. */
export function contentCoding(name: string): ContentCoding | undefined {
  return NAMES.get(foldAscii(name))
}

/** Like {@link contentCoding}, for a transfer coding. */
export function transferCoding(name: string): ContentCoding | undefined {
  const coding = contentCoding(name)
  return coding !== undefined && TRANSFER_CODINGS.includes(coding) ? coding : undefined
}
