/**
 * The content of a received message, pulled by its reader: a piece is read from the connection only on
 * request, so that backpressure reaches the peer.
 */

import { Buffer } from 'node:buffer'
import {
  type Data,
  type End,
  Fields,
  HttpError,
  type RequestHead,
  type ResponseHead,
} from 'httpwire'
import { requireInteger } from '../checks.ts'
import { JsonError } from './errors.ts'

/** The connection that content is read from. */
export interface ContentSource {
  /** The next event of the message, or `null` if more input is needed. */
  readContent(): Data | End | null
  /** Resolves when more may be read or the input has ended; rejects if the connection has failed. */
  more(): Promise<void>
  /** The reader wants no more of the content, because of `reason`. */
  abandon(reason: HttpError): void
}

/** Whether content follows `head`. */
export function hasContent({ framing, contentLength }: RequestHead | ResponseHead): boolean {
  return framing !== 'none' && contentLength !== 0
}

/**
 * The content of a message, without its transfer coding.
 *
 * An async iterable of views into the received chunks, to be read once. A view stays valid for as long as
 * the program keeps it, since sockets do not reuse their buffers.
 */
export class IncomingBody implements AsyncIterable<Uint8Array> {
  readonly #source: ContentSource
  readonly #head: RequestHead | ResponseHead
  #ended: boolean
  /** Bytes that have yet to be read; 0 or less without a Content-Length. */
  #unread: number
  #trailers: Fields | undefined

  /** @internal */
  constructor(source: ContentSource, head: RequestHead | ResponseHead) {
    this.#source = source
    this.#head = head
    this.#ended = !hasContent(head)
    this.#unread = head.contentLength ?? 0
  }

  /** @internal The bytes that have yet to be read, as far as Content-Length tells. */
  get unread(): number {
    return Math.max(this.#unread, 0)
  }

  /** Whether all content has been read. */
  get ended(): boolean {
    return this.#ended
  }

  /** The trailer section, `undefined` until all content has been read; empty if there was none. */
  get trailers(): Fields | undefined {
    if (this.#ended) this.#trailers ??= new Fields()
    return this.#trailers
  }

  /**
   * @throws HttpError for content that breaks a rule; ConnectionError if the connection was closed or timed
   *   out; Error if the content is being read already, or its exchange is over.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined, undefined> {
    while (!this.#ended) {
      const event = this.#source.readContent()
      if (event === null) await this.#source.more()
      else if (event.type === 'data') {
        this.#unread -= event.bytes.length
        yield event.bytes
      } else {
        this.#trailers = event.trailers
        this.#ended = true
      }
    }
    return undefined
  }

  /**
   * All content that has not been read yet.
   *
   * @throws HttpError `BODY_TOO_LARGE`, at the offset of the head, for more than `most` bytes (1 MiB by
   *   default). In a client, the stream is destroyed then. In a server, the client gets a 413 if the
   *   handler does not catch it, and the rest counts as unread. RangeError unless `most` is an integer from
   *   0 on. Otherwise as the iteration.
   */
  async bytes(most = 2 ** 20): Promise<Uint8Array> {
    requireInteger('most', most, 0)
    // Nothing is read then, so that a client that waits for a 100 (Continue) is not sent one.
    if (this.#unread > most) this.#refuse(most)
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const piece of this) {
      length += piece.length
      if (length > most) this.#refuse(most)
      pieces.push(piece)
    }
    return pieces.length === 1 && pieces[0] !== undefined
      ? pieces[0]
      : Buffer.concat(pieces, length)
  }

  #refuse(most: number): never {
    const { type: kind, offset } = this.#head
    const detail = `the limit is ${most} bytes here, the most that bytes(), text() and json() return`
    const error = new HttpError('BODY_TOO_LARGE', offset, { detail, kind })
    this.#source.abandon(error)
    throw error
  }

  /** {@link bytes}, decoded as UTF-8. */
  async text(most?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(most))
  }

  /**
   * {@link text}, parsed as JSON. The caller has to check its type.
   *
   * @throws SyntaxError for text that is not JSON; if a handler does not catch it, the client gets a 400.
   *   Otherwise as {@link bytes}.
   */
  async json(most?: number): Promise<unknown> {
    const text = await this.text(most)
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new JsonError(this.#head.type, error)
    }
  }
}
