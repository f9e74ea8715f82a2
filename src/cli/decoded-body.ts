/**
 * What a body decodes to, as far as it does: its length and its first bytes, as of the body itself.
 */

import { type CodedHead, ContentDecoder } from '../codings.ts'
import { HttpError } from '../index.ts'
import { BodySample } from './body-sample.ts'

/** Nothing of it is held, so it may be as large as it is; a bomb is still not worth the time. */
const OPTIONS = { maxDecoded: Number.MAX_SAFE_INTEGER }

export class DecodedBody {
  readonly sample = new BodySample()
  /** Why there is no more of it. */
  error: HttpError | undefined
  readonly #decoder: ContentDecoder

  constructor(head: CodedHead) {
    this.#decoder = new ContentDecoder(head, OPTIONS)
  }

  /** Takes the next bytes of the body. */
  async add(bytes: Uint8Array): Promise<void> {
    await this.#take(() => this.#decoder.decode(bytes))
  }

  /** Takes the end of the body. */
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

/** Whether there is a coding to be undone, besides the chunked one. */
export function isCoded({ contentCodings, transferCodings = [] }: CodedHead): boolean {
  return contentCodings.length > 0 || transferCodings.some((name) => name !== 'chunked')
}
