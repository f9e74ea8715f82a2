/**
 * Which streams carry a connection already: two that read from the same one would each miss what the other gets.
 */

import type { Duplex } from 'node:stream'

/** Weak, so that a connection lives as long as its stream. */
const owners = new WeakMap<Duplex, object>()

/** The connection that uses `stream`, if any. */
export function ownerOf(stream: Duplex): object | undefined {
  return owners.get(stream)
}

/** @throws Error if another connection uses `stream`. */
export function requireFree(stream: Duplex): void {
  if (!owners.has(stream)) return
  throw new Error('the stream is in use: serveConnection or requestOver has been called with it')
}

export function own(stream: Duplex, owner: object): void {
  owners.set(stream, owner)
}

/** Called when a stream is handed over: it may carry another connection. */
export function disown(stream: Duplex): void {
  owners.delete(stream)
}
