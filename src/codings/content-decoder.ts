/**
 * Decoding for those who are handed content piece by piece, as the parser's `data` events do: the
 * pulling of `decodeContent`, turned round. When the decoder asks for the next piece it has given
 * all that the last one held.
 */

import { decodeContent } from './decode.ts'
import type { CodedHead, DecodeOptions } from './decode-rules.ts'
import { misuse } from './errors.ts'

type Piece = IteratorResult<Uint8Array, undefined>

/** Said when the decoder asks for a piece that is not there yet. */
const HUNGRY = Symbol('hungry')

/**
 * Decodes the content of one message.
 *
 *     const decoder = new ContentDecoder(head)
 *     for await (const bytes of decoder.decode(event.bytes)) ...   // for each data event
 *     for await (const bytes of decoder.end()) ...                 // for the end event
 *
 * Each loop has to be run, and to its end, before the next call: only then has the piece been read.
 * One that is left early, or an error, ends the decoder.
 */
export class ContentDecoder {
  readonly #decoded: AsyncGenerator<Uint8Array, void, undefined>
  /** What is asked of `#decoded`, and has not come for want of content. */
  #asked: Promise<IteratorResult<Uint8Array, void>> | undefined
  /** Content that has not been asked for. */
  #piece: Piece | undefined
  /** Content that has been asked for and is not there. */
  #waiting: { give(piece: Piece): void; fail(reason: unknown): void } | undefined
  #starve = () => {}
  #state: 'ready' | 'busy' | 'over' = 'ready'

  /** Throws nothing: an option that is wrong is told of with the first piece, by {@link decode}. */
  constructor(head: CodedHead, options?: DecodeOptions) {
    const source = { [Symbol.asyncIterator]: () => ({ next: () => this.#take() }) }
    this.#decoded = decodeContent(source, head, options)
  }

  /**
   * What `bytes`, the next of the content, decode to; perhaps nothing. They have to stay as they
   * are until the loop has ended.
   *
   * @throws HttpError as {@link decodeBody}, and `WRONG_STATE` after an end, an error or a loop
   *   that was left, or inside another one.
   */
  decode(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    this.#begin({ done: false, value: bytes })
    return this.#run()
  }

  /** What is left to decode at the end of the content. @throws HttpError as {@link decode}. */
  end(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#begin({ done: true, value: undefined })
    return this.#run()
  }

  /** Lets everything go, where the end of the content will not come. */
  async destroy(): Promise<void> {
    this.#state = 'over'
    this.#asked?.catch(() => {})
    this.#waiting?.fail(destroyed())
    await this.#decoded.return(undefined)
  }

  #begin(piece: Piece): void {
    if (this.#state !== 'ready') {
      throw misuse(this.#state === 'busy' ? 'the last piece has not been read' : 'it has ended')
    }
    this.#state = 'busy'
    if (this.#waiting === undefined) this.#piece = piece
    else this.#waiting.give(piece)
    this.#waiting = undefined
  }

  async *#run(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const starved = new Promise<typeof HUNGRY>((resolve) => {
          this.#starve = () => resolve(HUNGRY)
        })
        this.#asked ??= this.#decoded.next()
        const step = await Promise.race([this.#asked, starved])
        if (step === HUNGRY) {
          if (this.#state === 'busy') this.#state = 'ready'
          return
        }
        this.#asked = undefined
        if (step.done === true) return
        yield step.value
      }
    } finally {
      if (this.#state === 'busy') await this.destroy()
    }
  }

  #take(): Promise<Piece> {
    const piece = this.#piece
    this.#piece = undefined
    if (this.#state === 'over') return Promise.reject(destroyed())
    if (piece !== undefined) return Promise.resolve(piece)
    return new Promise((give, fail) => {
      this.#waiting = { give, fail }
      this.#starve()
    })
  }
}

function destroyed(): unknown {
  return misuse('the decoder has been destroyed')
}
