/**
 * What the scanners of both start-lines share: the limits on a start-line, and what to do where a scan stops.
 *
 * Only requests have a target: a status-line is a line whose target is empty and at its start.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { enforceLimits, NEED_MORE } from './scan-limits.ts'
import { shown } from './window.ts'

/**
 * Throws if the start-line at window position `line`, read up to `lineStop`, or the head, read up to
 * `headStop`, passed a limit. The target was read from `target` to `targetStop`.
 */
export function enforceStartLine(
  section: WireSection,
  rules: Rules,
  line: number,
  lineStop: number,
  headStop: number,
  target = line,
  targetStop = line,
): void {
  const { maxStartLine, maxTarget } = rules.limits
  const before = target - line
  const targetFirst = targetStop - target > maxTarget && before + maxTarget <= maxStartLine
  const lineCode = before > maxStartLine ? 'METHOD_TOO_LONG' : 'START_LINE_TOO_LONG'
  enforceLimits(
    section,
    lineStop - line,
    targetFirst ? before + maxTarget : maxStartLine,
    targetFirst ? 'TARGET_TOO_LONG' : lineCode,
    headStop - line,
    rules.headBound,
  )
}

/** Throws if the line is invalid at `p`; returns {@link NEED_MORE} if it is only incomplete there. */
export function refuseUnlessCut(
  section: WireSection,
  rules: Rules,
  line: number,
  p: number,
  code: ErrorCode | typeof NEED_MORE,
  target?: number,
  targetStop?: number,
): typeof NEED_MORE {
  const incomplete = p === shown.end || code === NEED_MORE
  enforceStartLine(section, rules, line, p, incomplete ? shown.end : p + 1, target, targetStop)
  if (incomplete) return NEED_MORE
  throw protocolError(code, section.offset + p - line)
}
