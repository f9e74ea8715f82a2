/**
 * The `httpwire/codings` entry for platforms without node:zlib: content codings.
 */

export {
  type AcceptedCoding,
  chooseCoding,
  parseAcceptEncoding,
} from './codings/accept-encoding.ts'
export { ContentDecoder } from './codings/content-decoder.ts'
export {
  decodeBody,
  decodeContent,
  type SafeDecodeResult,
  safeDecodeBody,
} from './codings/decode.ts'
export type { CodedHead, CodedMessage, DecodeOptions } from './codings/decode-rules.ts'
export { type ContentDescription, describeContent } from './codings/describe-content.ts'
export { encodeBody, encodeContent } from './codings/encode.ts'
export type { EncodeOptions, EncodeStreamOptions } from './codings/encode-rules.ts'
export type { ContentCoding } from './codings/names.ts'
export type { Pieces } from './codings/pieces.ts'
export { CODINGS } from './codings/platform.ts'
