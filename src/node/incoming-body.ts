/**
 * Content as it is asked for: the next piece is read from the connection when somebody wants it, and
 * until then the peer waits.
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

/** Where content comes from. */
export interface ContentSource {
  /** The next event of the message, or `null` where more input has to come. */
  readContent(): Data | End | null
  /** Settles when there is more to read, or nothing more will come; fails if the peer has gone. */
  more(): Promise<void>
}

/** Whether content follows `head`. */
export function hasContent({ framing, contentLength }: RequestHead | ResponseHead): boolean {
  return framing !== 'none' && contentLength !== 0
}

/**
 * The content of a message, without its transfer coding.
 *
 * An async iterable of views into what was received; read it once. Each may be used for as long as
 * the program likes: sockets do not use their buffers again.
 */
export class IncomingBody implements AsyncIterable<Uint8Array, undefined> {
  readonly #source: ContentSource
  readonly #head: RequestHead | ResponseHead
  #ended: boolean
  #trailers: Fields | undefined

  /** @internal */
  constructor(source: ContentSource, head: RequestHead | ResponseHead) {
    this.#source = source
    this.#head = head
    this.#ended = !hasContent(head)
  }

  /** Whether all of it has been read. */
  get ended(): boolean {
    return this.#ended
  }

  /** The trailer section, once all content has been read; empty where there was none. */
  get trailers(): Fields | undefined {
    if (this.#ended) this.#trailers ??= new Fields()
    return this.#trailers
  }

  /** @throws HttpError for content that breaks a rule; Error where the peer has gone. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined, undefined> {
    while (!this.#ended) {
      const event = this.#source.readContent()
      if (event === null) await this.#source.more()
      else if (event.type === 'data') yield event.bytes
      else {
        this.#trailers = event.trailers
        this.#ended = true
      }
    }
    return undefined
  }

  /**
   * All of it, or what is left.
   *
   * @throws HttpError `BODY_TOO_LARGE`, at the offset of the head, for more than `most` bytes (1 MiB unless
   *   given); a handler may leave it uncaught, and the client gets a 413. Otherwise as the iteration.
   */
  async bytes(most = 2 ** 20): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const piece of this) {
      length += piece.length
      if (length > most) throw this.#tooLarge(most)
      pieces.push(piece)
    }
    return pieces.length === 1 && pieces[0] !== undefined
      ? pieces[0]
      : Buffer.concat(pieces, length)
  }

  #tooLarge(most: number): HttpError {
    const { type: kind, offset } = this.#head
    const detail = `bytes() and text() were to give at most ${most} bytes of it`
    return new HttpError('BODY_TOO_LARGE', offset, { detail, kind })
  }

  /** {@link bytes}, as UTF-8. */
  async text(most?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(most))
  }

  /**
   * {@link text}, parsed as JSON. The type is the caller's to check.
   *
   * @throws SyntaxError for text that is not JSON, otherwise as {@link bytes}.
   */
  async json(most?: number): Promise<unknown> {
    return JSON.parse(await this.text(most))
  }
}
