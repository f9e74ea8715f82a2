/**
 * One timer for all that a connection may be waited for. Moving the deadline is a store: the timer
 * runs on, and looks when it fires whether it fired too early.
 */

/** Milliseconds that a peer may take to end its side when ours has ended (RFC 9112 s. 9.6). */
export const LINGER = 2_000

/** No timer runs longer: it would fire at once. */
const LONGEST = 2 ** 31 - 1

export class Deadline {
  readonly #expire: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  /** When the timer fires, and when the deadline is; in milliseconds of `performance.now()`. */
  #fires = Number.POSITIVE_INFINITY
  #at = Number.POSITIVE_INFINITY

  /** Calls `expire` when a deadline has passed that was neither moved nor cleared. */
  constructor(expire: () => void) {
    this.#expire = expire
  }

  /** Moves the deadline to `milliseconds` from now; 0 for none. */
  set(milliseconds: number): void {
    if (milliseconds === 0) {
      this.clear()
      return
    }
    this.#at = performance.now() + milliseconds
    if (this.#at < this.#fires) this.#arm()
  }

  clear(): void {
    this.#at = Number.POSITIVE_INFINITY
  }

  /** Lets go of the timer for good. */
  stop(): void {
    this.clear()
    clearTimeout(this.#timer)
    this.#fires = Number.POSITIVE_INFINITY
  }

  #arm(): void {
    clearTimeout(this.#timer)
    this.#fires = this.#at
    const delay = Math.min(this.#at - performance.now(), LONGEST)
    this.#timer = setTimeout(() => this.#fire(), delay)
    // It holds no program back from ending: the socket does, if anything has to.
    this.#timer.unref()
  }

  #fire(): void {
    this.#fires = Number.POSITIVE_INFINITY
    if (this.#at === Number.POSITIVE_INFINITY) return
    // A timer may be up to a millisecond early.
    if (this.#at - performance.now() > 1) this.#arm()
    else this.#expire()
  }
}
