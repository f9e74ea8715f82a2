/**
 * Violations of the syntax of field lines (RFC 9112 s. 5), each made by inserting one line into the
 * header section, or into the trailer section of a chunked body.
 */

import * as fc from 'fast-check'
import type { ErrorCode } from 'httpwire'
import { type AnyDraft, broken, drafts, type Kind, type Rule, spoiled } from './broken.ts'
import { fieldValue, type Line, lineStyle, makeLine } from './fields.ts'
import { ALPHA, CONTROLS, DELIMITERS, OBS_TEXT, text } from './text.ts'

/** A line that breaks a rule; `statedCode` is `null` if serializer input cannot express it. */
interface BadLine {
  readonly rule: string
  readonly code: ErrorCode
  readonly line: fc.Arbitrary<Line>
  readonly statedCode: ErrorCode | null
  /** Where the line breaks the rule, unless everywhere. */
  readonly place?: 'first' | 'not in responses'
}

/** Names of fields that do not control a message and may be trailers. */
const name = text(ALPHA, 0, 8).map((name) => `X${name}`)

function badName(rule: string, code: ErrorCode, names: fc.Arbitrary<string>): BadLine {
  const line = fc
    .tuple(names, fieldValue())
    .map(([name, value]) => ({ name, value, text: `${name}: ${value}\r\n` }))
  return { rule, code, line, statedCode: 'INVALID_FIELD_NAME' }
}

function badValue(rule: string, code: ErrorCode, bad: string): BadLine {
  const line = fc
    .tuple(name, spoiled(fieldText, bad))
    .map(([name, value]) => ({ name, value, text: `${name}: ${value}\r\n` }))
  return { rule, code, line, statedCode: 'INVALID_FIELD_VALUE' }
}

/** Without whitespace, because a serializer refuses a value that ends in it. */
const fieldText = text(`${ALPHA}${OBS_TEXT}"()<>@,;:=[]`, 0, 10)

/** A line that serializer input cannot express. */
function written(
  rule: string,
  code: ErrorCode,
  write: (name: string, value: string) => string,
): BadLine {
  const line = fc
    .tuple(name, fieldText)
    .map(([name, value]) => ({ name, value, text: write(name, value) }))
  return { rule, code, line, statedCode: null }
}

const BAD_LINES: readonly BadLine[] = [
  badName(
    'a field name that is not a token',
    'INVALID_FIELD_NAME',
    spoiled(name, `${DELIMITERS}${OBS_TEXT}`),
  ),
  badName('a control in a field name', 'INVALID_FIELD_NAME', spoiled(name, CONTROLS)),
  badName('an empty field name', 'INVALID_FIELD_NAME', fc.constant('')),
  badName(
    'whitespace before the colon',
    'SPACE_BEFORE_COLON',
    fc.tuple(name, text(' \t', 1, 2)).map((parts) => parts.join('')),
  ),
  badName(
    'whitespace in a field name',
    'SPACE_BEFORE_COLON',
    fc.tuple(name, name, fc.constantFrom(' ', '\t')).map(([a, b, space]) => `${a}${space}${b}`),
  ),
  badName(
    'a bare CR in a field name',
    'BARE_CR',
    fc.tuple(name, name).map(([a, b]) => `${a}\r${b}`),
  ),
  badName(
    'a bare LF in a field name',
    'BARE_LF',
    fc.tuple(name, name).map(([a, b]) => `${a}\n${b}`),
  ),
  badValue('a NUL in a field value', 'INVALID_FIELD_VALUE', '\0'),
  badValue('a control in a field value', 'INVALID_FIELD_VALUE', CONTROLS),
  badValue('a bare CR in a field value', 'BARE_CR', '\r'),
  badValue('a bare LF in a field value', 'BARE_LF', '\n'),
  written('a bare LF ends a field line', 'BARE_LF', (name, value) => `${name}: ${value}\n`),
  written('a bare CR ends a field line', 'BARE_CR', (name, value) => `${name}: ${value}\r`),
  written('a field line without a colon', 'MISSING_COLON', (name) => `${name}\r\n`),
  {
    ...written('a folded field line', 'OBS_FOLD', (name, value) => `${name}:${value}\r\n  x\r\n`),
    place: 'not in responses',
  },
  {
    ...written(
      'whitespace before the first field line',
      'LEADING_WHITESPACE',
      (name, value) => ` ${name}: ${value}\r\n`,
    ),
    place: 'first',
  },
  written('a bare LF ends the section', 'BARE_LF', () => '\n'),
  written('a CR without LF ends the section', 'BARE_CR', (name) => `\r${name}:\r\n`),
]

/** RFC 9110 s. 6.5.1: framing and routing fields are useless after the content. */
const FORBIDDEN_TRAILERS: readonly BadLine[] = (
  [
    ['Content-Length', '0'],
    ['Transfer-Encoding', 'chunked'],
    ['Host', 'a'],
  ] as const
).map(([name, value]) => ({
  rule: name,
  code: 'FORBIDDEN_TRAILER' as const,
  line: lineStyle.map((style) => makeLine(name, value, style)),
  statedCode: 'FORBIDDEN_TRAILER' as const,
}))

function inserted(lines: readonly Line[], line: Line, place: number): readonly Line[] {
  const at = place % (lines.length + 1)
  return [...lines.slice(0, at), line, ...lines.slice(at)]
}

function inHeaders(kind: Kind, bad: BadLine): Rule[] {
  const { rule, code, line, statedCode, place } = bad
  // The header section of a response may have folded lines.
  if (place === 'not in responses' && kind === 'response') return []
  const at = place === 'first' ? fc.constant(0) : fc.nat(20)
  const messages = fc
    .tuple(drafts(kind), line, at)
    .map(([draft, line, at]) =>
      broken({ ...draft, lines: inserted(draft.lines, line, at) }, statedCode),
    )
  return [{ kind, rule: `${rule}, in the header section`, code, broken: messages }]
}

function inTrailers(kind: Kind, { rule, code, line, statedCode, place }: BadLine): Rule {
  const at = place === 'first' ? fc.constant(0) : fc.nat(20)
  const messages = fc
    .tuple(drafts(kind, 'chunked'), line, at)
    .map(([draft, line, at]) => broken(withTrailer(draft, line, at), statedCode))
  return { kind, rule: `${rule}, in the trailer section`, code, broken: messages }
}

function withTrailer(draft: AnyDraft, line: Line, place: number): AnyDraft {
  const { body } = draft
  return { ...draft, body: { ...body, trailers: inserted(body.trailers, line, place) } }
}

const KINDS = ['request', 'response'] as const

export const FIELD_RULES: readonly Rule[] = KINDS.flatMap((kind) => [
  ...BAD_LINES.flatMap((bad) => inHeaders(kind, bad)),
  ...BAD_LINES.map((bad) => inTrailers(kind, bad)),
  ...FORBIDDEN_TRAILERS.map((bad) => inTrailers(kind, bad)),
])
