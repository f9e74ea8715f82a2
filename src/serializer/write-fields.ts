/**
 * Writes field lines in canonical form: `name ":" SP value CRLF`, in the order and spelling given.
 * Lines that are still on the wire are not decoded: their bytes are copied, and checked like text.
 *
 * Only the syntax of field lines is checked here; `message/control-fields.ts` judges their meaning.
 */

import { show } from '../checks.ts'
import { localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { Class } from '../grammar/classes.ts'
import { Entry } from '../message/entries.ts'
import type { Fields, Line } from '../message/fields.ts'
import type { WireSection } from '../message/wire-section.ts'
import { output } from './output.ts'
import { refuseText, writeBytes, writeLineEnd, writeText } from './write-text.ts'

/** Shifts count modulo this. */
const BITS = 32

/** The number of bytes that {@link writeFields} writes for `fields`. */
export function lengthOfFields({ lines, wire }: Fields): number {
  let length = 2
  if (lines !== undefined) {
    for (const line of lines) {
      if (typeof line !== 'number') length += lengthOfLine(line.name.length, line.value.length)
      else if (wire !== undefined) length += lengthOnWire(wire, line)
    }
  } else if (wire !== undefined) {
    for (let n = 1; n <= wire.count; n++) length += lengthOnWire(wire, n)
  }
  return length
}

function lengthOnWire(wire: WireSection, n: number): number {
  wire.requireSource()
  return lengthOfLine(
    wire.at(n, Entry.NAME_END) - wire.at(n, Entry.NAME_START),
    wire.at(n, Entry.VALUE_END) - wire.at(n, Entry.VALUE_START),
  )
}

/** An empty value has no space before it. */
function lengthOfLine(name: number, value: number): number {
  return name + value + (value === 0 ? 3 : 4)
}

/**
 * Writes `fields` and the empty line at `p` of the output. Returns the position after them. Only
 * lines whose name may be in `noted` ({@link Controls}) are added to `section`: judging it needs no others.
 *
 * @throws HttpError (local) for an invalid field name or value.
 */
export function writeFields(
  section: WireSection,
  p: number,
  fields: Fields,
  noted: number,
): number {
  const { lines, wire } = fields
  if (lines !== undefined) p = writeLines(section, p, lines, wire, noted)
  else if (wire !== undefined) {
    for (let n = 1; n <= wire.count; n++) p = writeWireLine(section, p, wire, n, noted)
  }
  p = writeLineEnd(p)
  section.length = p - section.start
  return p
}

/** Text lines are written inline: a call per line takes 10 % of the time for a head of twelve fields. */
function writeLines(
  section: WireSection,
  p: number,
  lines: readonly Line[],
  wire: WireSection | undefined,
  noted: number,
): number {
  for (const line of lines) {
    if (typeof line === 'number') {
      if (wire !== undefined) p = writeWireLine(section, p, wire, line, noted)
      continue
    }
    const { name, value } = line
    const { bytes } = output
    const nameEnd = writeText(p, name, Class.TCHAR)
    if (nameEnd <= p) {
      const unit = name.charCodeAt(~nameEnd)
      refuseText(section, 'INVALID_FIELD_NAME', p, nameEnd, unit, 'the name')
    }
    bytes[nameEnd] = Byte.COLON
    bytes[nameEnd + 1] = Byte.SP
    const valueStart = nameEnd + (value === '' ? 1 : 2)
    const valueEnd = writeText(valueStart, value, Class.TEXT)
    if (valueEnd < 0) refuseValue(section, valueStart, valueEnd, value.charCodeAt(~valueEnd), name)
    // RFC 9110 s. 5.5: a recipient strips whitespace around a value, so it would be lost. HTAB and SP
    // are the only allowed bytes at or below SP.
    const first = bytes[valueStart] as number
    const last = bytes[valueEnd - 1] as number
    if (value !== '' && (first <= Byte.SP || last <= Byte.SP)) {
      refusePadding(section, valueStart, name)
    }
    p = endLine(section, p, nameEnd, valueStart, valueEnd, noted)
  }
  return p
}

/** Copies a line that is still on the wire, and checks it: its bytes may have changed since parsing. */
function writeWireLine(
  section: WireSection,
  p: number,
  wire: WireSection,
  n: number,
  noted: number,
): number {
  const { source, start } = wire
  const name = start + wire.at(n, Entry.NAME_START)
  const value = start + wire.at(n, Entry.VALUE_START)
  const end = start + wire.at(n, Entry.VALUE_END)
  const nameEnd = writeBytes(p, source, name, start + wire.at(n, Entry.NAME_END), Class.TCHAR)
  if (nameEnd <= p) {
    const unit = source[name + ~nameEnd]
    refuseText(section, 'INVALID_FIELD_NAME', p, nameEnd, unit, 'the name')
  }
  const { bytes } = output
  bytes[nameEnd] = Byte.COLON
  bytes[nameEnd + 1] = Byte.SP
  const valueStart = nameEnd + (value < end ? 2 : 1)
  const valueEnd = writeBytes(valueStart, source, value, end, Class.TEXT)
  if (valueEnd < 0)
    refuseValue(section, valueStart, valueEnd, source[value + ~valueEnd], wire.name(n))
  return endLine(section, p, nameEnd, valueStart, valueEnd, noted)
}

function endLine(
  section: WireSection,
  line: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
  noted: number,
): number {
  const nameLength = nameEnd - line
  if (nameLength < BITS && ((noted >> nameLength) & 1) !== 0) {
    const { start } = section
    section.add(line - start, nameEnd - start, valueStart - start, valueEnd - start)
  }
  return writeLineEnd(valueEnd)
}

function refuseValue(
  section: WireSection,
  p: number,
  stop: number,
  unit: number | undefined,
  name: string,
): never {
  refuseText(section, 'INVALID_FIELD_VALUE', p, stop, unit, `the value of ${show(name)}`)
}

function refusePadding(section: WireSection, p: number, name: string): never {
  const offset = section.offset + p - section.start
  throw localError('INVALID_FIELD_VALUE', offset, `whitespace around the value of ${show(name)}`)
}
