/**
 * Bytes from a stream, for one who waits for them: the stream flows while somebody does, and is paused
 * when something has come. Whether it flows for those who do not wait is theirs to say.
 */

import type { Duplex } from 'node:stream'
import { show } from '../checks.ts'
import { isBytes } from '../grammar/byte-arrays.ts'

/** What is heard of a stream. */
export interface StreamListeners {
  readonly data: (chunk: Uint8Array) => void
  readonly end: () => void
  readonly drain?: () => void
  readonly error: (error: Error) => void
  readonly close: () => void
}

/** @throws TypeError unless `stream` is one of bytes, in both directions. */
export function requireByteStream(stream: Duplex): void {
  if (typeof stream?.on !== 'function' || typeof stream.write !== 'function') {
    throw new TypeError('the first argument must be a stream in both directions: a socket, say')
  }
  if (stream.readableEncoding !== null && stream.readableEncoding !== undefined) {
    throw new TypeError('the stream must give bytes: setEncoding() has been called on it')
  }
}

export class StreamInput {
  readonly #stream: Duplex
  readonly #listeners: StreamListeners
  #waiting: { resolve(): void; reject(reason: unknown): void } | undefined

  /** Listens to `stream`, which begins to flow. */
  constructor(stream: Duplex, listeners: StreamListeners) {
    this.#stream = stream
    this.#listeners = listeners
    for (const [event, listener] of this.#heard()) stream.on(event, listener)
    // One that was paused does not begin by being listened to.
    stream.resume()
  }

  #heard() {
    return Object.entries({ ...this.#listeners, data: this.#onData })
  }

  readonly #onData = (chunk: unknown): void => {
    if (isBytes(chunk)) this.#listeners.data(chunk)
    else this.#stream.destroy(new TypeError(`the stream must give bytes, not ${show(chunk)}`))
  }

  /** Whether somebody waits. */
  get isAwaited(): boolean {
    return this.#waiting !== undefined
  }

  /** Settles when something has come; fails where somebody else waits, or it is given up. */
  wait(): Promise<void> {
    if (this.isAwaited) return Promise.reject(new Error('the content is being read'))
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#stream.resume()
    })
  }

  /** Tells who waits that something has come: false where nobody does. */
  wake(): boolean {
    const waiting = this.#waiting
    if (waiting === undefined) return false
    this.#waiting = undefined
    // Nothing more is taken until somebody asks again.
    this.#stream.pause()
    waiting.resolve()
    return true
  }

  /** Rejects the pending wait, if there is one. */
  giveUp(reason: () => unknown): void {
    // An error, with its stack, costs twice an exchange: none is made for nobody.
    this.#waiting?.reject(reason())
    this.#waiting = undefined
  }

  /**
   * Leaves the stream as it was before anybody read from it, so that the next reader misses no byte. An
   * end that has been reached shows in `readableEnded` only.
   */
  release(): void {
    const stream = this.#stream
    for (const [event, listener] of this.#heard()) stream.off(event, listener)
    // After `pause()`, a listener for data would wait for ever; Node's own servers do this, too.
    const state = stream as { readableFlowing: boolean | null }
    state.readableFlowing = null
  }
}
