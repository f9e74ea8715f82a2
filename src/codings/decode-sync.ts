/**
 * Synchronous decoding with node:zlib, for tools and tests. It blocks the calling thread.
 */

import {
  type CodedMessage,
  capCode,
  codingsToUndo,
  completeDecodeOptions,
  type DecodeOptions,
  mostDecoded,
  requireMessage,
} from './decode-rules.ts'
import { asHttpError, Damage } from './errors.ts'
import { decompressSync } from './node-whole.ts'
import { CODINGS } from './node-zlib.ts'
import { formatOf } from './signature.ts'

/**
 * The content of `message` without its codings; the body itself if there are none.
 *
 * @throws HttpError, TypeError and RangeError as {@link decodeBody}; decoding stops at a cap that the
 *   output exceeds.
 */
export function decodeBodySync(message: CodedMessage, options?: DecodeOptions): Uint8Array {
  const rules = completeDecodeOptions(options)
  requireMessage(message)
  const { head, body } = message
  if (body.length === 0) return body
  const most = mostDecoded(body.length, rules)
  let left = most
  try {
    return codingsToUndo(head, rules, CODINGS).reduce((bytes, coding) => {
      const format = formatOf(coding, bytes)
      const decoded = decompressSync(coding, format, bytes, left)
      if (decoded === undefined) throw new Damage(capCode(most, rules), coding)
      left -= decoded.length
      return decoded
    }, body)
  } catch (error) {
    throw asHttpError(error, body.length, head.type)
  }
}
