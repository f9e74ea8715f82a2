/**
 * Synchronous encoding with node:zlib. It blocks the calling thread.
 */

import { type EncodeOptions, encoderSettings } from './encode-rules.ts'
import type { ContentCoding } from './names.ts'
import { CODINGS, ENCODERS, encoderOptions } from './node-zlib.ts'
import { requireBytes } from './pieces.ts'

/**
 * `body` with `codings` applied, in that order. {@link describeContent} updates the head.
 *
 * @throws TypeError and RangeError as {@link encodeBody}.
 */
export function encodeBodySync(
  body: Uint8Array,
  codings: ContentCoding | readonly ContentCoding[],
  options?: EncodeOptions,
): Uint8Array {
  requireBytes(body)
  return encoderSettings(codings, options, CODINGS).reduce(
    (bytes, settings) => ENCODERS[settings.coding].run(bytes, encoderOptions(settings)),
    body,
  )
}
