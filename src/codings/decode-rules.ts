/**
 * Decides from the head and the options, before any byte is decoded, which codings to undo, in which
 * order, and how much output to allow.
 */

import { HttpError } from 'httpwire'
import {
  type Complete,
  ownOptions,
  requireInteger,
  requireObject,
  requireStrings,
  show,
} from '../checks.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { type ContentCoding, contentCoding, transferCoding } from './names.ts'
import { requireBytes } from './pieces.ts'

/** Options of everything that decodes. */
export interface DecodeOptions {
  /**
   * Bytes that all codings of a message together may produce; 64 MiB unless given. Larger output is
   * refused as soon as it exceeds this (`DECODED_TOO_LARGE`), and not decoded further.
   */
  readonly maxDecoded?: number | undefined
  /**
   * Decoded bytes allowed per coded byte; 200 unless given. Checked once there is more than 1 MiB of
   * output, each time output appears, against the input read by then (`DECODED_TOO_DENSE`).
   */
  readonly maxRatio?: number | undefined
  /** Codings that may be applied on top of each other (`TOO_MANY_CODINGS`); 5 unless given. */
  readonly maxCodings?: number | undefined
}

/** The part of a head that says how its content is coded: a parsed head, or a plain object. */
export interface CodedHead {
  readonly type: MessageKind
  /** In the order in which they were applied (RFC 9110 s. 8.4). */
  readonly contentCodings: readonly string[]
  /** Applied after the content codings; the parser has undone `chunked`. None unless given. */
  readonly transferCodings?: readonly string[] | undefined
}

/** A message as far as decoding needs it: a parsed message, or a plain object. */
export interface CodedMessage {
  readonly head: CodedHead
  /** The body, from which the chunked coding has been removed. */
  readonly body: Uint8Array
}

/** The response status for an unknown transfer coding (RFC 9112 s. 6.1). */
const NOT_IMPLEMENTED = 501

/** Output up to this size is not a bomb, however few bytes it came from. */
const HARMLESS = 2 ** 20

const DEFAULTS: Complete<DecodeOptions> = Object.freeze({
  maxDecoded: 64 * 2 ** 20,
  maxRatio: 200,
  maxCodings: 5,
})

/** @throws TypeError or RangeError that names the wrong option. */
export function completeDecodeOptions(options?: DecodeOptions): Complete<DecodeOptions> {
  if (options === undefined) return DEFAULTS
  const own = ownOptions(options, DEFAULTS)
  for (const [name, value] of Object.entries(own)) {
    requireInteger(name, value, 1)
  }
  return { ...DEFAULTS, ...own }
}

/** @throws TypeError unless `message` has a head and a body. */
export function requireMessage(message: CodedMessage): void {
  requireObject('the message', message)
  requireObject('the head of the message', message.head)
  requireBytes(message.body, 'the body of the message')
}

/**
 * The codings of a message in the order to undo them: its transfer codings from the last to the first,
 * then its content codings likewise.
 *
 * @throws HttpError for a coding that `available` lacks, or for too many codings.
 */
export function codingsToUndo(
  { type, contentCodings, transferCodings = [] }: CodedHead,
  { maxCodings }: Complete<DecodeOptions>,
  available: readonly ContentCoding[],
): ContentCoding[] {
  requireStrings('contentCodings', contentCodings)
  requireStrings('transferCodings', transferCodings)
  // If chunked is not last, it did not frame the message, and the parser has not undone it.
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

/** The most bytes that all codings together may produce from `coded` bytes of input. */
export function mostDecoded(coded: number, rules: Complete<DecodeOptions>): number {
  return Math.min(rules.maxDecoded, Math.max(HARMLESS, coded * rules.maxRatio))
}

/** Which of the two caps set `most`, a result of {@link mostDecoded} that the output exceeds. */
export function capCode(
  most: number,
  { maxDecoded }: Complete<DecodeOptions>,
): 'DECODED_TOO_LARGE' | 'DECODED_TOO_DENSE' {
  return most === maxDecoded ? 'DECODED_TOO_LARGE' : 'DECODED_TOO_DENSE'
}
