/**
 * A line on standard error that shows how far a long input has been read. Only terminals get it.
 */

import type { Output } from './io.ts'

/** Bytes between updates of the line, and before the first one. */
const STEP = 16 * 2 ** 20

/** Returns to the start of the line and erases it (ECMA-48: CR, EL). */
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

  /** Clears the line before other output. */
  async erase(): Promise<void> {
    if (!this.#shown) return
    this.#shown = false
    await this.#output.write(ERASE)
  }
}
