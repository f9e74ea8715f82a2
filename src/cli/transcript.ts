/**
 * Turns a stream of messages into its report: chunks in, text out, as they arrive. It keeps the first
 * bytes of a body and what the parser still needs, so memory use stays flat.
 *
 * Streams and terminals are left to `run.ts` and `main.ts`.
 */

import type { MessageKind } from '../grammar/kind.ts'
import { type Fields, HttpError, RequestParser, ResponseParser } from '../index.ts'
import type { ParseCommand } from './arguments.ts'
import { BodySample } from './body-sample.ts'
import { DecodedBody, isCoded } from './decoded-body.ts'
import { RecentBytes } from './recent-bytes.ts'
import type { ErrorReport, Head, MessageReport, Reporter, RestReport } from './report.ts'

/** Bytes shown before and after an error. */
const CONTEXT = 32

export class Transcript {
  readonly #parser: RequestParser | ResponseParser
  readonly #reporter: Reporter
  readonly #decode: boolean
  readonly #recent = new RecentBytes()
  #bytes = 0
  /** The number of complete messages. */
  #messages = 0
  /** The message that is being read. */
  #message: MessageReport | undefined
  #rest: RestReport | undefined
  #error: ErrorReport | undefined
  #undecoded = 0

  constructor(kind: MessageKind, command: ParseCommand, reporter: Reporter) {
    this.#parser = makeParser(kind, command)
    this.#reporter = reporter
    this.#decode = command.decode
  }

  /** The number of bodies that were to be decoded but could not be. */
  get undecoded(): number {
    return this.#undecoded
  }

  /** The error that ended parsing, after which nothing may be pushed. */
  get error(): ErrorReport | undefined {
    return this.#error
  }

  /** Takes the next bytes of the stream and returns the report for them. */
  async push(chunk: Uint8Array): Promise<string> {
    this.#bytes += chunk.length
    if (this.#rest !== undefined) {
      this.#rest.bytes.add(chunk)
      return ''
    }
    this.#recent.add(chunk, this.#parser.offset - CONTEXT)
    this.#parser.push(chunk)
    return this.#read()
  }

  /** Takes the end of the stream and returns the rest of the report. */
  async finish(): Promise<string> {
    this.#parser.finish()
    const text = await this.#read()
    if (this.#error !== undefined) return text
    const rest = this.#rest === undefined ? '' : this.#reporter.rest(this.#rest)
    return text + rest + this.#reporter.total(this.#messages, this.#bytes)
  }

  /** Reads all available events, up to an error or a switch of protocols. */
  async #read(): Promise<string> {
    const parser = this.#parser
    let text = ''
    try {
      for (let event = parser.read(); event !== null; event = parser.read()) {
        if (event.type === 'data') await this.#add(event.bytes)
        else if (event.type === 'chunk') this.#countChunk(event.size)
        else if (event.type === 'end') text += await this.#end(event.trailers)
        else text += this.#begin(event)
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      text += this.#fail(error)
    }
    return text
  }

  #begin(head: Head): string {
    const chunks = head.framing === 'chunked' ? 0 : null
    const decoded = this.#decode && isCoded(head) ? new DecodedBody(head) : undefined
    this.#message = { head, chunks, body: new BodySample(), decoded }
    return this.#reporter.head(head, this.#messages + 1, this.#decode)
  }

  async #add(bytes: Uint8Array): Promise<void> {
    this.#message?.body.add(bytes)
    await this.#message?.decoded?.add(bytes)
  }

  /** The last chunk has no data and is not counted. */
  #countChunk(size: number): void {
    const message = this.#message
    if (message !== undefined && message.chunks !== null && size > 0) message.chunks++
  }

  async #end(trailers: Fields): Promise<string> {
    const message = this.#message
    if (message === undefined) return ''
    await message.decoded?.end()
    if (message.decoded?.error !== undefined) this.#undecoded++
    const { offset } = this.#parser
    this.#messages++
    this.#message = undefined
    if (this.#parser.switching) {
      this.#rest = { head: message.head, offset, bytes: new BodySample() }
      this.#rest.bytes.add(this.#parser.takeRest())
    }
    return this.#reporter.end(message, trailers, offset)
  }

  #fail(error: HttpError): string {
    this.#error = {
      error,
      context: this.#recent.around(error.offset - CONTEXT, error.offset + CONTEXT),
      messages: this.#messages,
      incomplete: this.#message,
    }
    return this.#reporter.error(this.#error)
  }
}

function makeParser(
  kind: MessageKind,
  { limits, leniency, requestMethods }: ParseCommand,
): RequestParser | ResponseParser {
  const options = { limits, leniency, chunkBoundaries: true }
  if (kind === 'request') return new RequestParser(options)
  const parser = new ResponseParser(options)
  for (const method of requestMethods) parser.respondsTo(method)
  return parser
}
