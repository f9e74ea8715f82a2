/**
 * Scans the request-line in the window: `method SP request-target SP HTTP-version` (RFC 9112 s. 3),
 * with single spaces. The form of the request-target is checked once the line is complete.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { CLASS, Class } from '../grammar/classes.ts'
import { Entry } from '../message/entries.ts'
import { checkTarget } from '../message/target.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { enforceLimits, NEED_MORE } from './scan-limits.ts'
import { lineEndError, skipLineEnd } from './scan-text.ts'
import { noteVersion, skipVersion, versionError } from './scan-version.ts'
import { shown, windowBytes } from './window.ts'

/**
 * Scans the request-line at window position `start`, the section's start. Returns the position
 * after its line end, or {@link NEED_MORE}.
 *
 * @throws HttpError for the first byte that breaks a rule or passes a limit.
 */
export function scanRequestLine(section: WireSection, start: number, rules: Rules): number {
  const bytes = windowBytes
  const classes = CLASS
  const line = start | 0
  let p = line
  while (((classes[bytes[p] as number] as number) & Class.TCHAR) !== 0) p = (p + 1) | 0
  const methodEnd = p
  if (p === line || bytes[p] !== Byte.SP) {
    return refuseUnlessCut(section, line, p, p, p, 'INVALID_METHOD', rules)
  }
  const target = (p + 1) | 0
  p = target
  while (((classes[bytes[p] as number] as number) & Class.TARGET) !== 0) p = (p + 1) | 0
  const targetEnd = p
  if (p === target || bytes[p] !== Byte.SP) {
    return refuseUnlessCut(section, line, target, p, p, targetError(target, p), rules)
  }
  const version = (p + 1) | 0
  p = skipVersion(version)
  if (p < version + VERSION_LENGTH) {
    return refuseUnlessCut(section, line, target, targetEnd, p, versionError(version, p), rules)
  }
  const next = skipLineEnd(section, p, rules)
  if (next === 0) {
    return refuseUnlessCut(
      section,
      line,
      target,
      targetEnd,
      p,
      lineEndError(p, 'INVALID_VERSION'),
      rules,
    )
  }

  const { maxStartLine, maxTarget, maxHead } = rules.limits
  if (p - line > maxStartLine || targetEnd - target > maxTarget || next - line > maxHead) {
    enforce(section, rules, target - line, targetEnd - line, p - line, next - line)
  }
  const at = section.reserve(0)
  const { offsets } = section
  offsets[at] = 0
  offsets[at + Entry.NAME_END] = methodEnd - line
  offsets[at + Entry.VALUE_START] = target - line
  offsets[at + Entry.VALUE_END] = targetEnd - line
  section.length = next - line
  noteVersion(section, version)
  checkTarget(section)
  return next
}

function targetError(target: number, p: number): ErrorCode {
  const lineEnds = windowBytes[p] === Byte.CR || windowBytes[p] === Byte.LF
  // A line that ends after the target lacks a version, as in HTTP/0.9.
  return lineEnds && p > target ? 'INVALID_VERSION' : 'INVALID_TARGET'
}

/** Throws if the line is invalid at `p`; returns {@link NEED_MORE} if it is only incomplete there. */
function refuseUnlessCut(
  section: WireSection,
  line: number,
  target: number,
  targetStop: number,
  p: number,
  code: ErrorCode | typeof NEED_MORE,
  rules: Rules,
): typeof NEED_MORE {
  const { end } = shown
  const incomplete = p === end || code === NEED_MORE
  enforce(
    section,
    rules,
    target - line,
    targetStop - line,
    p - line,
    (incomplete ? end : p + 1) - line,
  )
  if (incomplete) return NEED_MORE
  throw protocolError(code, section.offset + p - line)
}

function enforce(
  section: WireSection,
  rules: Rules,
  target: number,
  targetStop: number,
  lineStop: number,
  sectionStop: number,
): void {
  const { maxStartLine, maxTarget } = rules.limits
  const targetFirst = targetStop - target > maxTarget && target + maxTarget <= maxStartLine
  const lineCode = target > maxStartLine ? 'METHOD_TOO_LONG' : 'START_LINE_TOO_LONG'
  enforceLimits(
    section,
    lineStop,
    targetFirst ? target + maxTarget : maxStartLine,
    targetFirst ? 'TARGET_TOO_LONG' : lineCode,
    sectionStop,
    rules.headBound,
  )
}
