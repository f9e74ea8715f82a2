/**
 * Decodes content that arrives piece by piece, as in the parser's `data` events, by inverting the pull
 * of `decodeContent`. When the decoder asks for the next piece, it has returned all output of the last
 * one.
 */

import { decodeContent } from './decode.ts'
import type { CodedHead, DecodeOptions } from './decode-rules.ts'
import { misuse } from './errors.ts'

type Piece = IteratorResult<Uint8Array, undefined>

/** Signals that the decoder asks for a piece that has not arrived. */
const HUNGRY = Symbol('hungry')

/**
 * Decodes the content of one message.
 *
 *     const decoder = new ContentDecoder(head)
 *     for await (const bytes of decoder.decode(event.bytes)) ...   // for each data event
 *     for await (const bytes of decoder.end()) ...                 // for the end event
 *
 * Run each loop to its end before the next call: only then has the piece been read. Leaving a loop
 * early, or an error, ends the decoder.
 */
export class ContentDecoder {
  readonly #decoded: AsyncGenerator<Uint8Array, void, undefined>
  /** The call of `#decoded.next()` that waits for more content. */
  #asked: Promise<IteratorResult<Uint8Array, void>> | undefined
  /** Content that the decoder has not asked for yet. */
  #piece: Piece | undefined
  /** The decoder's request for content that has not arrived. */
  #waiting: { give(piece: Piece): void; fail(reason: unknown): void } | undefined
  #starve = () => {}
  #state: 'ready' | 'busy' | 'over' = 'ready'

  /** Does not throw: a wrong option is reported by the first loop that runs. */
  constructor(head: CodedHead, options?: DecodeOptions) {
    const source = { [Symbol.asyncIterator]: () => ({ next: () => this.#take() }) }
    this.#decoded = decodeContent(source, head, options)
  }

  /**
   * Yields what `bytes`, the next bytes of the content, decode to; perhaps nothing. `bytes` must not
   * change until the loop has ended.
   *
   * @throws HttpError as {@link decodeBody}, and `WRONG_STATE` inside another loop or after the end, an
   *   error or a loop that was left early.
   */
  decode(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    this.#begin({ done: false, value: bytes })
    return this.#run()
  }

  /** Yields the rest of the output, at the end of the content. @throws HttpError as {@link decode}. */
  end(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#begin({ done: true, value: undefined })
    return this.#run()
  }

  /** Releases all resources when the end of the content will not come. */
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
