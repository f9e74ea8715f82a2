/**
 * Turns at something that only one may use at a time, in the order in which they were asked for. When a
 * turn is over is left to its holder.
 */

import { unlessAborted } from './abort.ts'

export class Turns {
  /** Resolves when the last turn asked for so far is over. */
  #last: Promise<void> = Promise.resolve()

  /**
   * Resolves, when the turns before are over, with the function that ends this one; calls after the first
   * do nothing. Rejects with the reason of `signal` if that aborts sooner: the turn is then skipped.
   */
  async take(signal: AbortSignal | undefined): Promise<() => void> {
    const before = this.#last
    let end = () => {}
    this.#last = new Promise((resolve) => {
      end = resolve
    })
    try {
      await unlessAborted(before, signal)
    } catch (error) {
      before.then(end)
      throw error
    }
    return end
  }
}
