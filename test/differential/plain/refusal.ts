/**
 * How the plain parser stops: thrown from anywhere in it, caught in one place.
 *
 * No `Error`: a run throws millions of them, and nobody reads their stacks.
 */

import type { ErrorCode } from '../../../src/index.ts'

/** The first thing that is wrong, and the byte at which it is. */
export class Refusal {
  readonly code: ErrorCode
  readonly offset: number

  constructor(code: ErrorCode, offset: number) {
    this.code = code
    this.offset = offset
  }
}

/** Nothing is wrong yet, but the input is used up. */
export class NeedsMore {}
