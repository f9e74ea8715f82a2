/**
 * Reads from one side of a connection in tests, as lines that can be compared.
 */

import {
  type ClientConnection,
  HttpError,
  type RequestEvent,
  type ResponseEvent,
  type ServerConnection,
} from '../../src/index.ts'

export const text = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString('latin1')

export const bytes = (text: string) => Buffer.from(text, 'latin1')

/** Everything that can be read now, one entry per event. */
export function readAll(connection: ClientConnection | ServerConnection): string[] {
  const events: string[] = []
  for (let event = connection.read(); event !== null; event = connection.read()) {
    events.push(show(event))
  }
  return events
}

function show(event: RequestEvent | ResponseEvent): string {
  if (event.type === 'request') return `${event.method} ${event.target}`
  if (event.type === 'response') return String(event.status)
  return event.type === 'data' ? text([event.bytes]) : event.type
}

/** The code of the error that `run` throws, and whose fault it was. */
export function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof HttpError) return `${error.code} ${error.side}`
    throw error
  }
  return 'nothing was thrown'
}
