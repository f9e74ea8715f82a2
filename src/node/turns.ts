/**
 * Turns at something that only one may use at a time, in the order in which they were asked for. When a
 * turn is over is left to its holder.
 */

import { onAbort } from './abort.ts'

export class Turns {
  #isTaken = false
  /** The functions that begin the turns asked for. */
  readonly #waiting = new Set<() => void>()

  /**
   * Resolves, when the turns before are over, with the function that ends this one; calls after the first
   * do nothing. Rejects with the reason of `signal` if that aborts sooner: the turn is then skipped.
   */
  async take(signal: AbortSignal | undefined): Promise<() => void> {
    if (signal?.aborted) throw signal.reason
    if (this.#isTaken) await this.#wait(signal)
    this.#isTaken = true
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#next()
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        unsubscribe()
        resolve()
      }
      const unsubscribe = onAbort(signal, () => {
        unsubscribe()
        this.#waiting.delete(begin)
        reject(signal?.reason)
      })
      this.#waiting.add(begin)
    })
  }

  /** Begins the next turn. Until someone asks for one, there is none. */
  #next(): void {
    const [begin] = this.#waiting
    if (begin === undefined) this.#isTaken = false
    else {
      this.#waiting.delete(begin)
      begin()
    }
  }
}
