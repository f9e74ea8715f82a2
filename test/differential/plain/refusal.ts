/**
 * The exceptions by which the plain parser stops: thrown anywhere in it, caught in one place.
 *
 * They do not extend `Error`: a run throws millions of them, and their stacks are not needed.
 */

import type { ErrorCode } from '../../../src/index.ts'

/** The first error, and the offset of its byte. */
export class Refusal {
  readonly code: ErrorCode
  readonly offset: number

  constructor(code: ErrorCode, offset: number) {
    this.code = code
    this.offset = offset
  }
}

/** The input ended without an error so far. */
export class NeedsMore {}
