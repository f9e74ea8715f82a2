/**
 * Runs a parser over chunks and returns the result as plain objects that can be compared.
 *
 * Reads after each push, as a program does. A chunk is overwritten before the next push once `offset` has
 * passed it, with `copy: true` at once: a parser that still needs it has broken the lifetime rule.
 *
 * Adjacent data events are merged, because the chunks decide how a body is divided into them. Bytes are
 * shown as latin1, one code unit per byte.
 */

import { copyBytes } from '../../src/grammar/byte-arrays.ts'
import {
  type ChunkExtension,
  type ErrorCode,
  HttpError,
  type HttpErrorJson,
  type ParserOptions,
  type RequestEvent,
  type RequestHead,
  RequestParser,
  type ResponseEvent,
  type ResponseHead,
  ResponseParser,
} from '../../src/index.ts'
import { PushedChunks } from './pushed-chunks.ts'
import { latin1 } from './wire-text.ts'

export type Kind = 'request' | 'response'

/** The JSON of a head, with its bytes. */
export type PlainHead =
  | (ReturnType<RequestHead['toJSON']> & { bytes: string })
  | (ReturnType<ResponseHead['toJSON']> & { bytes: string })

export type PlainEvent =
  | PlainHead
  | { type: 'data'; bytes: string }
  | { type: 'chunk'; size: number; extensions: readonly ChunkExtension[] }
  | { type: 'end'; trailers: [name: string, value: string][] }

export interface PlainError {
  code: ErrorCode
  offset: number
  status: number
  rfc: string
  side: HttpErrorJson['side']
  message: string
}

export interface Outcome {
  events: PlainEvent[]
  /** The error that ended parsing, if any. */
  error: PlainError | null
  /** The result of `takeRest()` if the parser was `switching` at the end of input. */
  rest: string | null
}

export type Parser = RequestParser | ResponseParser

/** A parser of `kind`; the responses answer requests with `requestMethods`. */
export function makeParser(
  kind: Kind,
  options: ParserOptions = {},
  requestMethods: readonly string[] = [],
): Parser {
  if (kind === 'request') return new RequestParser(options)
  const parser = new ResponseParser(options)
  for (const method of requestMethods) parser.respondsTo(method)
  return parser
}

/**
 * Runs a parser of `kind` over `chunks` and the end of input after them.
 *
 * By default, a parser that is `switching` is left in that state, and its rest is taken at the end; with
 * `'resume'` it is resumed each time.
 */
export function runParser(
  kind: Kind,
  chunks: Iterable<Uint8Array>,
  options: ParserOptions = {},
  requestMethods: readonly string[] = [],
  onSwitching: 'take the rest' | 'resume' = 'take the rest',
): Outcome {
  const parser = makeParser(kind, options, requestMethods)
  const events: PlainEvent[] = []
  const pushed = new PushedChunks()
  try {
    for (const chunk of chunks) {
      const own = copyBytes(chunk, 0, chunk.length)
      pushed.add(own)
      parser.push(own)
      if (options.copy === true) pushed.overwriteUpTo(Number.POSITIVE_INFINITY)
      readAll(parser, events, onSwitching)
      pushed.overwriteUpTo(parser.offset)
    }
    readAll(parser.finish(), events, onSwitching)
    return { events, error: null, rest: parser.switching ? latin1(parser.takeRest()) : null }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return { events, error: plainError(error), rest: null }
  }
}

/** Appends to `events` everything that can be read now. */
export function readAll(
  parser: Parser,
  events: PlainEvent[],
  onSwitching: 'take the rest' | 'resume' = 'take the rest',
): void {
  for (;;) {
    for (const event of parser) add(events, event)
    if (!parser.switching || onSwitching !== 'resume') return
    parser.resume()
  }
}

function add(events: PlainEvent[], event: RequestEvent | ResponseEvent): void {
  switch (event.type) {
    case 'request':
      events.push({ ...event.toJSON(), bytes: latin1(event.bytes) })
      break
    case 'response':
      events.push({ ...event.toJSON(), bytes: latin1(event.bytes) })
      break
    case 'data': {
      const last = events.at(-1)
      if (last?.type === 'data') last.bytes += latin1(event.bytes)
      else events.push({ type: 'data', bytes: latin1(event.bytes) })
      break
    }
    case 'chunk':
      events.push({ type: 'chunk', size: event.size, extensions: event.extensions })
      break
    case 'end':
      events.push({ type: 'end', trailers: [...event.trailers] })
      break
  }
}

/** The members of an error, as an object that can be compared. */
export function plainError({ code, offset, status, rfc, side, message }: HttpError): PlainError {
  return { code, offset, status, rfc, side, message }
}
