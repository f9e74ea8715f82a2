/**
 * What a head means: its start-line and its control fields, judged together. The parser makes an
 * object of it for its caller; the serializer, which judges what it has written, needs none.
 *
 * All that is true or false of a head is one small number, in the judgement and in the head: a head
 * object with eleven members cost a sixth of parsing a small GET.
 */

/**
 * What ends a body: `'none'` there is no body; `'length'` Content-Length bytes; `'chunked'` the
 * chunked coding's last chunk; `'until-close'` the end of the connection (responses only).
 */
export type Framing = 'none' | 'length' | 'chunked' | 'until-close'

/** {@link Framing} as a number, in the order of {@link FRAMINGS}. */
export const enum Frame {
  NONE,
  LENGTH,
  CHUNKED,
  UNTIL_CLOSE,
}

export const FRAMINGS: readonly Framing[] = ['none', 'length', 'chunked', 'until-close']

/** What is known of a head: bits. */
export const enum Fact {
  /** The {@link Frame}. */
  FRAME = 3,
  HTTP_1_0 = 4,
  /** The message lets another one follow it (RFC 9112 s. 9.3). */
  KEEP_ALIVE = 8,
  /** The message offers to leave HTTP, or leaves it. */
  UPGRADES = 16,
  /** The client waits for 100 (Continue). */
  EXPECTS_CONTINUE = 32,
  /** From this bit on the status code of a response. */
  STATUS = 64,
}

/** The status code in a response's facts. */
export function statusIn(facts: number): number {
  return (facts / Fact.STATUS) | 0
}

export interface Judgement {
  /** Bits of {@link Fact}. */
  facts: number
  /** The value of Content-Length; -1 where it is absent, or ignored. */
  contentLength: number
}

/** Filled anew for every head: it has been read before the next one is judged. */
export const judgement: Judgement = { facts: 0, contentLength: -1 }
