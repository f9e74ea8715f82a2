/**
 * Hands the stream of a connection that has left HTTP to the `upgrade` function of the response.
 */

import type { Duplex } from 'node:stream'
import type { ServerResponse } from './exchange.ts'

/**
 * Calls `upgrade` with `duplex` and `rest`. If it throws or rejects, the stream is destroyed, and its error passed
 * to `report`. Until it has returned, or its promise has settled, errors of the stream are reported, too, with
 * `ofUpgrade` false: it may not listen yet, and an error event that nobody listens to ends the process.
 */
export function handOver(
  duplex: Duplex,
  rest: Uint8Array,
  upgrade: ServerResponse['upgrade'],
  report: (error: unknown, ofUpgrade: boolean) => void,
): void {
  const listener = (error: Error): void => report(error, false)
  const leave = (): void => void duplex.off('error', listener)
  const fail = (error: unknown): void => {
    duplex.destroy()
    report(error, true)
  }
  duplex.on('error', listener)
  try {
    const taken = upgrade?.(duplex, rest)
    if (isPromise(taken)) taken.then(leave, fail)
    else leave()
  } catch (error) {
    fail(error)
  }
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null)?.then === 'function'
}
