/**
 * A deadline that is cheap to move. Moving it later only stores a number: the timer keeps running and,
 * when it fires too early, is set again for the rest.
 */

/** Milliseconds that a peer has to end its side after this side has ended (RFC 9112 s. 9.6). */
export const LINGER = 2_000

/** The longest delay of `setTimeout` in milliseconds; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1

export class Deadline {
  readonly #expire: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  /** The times of the timer and of the deadline, in milliseconds of `performance.now()`. */
  #fires = Number.POSITIVE_INFINITY
  #at = Number.POSITIVE_INFINITY
  #stopped = false

  /** `expire` is called when the deadline passes without having been moved or cleared. */
  constructor(expire: () => void) {
    this.#expire = expire
  }

  /** Moves the deadline to `milliseconds` from now; 0 for none. Does nothing after {@link stop}. */
  set(milliseconds: number): void {
    if (milliseconds === 0 || this.#stopped) {
      this.clear()
      return
    }
    this.#at = performance.now() + milliseconds
    if (this.#at < this.#fires) this.#arm()
  }

  clear(): void {
    this.#at = Number.POSITIVE_INFINITY
  }

  /** Clears the deadline for good, and releases the timer. */
  stop(): void {
    this.#stopped = true
    this.clear()
    clearTimeout(this.#timer)
    this.#fires = Number.POSITIVE_INFINITY
  }

  #arm(): void {
    clearTimeout(this.#timer)
    this.#fires = this.#at
    const delay = Math.min(this.#at - performance.now(), LONGEST)
    this.#timer = setTimeout(() => this.#fire(), delay)
    // The timer must not keep the process alive; the socket does so while it is open.
    this.#timer.unref()
  }

  #fire(): void {
    this.#fires = Number.POSITIVE_INFINITY
    if (this.#at === Number.POSITIVE_INFINITY) return
    // Node's timers fire up to a millisecond early.
    if (this.#at - performance.now() > 1) this.#arm()
    else this.#expire()
  }
}
