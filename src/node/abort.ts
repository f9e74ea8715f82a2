/**
 * Listening to an `AbortSignal` of the program's own, which may serve many requests and outlive them all:
 * every listener can be removed again. What an abort does is left to the callers.
 */

import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events'

/** Calls `listener` when `signal` aborts; the function returned removes the listener. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {}
  allowListeners(signal)
  signal.addEventListener('abort', listener)
  return () => signal.removeEventListener('abort', listener)
}

/** One signal may serve any number of requests, but from the eleventh on Node would warn of a leak. */
function allowListeners(signal: AbortSignal): void {
  try {
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(0, signal)
  } catch {
    // An AbortSignal that is not Node's own has no such limit.
  }
}
