/**
 * Reads the content of the current request for its handler, and measures how long content is awaited.
 */

import type { Data, End, ServerConnection } from 'httpwire'
import type { ContentSource } from './incoming-body.ts'
import type { ServeTimeouts } from './serve-timeouts.ts'
import type { StreamInput } from './stream-input.ts'

export class RequestContent implements Omit<ContentSource, 'abandon'> {
  readonly #connection: ServerConnection
  readonly #input: StreamInput
  readonly #timeouts: ServeTimeouts
  readonly #sendContinue: () => void

  /** `sendContinue` sends a 100 (Continue). */
  constructor(
    connection: ServerConnection,
    input: StreamInput,
    timeouts: ServeTimeouts,
    sendContinue: () => void,
  ) {
    this.#connection = connection
    this.#input = input
    this.#timeouts = timeouts
    this.#sendContinue = sendContinue
  }

  /** The next event of the content. A client that waits for a 100 (Continue) is sent one first. */
  readContent(): Data | End | null {
    if (this.#connection.awaitsContinue) this.#sendContinue()
    for (;;) {
      const event = this.#connection.read()
      if (event === null || event.type === 'data') return event
      if (event.type === 'end') {
        this.#timeouts.received()
        return event
      }
    }
  }

  more(): Promise<void> {
    this.#timeouts.awaiting()
    return this.#input.wait()
  }

  /** Wakes the handler that waits for content because some has arrived. Returns false if none waits. */
  wake(): boolean {
    if (!this.#input.wake()) return false
    this.#timeouts.arrived()
    return true
  }
}
