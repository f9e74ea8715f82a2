/**
 * What is kept of a body, or of what follows a switch of protocols: its length and its first bytes.
 */

/** The first bytes that are kept. */
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

  /** The first bytes: all of them, if they are few. */
  get first(): Uint8Array {
    return this.#first.subarray(0, Math.min(this.length, SAMPLE))
  }

  /** Whether there are more than {@link first}. */
  get cut(): boolean {
    return this.length > SAMPLE
  }
}
