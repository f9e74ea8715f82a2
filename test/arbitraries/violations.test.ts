/**
 * The parser knows every rule that `violation` breaks: it refuses each such message, in any
 * chunking, with the code that the violation states.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cuts, VIOLATIONS, type Violation, violation } from '../../src/arbitraries.ts'
import { runs, TIMEOUT } from '../support/arbitraries.ts'
import { byteByByte } from '../support/chunkings.ts'
import { runParser } from '../support/run-parser.ts'

/** The code of the error that the parser ends with. */
function refusal({ kind, requestMethods }: Violation, chunks: Iterable<Uint8Array>): string | null {
  return runParser(kind, chunks, {}, requestMethods).error?.code ?? null
}

describe('a message that breaks a rule', () => {
  test.each(VIOLATIONS.map(({ kind, rule, code }) => [kind, rule, code] as const))(
    'is refused with the stated code in any chunking (%s: %s)',
    (kind, rule, code) => {
      fc.assert(
        fc.property(violation({ kind, rule }), cuts(), (violation, cut) => {
          const { bytes } = violation
          expect(violation.code).toBe(code)
          expect(refusal(violation, [bytes])).toBe(code)
          expect(refusal(violation, cut(bytes))).toBe(code)
          for (const chunks of byteByByte(bytes)) expect(refusal(violation, chunks)).toBe(code)
        }),
        runs(60),
      )
    },
    TIMEOUT,
  )
})
