/**
 * Encodes content with one generator per coding, each pulling from the one before.
 */

import { joinBytes } from '../grammar/byte-arrays.ts'
import { type EncodeOptions, type EncodeStreamOptions, encoderSettings } from './encode-rules.ts'
import type { ContentCoding } from './names.ts'
import { count, type Pieces } from './pieces.ts'
import { CODINGS, compress } from './platform.ts'

/**
 * `body` with `codings` applied, in that order. {@link describeContent} updates the head.
 *
 * @throws TypeError for a coding that this platform lacks (see {@link CODINGS}), RangeError for a level
 *   that a coding does not have.
 */
export async function encodeBody(
  body: Uint8Array,
  codings: ContentCoding | readonly ContentCoding[],
  options?: EncodeOptions,
): Promise<Uint8Array> {
  const encoded: Uint8Array[] = []
  for await (const bytes of encodeContent([body], codings, options)) encoded.push(bytes)
  return joinBytes(encoded)
}

/**
 * Like {@link encodeBody}, for content that is encoded as it arrives and as output is requested. A
 * piece of `source` must not change until the next one is requested.
 *
 * @throws TypeError and RangeError as {@link encodeBody}, and whatever `source` throws.
 */
export async function* encodeContent(
  source: Pieces,
  codings: ContentCoding | readonly ContentCoding[],
  options?: EncodeStreamOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let encoded: AsyncIterable<Uint8Array> = count(source, () => {})
  for (const settings of encoderSettings(codings, options, CODINGS)) {
    encoded = compress(settings, encoded)
  }
  yield* encoded
}
