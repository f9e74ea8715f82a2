/**
 * What is kept of a body, or of the bytes after a switch of protocols: the length and the first bytes.
 */

/** The number of bytes kept. */
const SAMPLE = 256

export class BodySample {
  length = 0
  readonly #first = new Uint8Array(SAMPLE)

  add(bytes: Uint8Array): void {
    if (this.length < SAMPLE) {
      this.#first.set(bytes.subarray(0, SAMPLE - this.length), this.length)
    }
    this.length += bytes.length
  }

  /** The first bytes; the whole body if it is short. */
  get first(): Uint8Array {
    return this.#first.subarray(0, Math.min(this.length, SAMPLE))
  }

  /** Whether there are more bytes than {@link first} holds. */
  get cut(): boolean {
    return this.length > SAMPLE
  }
}
