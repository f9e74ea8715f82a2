/**
 * Scans field lines: the header section after the start-line, or the trailer section (RFC 9112 s. 5).
 *
 * One pass through the window, line by line, writes offsets into the section. Names are looked up in the
 * class table byte by byte, values are scanned four bytes at a time. The loop handles only the common
 * case; `scanFold` and `refuseUnlessCut` handle all others, once the common case has failed at some byte.
 *
 * Only the syntax of field lines is handled here, not the meaning of any field.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { CLASS, Class } from '../grammar/classes.ts'
import { isOws, skipOws, trimOwsEnd } from '../grammar/lists.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { Entry } from '../message/entries.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules, SectionBound } from './options.ts'
import { enforceLimits, NEED_MORE } from './scan-limits.ts'
import { lineEndError, skipLineEnd, skipText } from './scan-text.ts'
import { shown, windowBytes } from './window.ts'

/**
 * Scans field lines from window position `start`, the start of a line, to the empty line that ends the
 * section. Returns the position after it if the section is complete, else {@link NEED_MORE};
 * `section.length` is then the length up to the last complete line.
 *
 * @throws HttpError for the first byte that breaks a rule or passes a limit.
 */
export function scanFields(
  section: WireSection,
  start: number,
  rules: Rules,
  bound: SectionBound,
): number {
  /** Adding this to a window position gives a position in the section. */
  const toSection = shown.shift - section.start
  const { maxFieldLine, maxFields } = rules.limits
  const bytes = windowBytes
  const classes = CLASS
  const sectionBound = bound.size
  let { count, offsets } = section
  let at = (section.first + count * Entry.SIZE) | 0
  let room = section.limit - Entry.SIZE
  let p = start | 0

  for (;;) {
    const line = p
    let valueStart = 0
    while (((classes[bytes[p] as number] as number) & Class.TCHAR) !== 0) p = (p + 1) | 0
    if (bytes[p] === Byte.COLON && p > line && count < maxFields) {
      const nameEnd = p
      p = (p + 1) | 0
      if (bytes[p] === Byte.SP) p = (p + 1) | 0
      if (isOws(bytes[p])) p = skipOws(bytes, p, shown.end)
      valueStart = p
      p = skipText(p)
      const next = skipLineEnd(section, p, rules)
      if (next !== 0) {
        if (p - line > maxFieldLine || next + toSection > sectionBound) {
          enforce(section, rules, bound, line + toSection, p + toSection, next + toSection)
        }
        const valueEnd = trimOwsEnd(bytes, valueStart, p)
        count = (count + 1) | 0
        at = (at + Entry.SIZE) | 0
        if (at > room) {
          at = section.reserve(count)
          offsets = section.offsets
          room = section.limit - Entry.SIZE
        }
        offsets[at] = line + toSection
        offsets[at + Entry.NAME_END] = nameEnd + toSection
        offsets[at + Entry.VALUE_START] = valueStart + toSection
        offsets[at + Entry.VALUE_END] = valueEnd + toSection
        p = next | 0
        continue
      }
    }
    section.count = count
    if (p === line) {
      const next = skipLineEnd(section, p, rules)
      if (next !== 0) {
        enforce(section, rules, bound, line + toSection, line + toSection, next + toSection)
        section.complete(next + toSection)
        return next
      }
      if (isOws(bytes[p]) && bound.mayFold && count > 0) {
        p = scanFold(section, line, toSection, rules, bound) | 0
        if (p !== NEED_MORE) continue
        section.length = line + toSection
        return NEED_MORE
      }
    }
    refuseUnlessCut(section, line, p, valueStart !== 0, toSection, rules, bound)
    section.length = line + toSection
    return NEED_MORE
  }
}

/**
 * Scans a line that continues the last field (RFC 9112 s. 5.2) and extends that field's value to its
 * end. The length of a folded field line is counted from its name.
 */
function scanFold(
  section: WireSection,
  line: number,
  toSection: number,
  rules: Rules,
  bound: SectionBound,
): number {
  const at = section.reserve(section.count)
  const { offsets } = section
  const fieldLine = offsets[at] as number
  let p = line
  while (isOws(windowBytes[p])) p++
  const content = p
  p = skipText(p)
  const next = skipLineEnd(section, p, rules)
  if (next === 0) {
    refuseUnlessCut(section, fieldLine - toSection, p, true, toSection, rules, bound)
    return NEED_MORE
  }
  enforce(section, rules, bound, fieldLine, p + toSection, next + toSection)
  const contentEnd = trimOwsEnd(windowBytes, content, p)
  if (contentEnd > content) {
    const empty = offsets[at + Entry.VALUE_START] === offsets[at + Entry.VALUE_END]
    if (empty) offsets[at + Entry.VALUE_START] = content + toSection
    offsets[at + Entry.VALUE_END] = contentEnd + toSection
  }
  section.anomalies |= AnomalyBit.OBS_FOLD
  return next
}

/**
 * Throws the error in the line whose scan stopped at `p`. Returns if the line is only incomplete, and
 * valid so far.
 */
function refuseUnlessCut(
  section: WireSection,
  line: number,
  p: number,
  inValue: boolean,
  toSection: number,
  rules: Rules,
  bound: SectionBound,
): void {
  const { end } = shown
  const first = windowBytes[line]
  const startsField = line < end && !isOws(first) && first !== Byte.CR && first !== Byte.LF
  if (startsField && !inValue && section.count >= rules.limits.maxFields) {
    throw protocolError('TOO_MANY_FIELDS', section.offset + line + toSection)
  }
  const code = inValue ? lineEndError(p, 'INVALID_FIELD_VALUE') : nameError(section, line, p, rules)
  const incomplete = p === end || code === NEED_MORE
  enforce(
    section,
    rules,
    bound,
    line + toSection,
    p + toSection,
    (incomplete ? end : p + 1) + toSection,
  )
  if (!incomplete) throw protocolError(code, section.offset + p + toSection)
}

function nameError(
  section: WireSection,
  line: number,
  p: number,
  rules: Rules,
): ErrorCode | typeof NEED_MORE {
  if (skipLineEnd(section, p, rules) !== 0) return 'MISSING_COLON'
  switch (windowBytes[p]) {
    case Byte.CR:
    case Byte.LF:
      return lineEndError(p, 'MISSING_COLON')
    case Byte.SP:
    case Byte.HTAB:
      if (p > line) return 'SPACE_BEFORE_COLON'
      return section.count === 0 ? 'LEADING_WHITESPACE' : 'OBS_FOLD'
    default:
      return 'INVALID_FIELD_NAME'
  }
}

function enforce(
  section: WireSection,
  rules: Rules,
  bound: SectionBound,
  line: number,
  lineStop: number,
  sectionStop: number,
): void {
  enforceLimits(
    section,
    lineStop,
    line + rules.limits.maxFieldLine,
    'FIELD_LINE_TOO_LONG',
    sectionStop,
    bound,
  )
}
