/**
 * Decodes a body as far as possible, and keeps the length and the first bytes of the result.
 */

import { type CodedHead, ContentDecoder } from '../codings.ts'
import { HttpError } from '../index.ts'
import { BodySample } from './body-sample.ts'

/** Any size is fine, because the output is not kept; `maxRatio` still ends bombs, to save time. */
const OPTIONS = { maxDecoded: Number.MAX_SAFE_INTEGER }

export class DecodedBody {
  readonly sample = new BodySample()
  /** Why decoding stopped, if it did. */
  error: HttpError | undefined
  readonly #decoder: ContentDecoder

  constructor(head: CodedHead) {
    this.#decoder = new ContentDecoder(head, OPTIONS)
  }

  async add(bytes: Uint8Array): Promise<void> {
    await this.#take(() => this.#decoder.decode(bytes))
  }

  async end(): Promise<void> {
    await this.#take(() => this.#decoder.end())
  }

  async #take(decode: () => AsyncIterable<Uint8Array>): Promise<void> {
    if (this.error !== undefined) return
    try {
      for await (const bytes of decode()) this.sample.add(bytes)
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      this.error = error
    }
  }
}

/** Whether there is a coding to undo besides `chunked`. */
export function isCoded({ contentCodings, transferCodings = [] }: CodedHead): boolean {
  return contentCodings.length > 0 || transferCodings.some((name) => name !== 'chunked')
}
