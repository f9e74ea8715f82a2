/**
 * Refuses a line of a section for what it means. The error is at the line's beginning or at its value.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import { Entry } from './entries.ts'
import type { WireSection } from './wire-section.ts'

/** Throws the error for line `n`, at its name. */
export function refuseName(section: WireSection, n: number, code: ErrorCode): never {
  throw protocolError(code, section.offset + section.at(n, Entry.NAME_START))
}

/** Throws the error for line `n`, at its value; that of a request-line is the target. */
export function refuseValue(
  section: WireSection,
  n: number,
  code: ErrorCode,
  detail?: string,
): never {
  throw protocolError(code, section.offset + section.at(n, Entry.VALUE_START), detail)
}
