/**
 * What a head means: its start-line and its control fields, judged together. The parser makes an
 * object for its caller of it; the serializer, which judges what it has written, needs none.
 */

import type { Framing } from './framing.ts'

export interface Judgement {
  minorVersion: number
  /** The status code; 0 of a request. */
  status: number
  framing: Framing
  /** The value of Content-Length; -1 where it is absent, or ignored. */
  contentLength: number
  /** Whether the message lets another one follow it (RFC 9112 s. 9.3). */
  keepAlive: boolean
  /** Whether the message offers to leave HTTP, or leaves it. */
  upgrades: boolean
  /** Whether the client waits for 100 (Continue). */
  expectsContinue: boolean
}

/** Filled anew for every head: it has been read before the next one is judged. */
export const judgement: Judgement = {
  minorVersion: 1,
  status: 0,
  framing: 'none',
  contentLength: -1,
  keepAlive: true,
  upgrades: false,
  expectsContinue: false,
}
