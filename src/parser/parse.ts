/**
 * Parses a whole stream in one buffer, whose end is the end of the stream. For tools and tests.
 */

import { ownOptions, requireStrings, show, wrongType } from '../checks.ts'
import { HttpError } from '../errors.ts'
import { isBytes, joinBytes } from '../grammar/byte-arrays.ts'
import { kindOf } from '../grammar/kind.ts'
import { makeView } from '../grammar/views.ts'
import type { Message } from '../message/events.ts'
import type { RequestHead, ResponseHead } from '../message/heads.ts'
import type { Method } from '../message/methods.ts'
import type { MessageParser } from './message-parser.ts'
import type { ParserOptions } from './options.ts'
import { RequestParser } from './request-parser.ts'
import { ResponseParser } from './response-parser.ts'

type AnyHead = RequestHead | ResponseHead

/** Options of {@link parse} and {@link safeParse}. */
export interface ParseOptions<Kind extends 'request' | 'response' = 'request' | 'response'>
  extends Pick<ParserOptions, 'limits' | 'leniency' | 'copy'> {
  /** The kind of the messages. By default `requestMethods` implies responses, else the bytes decide. */
  readonly kind?: Kind | undefined
  /** The methods of the requests that the responses answer, in order; GET for any further response. */
  readonly requestMethods?: readonly (Method | (string & {}))[] | undefined
}

/** What {@link parse} returns. */
export interface ParseResult<Head extends AnyHead = AnyHead> {
  /** The complete messages, in order. */
  readonly messages: Message<Head>[]
  /**
   * The bytes after a message that leaves HTTP or offers to (CONNECT, Upgrade, 101); else empty. A view
   * into `bytes`, even with `copy`.
   */
  readonly rest: Uint8Array
}

/** What {@link safeParse} returns: a {@link ParseResult}, or the error and the messages before it. */
export type SafeParseResult<Head extends AnyHead = AnyHead> =
  | (ParseResult<Head> & { readonly ok: true })
  | {
      readonly ok: false
      readonly error: HttpError
      /** The messages that were complete before the error. */
      readonly messages: Message<Head>[]
      /** Everything from the invalid message on: a view into `bytes`, even with `copy`. */
      readonly rest: Uint8Array
    }

const KNOWN = { kind: 0, requestMethods: 0, limits: 0, leniency: 0, copy: 0 } satisfies Record<
  keyof ParseOptions,
  0
>

/**
 * Parses all messages in `bytes`.
 *
 * Heads, and bodies that are in one piece, are views into `bytes`, unless `copy` is set.
 *
 * @throws HttpError if the bytes break a rule; {@link safeParse} also returns the messages before.
 * @throws TypeError or RangeError for wrong arguments, naming the option.
 */
export function parse(
  bytes: Uint8Array,
  options: ParseOptions<'request'> & { kind: 'request' },
): ParseResult<RequestHead>
export function parse(
  bytes: Uint8Array,
  options: ParseOptions<'response'> & { kind: 'response' },
): ParseResult<ResponseHead>
export function parse(bytes: Uint8Array, options?: ParseOptions): ParseResult
export function parse(bytes: Uint8Array, options?: ParseOptions): ParseResult {
  const result = safeParse(bytes, options)
  if (!result.ok) throw result.error
  return { messages: result.messages, rest: result.rest }
}

/**
 * Parses all messages in `bytes`, but does not throw if they break a rule: the result then contains
 * the error and the messages before it.
 *
 * @throws TypeError or RangeError for wrong arguments, naming the option.
 */
export function safeParse(
  bytes: Uint8Array,
  options: ParseOptions<'request'> & { kind: 'request' },
): SafeParseResult<RequestHead>
export function safeParse(
  bytes: Uint8Array,
  options: ParseOptions<'response'> & { kind: 'response' },
): SafeParseResult<ResponseHead>
export function safeParse(bytes: Uint8Array, options?: ParseOptions): SafeParseResult
export function safeParse(bytes: Uint8Array, options?: ParseOptions): SafeParseResult {
  if (!isBytes(bytes)) {
    throw new TypeError(`parse takes a Uint8Array (or Buffer), not ${show(bytes)}`)
  }
  const own = options === undefined ? undefined : ownOptions(options, KNOWN)
  const parser = makeParser(bytes, own).push(bytes).finish()
  const empty = makeView(bytes, bytes.length, bytes.length)
  const rest = (from: number) =>
    from === bytes.length ? empty : makeView(bytes, from, bytes.length)
  const emptyBody = own?.copy ? undefined : empty
  const messages: Message[] = []
  let good = 0
  try {
    for (;;) {
      const message = readMessage(parser, emptyBody)
      if (message === null) return { ok: true, messages, rest: rest(parser.offset) }
      messages.push(message)
      good = parser.offset
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return { ok: false, error, messages, rest: rest(good) }
  }
}

/** A new array for each empty body, instead of `empty`, would take as long as parsing a small request. */
function readMessage(
  parser: MessageParser<AnyHead>,
  empty: Uint8Array | undefined,
): Message | null {
  const head = parser.read()
  if (head === null || (head.type !== 'request' && head.type !== 'response')) return null
  const parts: Uint8Array[] = []
  for (;;) {
    const event = parser.read()
    if (event?.type === 'data') parts.push(event.bytes)
    else if (event?.type === 'end') {
      const body = parts.length === 0 && empty !== undefined ? empty : joinBytes(parts)
      return { head, body, trailers: event.trailers }
    }
  }
}

function makeParser(bytes: Uint8Array, options?: ParseOptions): MessageParser<AnyHead> {
  if (options === undefined) {
    return kindOf(bytes) === 'response' ? new ResponseParser() : new RequestParser()
  }
  const { requestMethods } = options
  if (requestMethods !== undefined) requireStrings('requestMethods', requestMethods)
  const methods = requestMethods?.length === 0 ? undefined : requestMethods
  const likely = methods === undefined ? (kindOf(bytes) ?? 'request') : 'response'
  const { kind = likely } = options
  if (kind !== 'request' && kind !== 'response') {
    throw wrongType('kind', "'request' or 'response'", kind)
  }
  const rules = parserOptions(options)
  if (kind === 'request') {
    if (methods === undefined) return new RequestParser(rules)
    throw new TypeError("requestMethods are for kind: 'response'")
  }
  const parser = new ResponseParser(rules)
  if (methods !== undefined) for (const method of methods) parser.respondsTo(method)
  return parser
}

/** Those of the parser; `undefined` if none is given, which saves most of the time to create a parser. */
function parserOptions({ limits, leniency, copy }: ParseOptions): ParserOptions | undefined {
  const isDefault = limits === undefined && leniency === undefined && copy === undefined
  return isDefault ? undefined : { limits, leniency, copy }
}
