/**
 * Checks which codings to apply to content, and at which level, before any byte is encoded.
 */

import { type Complete, ownOptions, requireBoolean, requireInteger, show } from '../checks.ts'
import type { ContentCoding } from './names.ts'

/** Options of everything that encodes. */
export interface EncodeOptions {
  /**
   * The compression level: 0 to 9 for gzip and deflate (6 unless given), 0 to 11 for br (5), 1 to 22
   * for zstd (3). Platforms without levels use their own.
   */
  readonly level?: number | undefined
}

/** Options for encoding a stream. */
export interface EncodeStreamOptions extends EncodeOptions {
  /**
   * Flush after each piece, so that it can be decoded when it arrives, as server-sent events require.
   * Costs some bytes per piece. Not available on platforms without node:zlib.
   */
  readonly flush?: boolean | undefined
}

/** How one coding is applied. */
export interface EncoderSettings {
  readonly coding: ContentCoding
  readonly level: number
  readonly flush: boolean
}

const LEVELS: Record<ContentCoding, { least: number; most: number; usual: number }> = {
  gzip: { least: 0, most: 9, usual: 6 },
  deflate: { least: 0, most: 9, usual: 6 },
  // Brotli's own default, 11, suits content that is compressed once and kept.
  br: { least: 0, most: 11, usual: 5 },
  zstd: { least: 1, most: 22, usual: 3 },
}

const KNOWN: Complete<EncodeStreamOptions> = { level: 0, flush: false }

/**
 * The codings to apply, in order, with their settings.
 *
 * @throws TypeError or RangeError for a coding that `available` lacks, or a wrong option.
 */
export function encoderSettings(
  codings: ContentCoding | readonly ContentCoding[],
  options: EncodeStreamOptions = {},
  available: readonly ContentCoding[],
): EncoderSettings[] {
  const { level, flush = false } = ownOptions(options, KNOWN)
  const flushes = requireBoolean('flush', flush)
  return (typeof codings === 'string' ? [codings] : codings).map((coding) => {
    if (!available.includes(coding)) {
      throw new TypeError(`a coding must be one of ${available.join(', ')}, not ${show(coding)}`)
    }
    const { least, most, usual } = LEVELS[coding]
    if (level !== undefined) requireInteger(`the level of ${coding}`, level, least, most)
    return { coding, level: level ?? usual, flush: flushes }
  })
}
