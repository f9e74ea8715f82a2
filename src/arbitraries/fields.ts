/**
 * Field lines: names, values, and the equivalent ways to write a line.
 *
 * Fields that control a message (Host, Content-Length and the like) are not generated here:
 * `requests.ts` and `responses.ts` add those that fit the message.
 */

import * as fc from 'fast-check'
import {
  atLeast,
  checkConstraints,
  completeLengths,
  type LengthConstraints,
} from './constraints.ts'
import { casing, FIELD_TEXT, oddWhitespace, oneOf, ows, text, token, written } from './text.ts'

/** A field line: its name as spelled on the wire, and its value without surrounding whitespace. */
export type FieldLine = readonly [name: string, value: string]

const CONTROL_FIELDS =
  /^(host|expect|upgrade|connection|content-length|transfer-encoding|content-encoding)$/i

/** Header-only fields with names short enough to occur as a random token. */
const HEADER_ONLY =
  /^(accept|age|allow|cookie|date|expires|from|if-match|if-range|location|pragma|range|referer|server|te|trailer|vary|via|warning)$/i

const names = oneOf(
  token.filter((name) => !CONTROL_FIELDS.test(name)),
  fc.constantFrom('Accept', 'User-Agent', 'Cookie', 'Set-Cookie', 'X', '__proto__', 'constructor'),
)

const values = text(FIELD_TEXT, 0, 40).map((value) => value.replace(/^[ \t]+|[ \t]+$/g, ''))

/**
 * A field name: a token (RFC 9110 s. 5.1) of any characters that a token can have. Names that trip up
 * objects, such as `__proto__`, are frequent.
 *
 * Never the name of a field that controls the message: Host, Expect, Upgrade, Connection,
 * Content-Length, Transfer-Encoding or Content-Encoding, in any case.
 */
export function fieldName(): fc.Arbitrary<string> {
  return names
}

/**
 * A field value (RFC 9110 s. 5.5): HTAB, SP, visible ASCII and bytes from 0x80, without leading or
 * trailing whitespace, possibly empty. Text is latin1, one code unit per byte.
 */
export function fieldValue(): fc.Arbitrary<string> {
  return values
}

/**
 * Field lines, as pairs of {@link fieldName} and {@link fieldValue}; 0 to 6 unless given.
 *
 * @throws TypeError or RangeError if a constraint is invalid.
 */
export function fieldLines(constraints: LengthConstraints = {}): fc.Arbitrary<FieldLine[]> {
  checkConstraints(constraints, { minLength: atLeast(0), maxLength: atLeast(0) })
  const { min, max } = completeLengths(constraints, 0, 6)
  return fc.array(fc.tuple(names, values), { minLength: min, maxLength: max })
}

/** A field line and its text on the wire, including the line end. */
export interface Line {
  readonly name: string
  readonly value: string
  readonly text: string
}

/** The choices in writing a line that do not change its meaning. */
export interface LineStyle {
  readonly casing: number
  /** Whitespace before and after the value. */
  readonly before: string
  readonly after: string
}

export const lineStyle: fc.Arbitrary<LineStyle> = fc.record({
  casing,
  before: ows,
  after: oddWhitespace,
})

export function makeLine(name: string, value: string, { casing, before, after }: LineStyle): Line {
  const spelled = written(name, casing)
  return { name: spelled, value, text: `${spelled}:${before}${value}${after}\r\n` }
}

function line(names: fc.Arbitrary<string>): fc.Arbitrary<Line> {
  return fc
    .tuple(names, values, lineStyle)
    .map(([name, value, style]) => makeLine(name, value, { ...style, casing: 0 }))
}

/** Lines of fields that do not control a message. */
export const plainLines: fc.Arbitrary<Line[]> = fc.array(line(names), { maxLength: 6 })

/** Lines for a trailer section: RFC 9110 s. 6.5.1 excludes header-only fields. */
export const trailerLine: fc.Arbitrary<Line> = line(
  oneOf(
    token.filter((name) => !CONTROL_FIELDS.test(name) && !HEADER_ONLY.test(name)),
    fc.constantFrom('ETag', 'Server-Timing', 'X', '__proto__', 'constructor'),
  ),
)

export function pairsOf(lines: readonly Line[]): FieldLine[] {
  return lines.map(({ name, value }) => [name, value])
}

/** Whether the line's name is `name`, which must be in lower case. */
export function isNamed(line: Line, name: string): boolean {
  return line.name.toLowerCase() === name
}

/** Where {@link amongLines} inserts lines: four bits for each. */
export const place = fc.nat(2 ** 28 - 1)

/** `lines` with each of `more` inserted where its bits of `place` say. */
export function amongLines(
  lines: readonly Line[],
  more: readonly Line[],
  place: number,
): readonly Line[] {
  return more.reduce((all, line, i) => {
    const at = ((place >> (4 * i)) & 15) % (all.length + 1)
    return [...all.slice(0, at), line, ...all.slice(at)]
  }, lines)
}
