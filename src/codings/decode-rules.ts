/**
 * What is to be decoded, in which order, and how much of it: decided from the head and the options
 * before a byte is decoded.
 */

import { HttpError } from 'httpwire'
import { ownOptions, requireInteger, show } from '../checks.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { type ContentCoding, contentCoding, transferCoding } from './names.ts'

/** Options of everything that decodes. */
export interface DecodeOptions {
  /**
   * Bytes that may come out of all codings of a message together; 64 MiB unless given. What is larger is refused as
   * soon as it is (`DECODED_TOO_LARGE`), and not decoded further.
   */
  readonly maxDecoded?: number
  /**
   * Bytes that may come out for each coded byte that went in; 200 unless given. Looked at from
   * 1 MiB of decoded bytes on, each time some come out, against what went in until then
   * (`DECODED_TOO_DENSE`).
   */
  readonly maxRatio?: number
  /** Codings that may be applied one upon the other (`TOO_MANY_CODINGS`); 5 unless given. */
  readonly maxCodings?: number
}

/** The part of a head that tells how its content is coded: a parsed head, or what one states. */
export interface CodedHead {
  readonly type: MessageKind
  /** In the order in which they were applied (RFC 9110 s. 8.4). */
  readonly contentCodings: readonly string[]
  /** Applied after them; `chunked` has been undone by the parser. None unless given. */
  readonly transferCodings?: readonly string[]
}

/** What an unknown transfer coding is answered with (RFC 9112 s. 6.1). */
const NOT_IMPLEMENTED = 501

/** Less than this is no bomb, however few bytes it was. */
const HARMLESS = 2 ** 20

const DEFAULTS: Required<DecodeOptions> = Object.freeze({
  maxDecoded: 64 * 2 ** 20,
  maxRatio: 200,
  maxCodings: 5,
})

/** @throws TypeError or RangeError naming the option that is wrong. */
export function completeDecodeOptions(options?: DecodeOptions): Required<DecodeOptions> {
  if (options === undefined) return DEFAULTS
  const own = ownOptions(options, DEFAULTS)
  for (const [name, value] of Object.entries(own)) {
    requireInteger(name, value, 1)
  }
  return { ...DEFAULTS, ...own }
}

/**
 * The codings of a message, the first to be undone first: those of its transfer, then those of its
 * content, each backwards.
 *
 * @throws HttpError for one that `available` does not have, or more of them than are allowed.
 */
export function codingsToUndo(
  { type, contentCodings, transferCodings = [] }: CodedHead,
  { maxCodings }: Required<DecodeOptions>,
  available: readonly ContentCoding[],
): ContentCoding[] {
  // Where chunked is not last it did not frame the message, and has not been undone.
  const framed = transferCodings.at(-1) === 'chunked'
  const transfer = framed ? transferCodings.slice(0, -1) : transferCodings
  const content = contentCodings.filter((name) => name !== 'identity')
  const count = transfer.length + content.length
  if (count > maxCodings) {
    throw new HttpError('TOO_MANY_CODINGS', 0, {
      kind: type,
      detail: `${count} above ${maxCodings}`,
    })
  }
  const undo = (names: readonly string[], kind: 'transfer' | 'content') =>
    names.map((_, i) => {
      const name = names.at(-1 - i) as string
      const coding = kind === 'transfer' ? transferCoding(name) : contentCoding(name)
      if (coding !== undefined && available.includes(coding)) return coding
      const status = kind === 'transfer' && type === 'request' ? NOT_IMPLEMENTED : undefined
      throw new HttpError('UNSUPPORTED_CODING', 0, {
        kind: type,
        status,
        detail: `${kind} coding ${show(name)}`,
      })
    })
  return undo(transfer, 'transfer').concat(undo(content, 'content'))
}

/** The most bytes that may come out of all codings together for `coded` bytes that went in. */
export function mostDecoded(coded: number, rules: Required<DecodeOptions>): number {
  return Math.min(rules.maxDecoded, Math.max(HARMLESS, coded * rules.maxRatio))
}

/** Which of the two caps a size of more than {@link mostDecoded} is above. */
export function capCode(
  most: number,
  { maxDecoded }: Required<DecodeOptions>,
): 'DECODED_TOO_LARGE' | 'DECODED_TOO_DENSE' {
  return most === maxDecoded ? 'DECODED_TOO_LARGE' : 'DECODED_TOO_DENSE'
}
