/**
 * Scans the status-line in the window: `HTTP-version SP status-code SP [ reason-phrase ]`
 * (RFC 9112 s. 4). The second space may be missing, which is recorded as an anomaly.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { Class, isIn } from '../grammar/classes.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { Entry } from '../message/entries.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { enforceLimits, NEED_MORE } from './scan-limits.ts'
import { lineEndError, skipLineEnd, skipText } from './scan-text.ts'
import { noteVersion, skipVersion, versionError } from './scan-version.ts'
import { shown, windowBytes } from './window.ts'

/**
 * Scans the status-line at window position `line`, the section's start. Returns the position
 * after its line end, or {@link NEED_MORE}.
 *
 * @throws HttpError for the first byte that breaks a rule or passes a limit.
 */
export function scanStatusLine(section: WireSection, line: number, rules: Rules): number {
  let p = skipVersion(line)
  if (p < line + VERSION_LENGTH)
    return refuseUnlessCut(section, line, p, versionError(line, p), rules)
  if (windowBytes[p] !== Byte.SP) return refuseUnlessCut(section, line, p, 'INVALID_VERSION', rules)
  const status = ++p
  while (p < status + 3 && isIn(windowBytes[p], Class.DIGIT)) p++
  if (windowBytes[status] === Byte.ZERO)
    return refuseUnlessCut(section, line, status, 'INVALID_STATUS', rules)
  if (p < status + 3) return refuseUnlessCut(section, line, p, 'INVALID_STATUS', rules)

  let reason = p
  let unfit: ErrorCode = 'INVALID_STATUS'
  if (windowBytes[p] === Byte.SP) {
    reason = ++p
    p = skipText(p)
    unfit = 'INVALID_REASON'
  }
  const next = skipLineEnd(section, p, rules)
  if (next === 0) return refuseUnlessCut(section, line, p, lineEndError(p, unfit), rules)

  if (p - line > rules.limits.maxStartLine || next - line > rules.limits.maxHead) {
    enforce(section, rules, p - line, next - line)
  }
  const at = section.reserve(0)
  const { offsets } = section
  offsets[at] = 0
  offsets[at + Entry.NAME_END] = VERSION_LENGTH
  offsets[at + Entry.VALUE_START] = reason - line
  offsets[at + Entry.VALUE_END] = p - line
  section.length = next - line
  noteVersion(section, line)
  if (reason === status + 3) section.anomalies |= AnomalyBit.MISSING_SPACE_AFTER_STATUS
  return next
}

/** Throws if the line is invalid at `p`; returns {@link NEED_MORE} if it is only incomplete there. */
function refuseUnlessCut(
  section: WireSection,
  line: number,
  p: number,
  code: ErrorCode | typeof NEED_MORE,
  rules: Rules,
): typeof NEED_MORE {
  const { end } = shown
  const incomplete = p === end || code === NEED_MORE
  enforce(section, rules, p - line, (incomplete ? end : p + 1) - line)
  if (incomplete) return NEED_MORE
  throw protocolError(code, section.offset + p - line)
}

function enforce(section: WireSection, rules: Rules, lineStop: number, sectionStop: number): void {
  const { maxStartLine } = rules.limits
  enforceLimits(
    section,
    lineStop,
    maxStartLine,
    'START_LINE_TOO_LONG',
    sectionStop,
    rules.headBound,
  )
}
