/**
 * Decoding: one generator for each coding, each pulling from the one before. Nothing is decoded
 * before somebody asks for it, and nothing after a cap has been passed.
 *
 * Where there is no content there is nothing to decode, whatever the head says of codings: the
 * answer to HEAD, a 304, an empty body.
 */

import { HttpError } from 'httpwire'
import { joinBytes } from '../grammar/byte-arrays.ts'
import {
  type CodedHead,
  capCode,
  codingsToUndo,
  completeDecodeOptions,
  type DecodeOptions,
  mostDecoded,
} from './decode-rules.ts'
import { asHttpError, Damage } from './errors.ts'
import type { ContentCoding } from './names.ts'
import { count, type Pieces, peek, requireBytes } from './pieces.ts'
import { CODINGS, decompress, decompressWhole } from './platform.ts'
import { formatOf, SIGNATURE_LENGTH } from './signature.ts'

/** A message, as far as decoding its content needs it: a parsed one, or what one states. */
export interface CodedMessage {
  readonly head: CodedHead
  /** Without the chunked coding. */
  readonly body: Uint8Array
}

/** What {@link safeDecodeBody} gives. */
export type SafeDecodeResult =
  | { readonly ok: true; readonly body: Uint8Array }
  | {
      readonly ok: false
      readonly error: HttpError
      /** What came out before the error was found. */
      readonly body: Uint8Array
    }

/**
 * The content of `message`, without its codings: the body itself where there are none.
 *
 * @throws HttpError for a coding that this platform does not have, data that is not what it should
 *   be, or more of it than the options allow; its `offset` is the number of coded bytes that had
 *   been taken in. TypeError or RangeError for a wrong option.
 */
export async function decodeBody(
  { head, body }: CodedMessage,
  options?: DecodeOptions,
): Promise<Uint8Array> {
  const rules = completeDecodeOptions(options)
  requireBytes(body)
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
 * The same, but an error comes with what can be decoded all the same: it is decoded once more, as
 * far as that goes.
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
      // The error that is known.
    }
    return { ok: false, error, body: joinBytes(decoded) }
  }
}

/**
 * What `source`, the content of a message with this head as it arrives, decodes to, as it is asked
 * for. A piece of `source` has to stay as it is until the next one is asked for.
 *
 * @throws HttpError and others as {@link decodeBody}, in the order of the data: what was decoded
 *   before is given out before.
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
