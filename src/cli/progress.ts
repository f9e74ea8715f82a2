/**
 * One line on standard error that says how far a long input has been read, for a person only.
 */

import type { Output } from './io.ts'

/** Bytes between two states of the line, and before the first. */
const STEP = 16 * 2 ** 20

/** Back to the line's start, and erase it (ECMA-48: CR, EL). */
const ERASE = '\r\x1b[K'

export class Progress {
  readonly #output: Output
  #bytes = 0
  #next = STEP
  #shown = false

  constructor(output: Output) {
    this.#output = output
  }

  async advance(bytes: number): Promise<void> {
    this.#bytes += bytes
    if (!this.#output.terminal || this.#bytes < this.#next) return
    this.#next = this.#bytes + STEP
    this.#shown = true
    await this.#output.write(`${ERASE}${Math.floor(this.#bytes / 2 ** 20)} MiB read`)
  }

  /** Makes room for other output. */
  async erase(): Promise<void> {
    if (!this.#shown) return
    this.#shown = false
    await this.#output.write(ERASE)
  }
}
