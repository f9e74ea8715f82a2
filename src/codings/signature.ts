/**
 * How coded data begins: enough to detect mislabelled data, and to distinguish the two formats that
 * senders call `deflate`. Brotli has no signature.
 */

import { Damage } from './errors.ts'
import type { ContentCoding, Format } from './names.ts'

/** Bytes needed to recognise a format. */
export const SIGNATURE_LENGTH = 4

const GZIP = [0x1f, 0x8b]
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd]
/** RFC 8878 s. 3.1.2: the first byte of a skippable frame may be 0x50 to 0x5F. */
const ZSTD_SKIPPABLE = [0x2a, 0x4d, 0x18]

/**
 * The format of data that is labelled `coding` and begins with `bytes`. Fewer than
 * {@link SIGNATURE_LENGTH} bytes must be all of the data; any beyond that are ignored.
 *
 * @throws Damage if the data has another format.
 */
export function formatOf(coding: ContentCoding, bytes: Uint8Array): Format {
  if (coding === 'br') return 'br'
  if (coding === 'zstd') {
    if (isZstdMagic(bytes)) return 'zstd'
  } else if (coding === 'gzip') {
    if (beginsWith(bytes, 0, GZIP)) return 'gzip'
  } else if (isZlibHeader(bytes)) {
    return 'deflate'
  } else if (bytes.length < GZIP.length || !beginsWith(bytes, 0, GZIP)) {
    // RFC 9110 s. 8.4.1.2 notes that some senders omit the zlib wrapper; browsers accept that.
    return 'deflate-raw'
  }
  throw new Damage('CODED_DATA_MISLABELLED', coding)
}

/** Whether a zstd frame, or a skippable one, can begin with `bytes`. */
export function isZstdMagic(bytes: Uint8Array): boolean {
  const [first = 0x50] = bytes
  return (
    beginsWith(bytes, 0, ZSTD) || ((first & 0xf0) === 0x50 && beginsWith(bytes, 1, ZSTD_SKIPPABLE))
  )
}

/** RFC 1950 s. 2.2: method 8, a window of at most 32 KiB, and two bytes that form a multiple of 31. */
function isZlibHeader([first = 0, second]: Uint8Array): boolean {
  if ((first & 0x0f) !== 8 || first >> 4 > 7) return false
  return second === undefined || ((first << 8) | second) % 31 === 0
}

function beginsWith(bytes: Uint8Array, at: number, signature: readonly number[]): boolean {
  return signature.every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte)
}
