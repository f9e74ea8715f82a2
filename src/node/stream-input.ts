/**
 * Reads from a stream on demand: the stream flows while a reader waits, and is paused when something has
 * arrived. Whether it flows while no reader waits is left to the listeners.
 */

import type { Duplex } from 'node:stream'
import { show } from '../checks.ts'
import { isBytes } from '../grammar/byte-arrays.ts'

/** Listeners for the events of a stream. */
interface StreamListeners {
  readonly data: (chunk: Uint8Array) => void
  readonly end: () => void
  readonly drain?: () => void
  readonly error: (error: Error) => void
  readonly close: () => void
}

/** @throws TypeError unless `stream` is a bidirectional stream of bytes. */
export function requireByteStream(stream: Duplex): void {
  const { on, read, write } = stream ?? {}
  if ([on, read, write].some((method) => typeof method !== 'function')) {
    throw new TypeError('the first argument must be a bidirectional stream, such as a socket')
  }
  if (stream.readableEncoding !== null && stream.readableEncoding !== undefined) {
    throw new TypeError('the stream must emit bytes: setEncoding() has been called on it')
  }
}

export class StreamInput {
  readonly #stream: Duplex
  readonly #listeners: StreamListeners
  readonly #wasHalfOpen: boolean
  #waiting: { resolve(): void; reject(reason: unknown): void } | undefined

  /**
   * Listens to `stream`, which starts flowing. At the peer's end, the stream no longer ends itself: what is being
   * sent goes on, and when it fails, that does not discard what has been received.
   */
  constructor(stream: Duplex, listeners: StreamListeners) {
    this.#stream = stream
    this.#listeners = listeners
    this.#wasHalfOpen = stream.allowHalfOpen
    stream.allowHalfOpen = true
    for (const [event, listener] of this.#heard()) stream.on(event, listener)
    // Adding a listener does not resume a stream that was paused.
    stream.resume()
  }

  #heard() {
    return Object.entries({ ...this.#listeners, data: this.#onData })
  }

  readonly #onData = (chunk: unknown): void => {
    if (isBytes(chunk)) this.#listeners.data(chunk)
    else this.#stream.destroy(new TypeError(`the stream must emit bytes, not ${show(chunk)}`))
  }

  /** Resolves when something has arrived; rejects if another reader waits, or by {@link giveUp}. */
  wait(): Promise<void> {
    if (this.#waiting !== undefined)
      return Promise.reject(new Error('the content is already being read'))
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#stream.resume()
    })
  }

  /** Wakes the waiting reader because something has arrived. Returns false if there is none. */
  wake(): boolean {
    const waiting = this.#waiting
    if (waiting === undefined) return false
    this.#waiting = undefined
    // Nothing more is read until the next wait().
    this.#stream.pause()
    waiting.resolve()
    return true
  }

  /** Rejects the pending wait, if there is one. */
  giveUp(reason: () => unknown): void {
    // Creating an error with its stack takes twice as long as an exchange, hence only for a reader.
    this.#waiting?.reject(reason())
    this.#waiting = undefined
  }

  /**
   * Restores the stream to its state before anyone read from it, so that the next reader misses no byte. An
   * end that has been reached shows only in `readableEnded`.
   */
  release(): void {
    const stream = this.#stream
    for (const [event, listener] of this.#heard()) stream.off(event, listener)
    // After `pause()`, adding a `data` listener would not start the flow; Node's own servers do this, too.
    const state = stream as { readableFlowing: boolean | null }
    state.readableFlowing = null
  }

  /** Makes the stream end itself at the peer's end again, if it did so before: at once, if that was reached. */
  restoreHalfOpen(): void {
    const stream = this.#stream
    stream.allowHalfOpen = this.#wasHalfOpen
    if (stream.readableEnded && !this.#wasHalfOpen) stream.end()
  }
}
