/**
 * Field lines: names, values, and the ways in which a line may be written that mean the same.
 *
 * What governs a message (Host, Content-Length and the like) is never among them: that is made
 * where a message is, from what the message says.
 */

import * as fc from 'fast-check'
import { casing, FIELD_TEXT, oddWhitespace, oneOf, ows, text, token, written } from './text.ts'

/** A field line: its name as spelled on the wire, and its value without the whitespace around it. */
export type FieldLine = readonly [name: string, value: string]

const CONTROL_FIELDS =
  /^(host|expect|upgrade|connection|content-length|transfer-encoding|content-encoding)$/i

/** Those among the short names, which a random token may be, that are not for trailers. */
const HEADER_ONLY =
  /^(accept|age|allow|cookie|date|expires|from|if-match|if-range|location|pragma|range|referer|server|te|trailer|vary|via|warning)$/i

const names = oneOf(
  token.filter((name) => !CONTROL_FIELDS.test(name)),
  fc.constantFrom('Accept', 'User-Agent', 'Cookie', 'Set-Cookie', 'X', '__proto__', 'constructor'),
)

const values = text(FIELD_TEXT, 0, 40).map((value) => value.replace(/^[ \t]+|[ \t]+$/g, ''))

/**
 * A field name: a token (RFC 9110 s. 5.1), with every character that a token can have; names that
 * trip up objects, such as `__proto__`, come often.
 *
 * Never one that governs the message: Host, Expect, Upgrade, Connection, Content-Length,
 * Transfer-Encoding or Content-Encoding, in any case.
 */
export function fieldName(): fc.Arbitrary<string> {
  return names
}

/**
 * A field value (RFC 9110 s. 5.5): HTAB, SP, visible ASCII and bytes from 0x80, neither beginning
 * nor ending with whitespace, perhaps empty. Text is latin1, one code unit for each byte.
 */
export function fieldValue(): fc.Arbitrary<string> {
  return values
}

/** How many there may be; see fast-check's `fc.array`. */
export interface LengthOptions {
  readonly minLength?: number
  readonly maxLength?: number
}

/** Field lines, in pairs of {@link fieldName} and {@link fieldValue}; 0 to 6 unless given. */
export function fieldLines({
  minLength = 0,
  maxLength = Math.max(6, minLength),
}: LengthOptions = {}): fc.Arbitrary<FieldLine[]> {
  return fc.array(fc.tuple(names, values), { minLength, maxLength })
}

/** A field line and how it is written, its line end included. */
export interface Line {
  readonly name: string
  readonly value: string
  readonly text: string
}

/** What the writer of a line is free to choose. */
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

/** Lines that govern nothing. */
export const plainLines: fc.Arbitrary<Line[]> = fc.array(line(names), { maxLength: 6 })

/** What may stand after a body: RFC 9110 s. 6.5.1 keeps out what is defined for headers alone. */
export const trailerLine: fc.Arbitrary<Line> = line(
  oneOf(
    token.filter((name) => !CONTROL_FIELDS.test(name) && !HEADER_ONLY.test(name)),
    fc.constantFrom('ETag', 'Server-Timing', 'X', '__proto__', 'constructor'),
  ),
)

export function pairsOf(lines: readonly Line[]): FieldLine[] {
  return lines.map(({ name, value }) => [name, value])
}

/** Whether the line is one of `name`, which is in lower case. */
export function isNamed(line: Line, name: string): boolean {
  return line.name.toLowerCase() === name
}

/** Where lines are put in among others: four bits for each. */
export const place = fc.nat(2 ** 28 - 1)

/** `lines` with each of `more` put in anywhere among them. */
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
