/**
 * Decodes streams with one generator per coding, each pulling from the one before: nothing is decoded
 * before it is requested, and nothing after a cap is exceeded. Whole bodies take one call per coding.
 *
 * Without content there is nothing to decode, whatever codings the head names: in a response to HEAD, a
 * 304, an empty body.
 */

import { HttpError } from 'httpwire'
import { joinBytes } from '../grammar/byte-arrays.ts'
import {
  type CodedHead,
  type CodedMessage,
  capCode,
  codingsToUndo,
  completeDecodeOptions,
  type DecodeOptions,
  mostDecoded,
  requireMessage,
} from './decode-rules.ts'
import { asHttpError, Damage } from './errors.ts'
import type { ContentCoding } from './names.ts'
import { count, type Pieces, peek } from './pieces.ts'
import { CODINGS, decompress, decompressWhole } from './platform.ts'
import { formatOf, SIGNATURE_LENGTH } from './signature.ts'

/** The result of {@link safeDecodeBody}. */
export type SafeDecodeResult =
  | { readonly ok: true; readonly body: Uint8Array }
  | {
      readonly ok: false
      readonly error: HttpError
      /** The output that precedes the error. */
      readonly body: Uint8Array
    }

/**
 * The content of `message` without its codings; the body itself if there are none.
 *
 * @throws HttpError for a coding that this platform lacks, for damaged data, or for more codings or
 *   output than the options allow; its `offset` is the number of coded bytes read by then. TypeError or
 *   RangeError for a wrong option, TypeError for a `message` without a head or a body.
 */
export async function decodeBody(
  message: CodedMessage,
  options?: DecodeOptions,
): Promise<Uint8Array> {
  const rules = completeDecodeOptions(options)
  requireMessage(message)
  const { head, body } = message
  if (body.length === 0) return body
  const most = mostDecoded(body.length, rules)
  let left = most
  let decoded = body
  try {
    for (const coding of codingsToUndo(head, rules, CODINGS)) {
      const format = formatOf(coding, decoded)
      const output = await decompressWhole(coding, format, decoded, left)
      if (output === undefined) throw new Damage(capCode(most, rules), coding)
      left -= output.length
      decoded = output
    }
    return decoded
  } catch (error) {
    throw asHttpError(error, body.length, head.type)
  }
}

/**
 * Like {@link decodeBody}, but returns an error together with the output that precedes it. To get that
 * output, a body that fails is decoded a second time.
 *
 * @throws TypeError or RangeError for a wrong option.
 */
export async function safeDecodeBody(
  message: CodedMessage,
  options?: DecodeOptions,
): Promise<SafeDecodeResult> {
  try {
    return { ok: true, body: await decodeBody(message, options) }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    const decoded: Uint8Array[] = []
    try {
      const { head, body } = message
      for await (const bytes of decodeContent([body], head, options)) decoded.push(bytes)
    } catch {
      // The error is already known.
    }
    return { ok: false, error, body: joinBytes(decoded) }
  }
}

/**
 * Decodes `source`, the content of a message with this head, as it arrives and as output is requested.
 * A piece of `source` must not change until the next one is requested.
 *
 * @throws HttpError and others as {@link decodeBody}, after yielding all output that precedes the
 *   error.
 */
export async function* decodeContent(
  source: Pieces,
  head: CodedHead,
  options?: DecodeOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const rules = completeDecodeOptions(options)
  let coded = 0
  let decoded = 0
  const input = count(source, (length) => {
    coded += length
  })
  try {
    const { first, pieces } = await peek(input, 1)
    if (first.length === 0) return
    let output: AsyncIterable<Uint8Array> = pieces
    for (const coding of codingsToUndo(head, rules, CODINGS)) {
      output = capped(undo(coding, output), coding)
    }
    yield* output
  } catch (error) {
    throw asHttpError(error, coded, head.type)
  } finally {
    await input.return(undefined)
  }

  async function* capped(
    output: AsyncIterable<Uint8Array>,
    coding: ContentCoding,
  ): AsyncGenerator<Uint8Array> {
    for await (const bytes of output) {
      decoded += bytes.length
      const most = mostDecoded(coded, rules)
      if (decoded > most) throw new Damage(capCode(most, rules), coding)
      yield bytes
    }
  }
}

async function* undo(
  coding: ContentCoding,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { first, pieces } = await peek(source, SIGNATURE_LENGTH)
  yield* decompress(coding, formatOf(coding, first), pieces)
}
