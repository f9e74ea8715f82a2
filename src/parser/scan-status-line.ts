/**
 * Scans the status-line in the window: `HTTP-version SP status-code SP [ reason-phrase ]`
 * (RFC 9112 s. 4). The second space may be missing, which is recorded as an anomaly.
 */

import type { ErrorCode } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { Class, isIn } from '../grammar/classes.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { enforceStartLine, refuseUnlessCut } from './scan-start-line.ts'
import { lineEndError, skipLineEnd, skipText } from './scan-text.ts'
import { noteVersion, skipVersion, versionError } from './scan-version.ts'
import { windowBytes } from './window.ts'

/**
 * Scans the status-line at window position `line`, the section's start. Returns the position
 * after its line end, or `NEED_MORE`.
 *
 * @throws HttpError for the first byte that breaks a rule or passes a limit.
 */
export function scanStatusLine(section: WireSection, line: number, rules: Rules): number {
  let p = skipVersion(line)
  if (p < line + VERSION_LENGTH)
    return refuseUnlessCut(section, rules, line, p, versionError(line, p))
  if (windowBytes[p] !== Byte.SP) return refuseUnlessCut(section, rules, line, p, 'INVALID_VERSION')
  const status = ++p
  if (windowBytes[p] === Byte.ZERO)
    return refuseUnlessCut(section, rules, line, p, 'INVALID_STATUS')
  while (p < status + 3 && isIn(windowBytes[p], Class.DIGIT)) p++
  if (p < status + 3) return refuseUnlessCut(section, rules, line, p, 'INVALID_STATUS')

  let reason = p
  let unfit: ErrorCode = 'INVALID_STATUS'
  if (windowBytes[p] === Byte.SP) {
    reason = ++p
    p = skipText(p)
    unfit = 'INVALID_REASON'
  }
  const next = skipLineEnd(section, p, rules)
  if (next === 0) return refuseUnlessCut(section, rules, line, p, lineEndError(p, unfit))

  if (p - line > rules.limits.maxStartLine || next - line > rules.limits.maxHead) {
    enforceStartLine(section, rules, line, p, next)
  }
  section.write(0, 0, VERSION_LENGTH, reason - line, p - line)
  section.length = next - line
  noteVersion(section, line)
  if (reason === status + 3) section.anomalies |= AnomalyBit.MISSING_SPACE_AFTER_STATUS
  return next
}
