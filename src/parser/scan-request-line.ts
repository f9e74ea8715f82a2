/**
 * Scans the request-line in the window: `method SP request-target SP HTTP-version` (RFC 9112 s. 3),
 * with single spaces. The form of the request-target is checked once the line is complete.
 */

import type { ErrorCode } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { CLASS, Class } from '../grammar/classes.ts'
import { checkTarget } from '../message/target.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { enforceStartLine, refuseUnlessCut } from './scan-start-line.ts'
import { lineEndError, skipLineEnd } from './scan-text.ts'
import { noteVersion, skipVersion, versionError } from './scan-version.ts'
import { windowBytes } from './window.ts'

/**
 * Scans the request-line at window position `start`, the section's start. Returns the position
 * after its line end, or `NEED_MORE`.
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
    return refuseUnlessCut(section, rules, line, p, 'INVALID_METHOD', p, p)
  }
  const target = (p + 1) | 0
  p = target
  while (((classes[bytes[p] as number] as number) & Class.TARGET) !== 0) p = (p + 1) | 0
  const targetEnd = p
  if (p === target || bytes[p] !== Byte.SP) {
    return refuseUnlessCut(section, rules, line, p, targetError(target, p), target, targetEnd)
  }
  const version = (p + 1) | 0
  p = skipVersion(version)
  if (p < version + VERSION_LENGTH) {
    return refuseUnlessCut(section, rules, line, p, versionError(version, p), target, targetEnd)
  }
  const next = skipLineEnd(section, p, rules)
  if (next === 0) {
    const code = lineEndError(p, 'INVALID_VERSION')
    return refuseUnlessCut(section, rules, line, p, code, target, targetEnd)
  }

  const { maxStartLine, maxTarget, maxHead } = rules.limits
  if (p - line > maxStartLine || targetEnd - target > maxTarget || next - line > maxHead) {
    enforceStartLine(section, rules, line, p, next, target, targetEnd)
  }
  section.write(0, 0, methodEnd - line, target - line, targetEnd - line)
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
