/**
 * The readable cases leave nothing out: each row of the design's table has a case for both of its
 * cells, and each error code, limit, leniency, anomaly and attack has the cases it needs.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { DEFAULT_LIMITS, type Limits } from '../../src/index.ts'
import { STRICT } from '../../src/limits.ts'
import { ANOMALIES } from '../../src/message/anomalies.ts'
import { type ConformanceCase, loadCases } from '../support/cases.ts'
import { type Outcome, runParser } from '../support/run-parser.ts'

const cases = loadCases()

/** The rows of the table in section 3 of the design, with a cell for requests and for responses. */
const ROWS = [
  'line ends',
  'before the start-line',
  'start-line',
  'version',
  'field line',
  'line folding',
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'no framing field',
  'chunk line',
  'chunk data',
  'trailers',
  'OWS',
  'case folding',
  'over a limit',
  'end of input',
  'unasked-for bytes',
]

/** The attacks listed under that table that bytes alone can carry, and related ones. */
const ATTACKS = [
  'CL.TE',
  'TE.CL',
  'TE.TE',
  '0.CL',
  'CL.0',
  'TE.0',
  'TERM.EXT',
  'EXT.TERM',
  'SPILL',
  'quoted-string hiding a line end',
  'chunk data longer than its size',
  'chunk-size overflow',
  'chunk-size prefix',
  'header hiding by a leading space',
  'header hiding by a bare CR',
  'CR and another byte as the end of a head',
  'obs-fold on a framing field',
  'header-count overflow',
  'field named __proto__',
  'Expect with odd values',
  'premature upgrade',
  'response queue poisoning',
  'KELVIN SIGN for k',
  'endless tiny chunks',
  'endless chunk extensions',
]

/** Codes that no case can show, since no input of a parser reaches them, by the folder whose tests show them. */
const SHOWN_IN = {
  // What a caller gives a serializer.
  'test/serializer': [
    ...['CONTENT_NOT_ALLOWED', 'CONTENT_LENGTH_MISMATCH', 'CHUNK_SIZE_MISMATCH'],
    ...['FRAMING_FIELD_NOT_ALLOWED', 'TRAILERS_NOT_ALLOWED', 'WRONG_STATE'],
  ],
  // `ClientConnection` knows the requests, a parser does not.
  'test/connection': [
    ...['UNSOLICITED_RESPONSE', 'TOO_MANY_INTERIM_RESPONSES', 'UNOFFERED_SWITCH', 'UNANSWERED'],
  ],
  // Decoders, not parsers.
  'test/codings/checks': [
    ...['UNSUPPORTED_CODING', 'TOO_MANY_CODINGS', 'CODED_DATA_MISLABELLED', 'CODED_DATA_CORRUPT'],
    ...['CODED_DATA_TRUNCATED', 'BYTES_AFTER_CODED_DATA', 'DECODED_TOO_LARGE', 'DECODED_TOO_DENSE'],
  ],
} as const satisfies Record<string, readonly ErrorCode[]>

/** The error code for exceeding each limit. */
const CODE_OF_LIMIT: Readonly<Record<keyof Limits, ErrorCode>> = {
  maxStartLine: 'START_LINE_TOO_LONG',
  maxTarget: 'TARGET_TOO_LONG',
  maxFieldLine: 'FIELD_LINE_TOO_LONG',
  maxHead: 'HEAD_TOO_LARGE',
  maxFields: 'TOO_MANY_FIELDS',
  maxChunkExtension: 'CHUNK_EXTENSION_TOO_LONG',
  maxChunkExtensions: 'CHUNK_EXTENSIONS_TOO_LARGE',
  maxTrailer: 'TRAILER_TOO_LARGE',
  maxEmptyLines: 'TOO_MANY_EMPTY_LINES',
  maxBody: 'BODY_TOO_LARGE',
}

describe('the rows of the design table', () => {
  const shown = new Set(cases.flatMap(({ rows, kind }) => rows.map((row) => `${row}, ${kind}s`)))

  it.each(ROWS)('have a case for requests and one for responses: %s', (row) => {
    expect(shown).toContain(`${row}, requests`)
    expect(shown).toContain(`${row}, responses`)
  })

  it('include every row that a case names', () => {
    expect(cases.flatMap(({ rows }) => rows).filter((row) => !ROWS.includes(row))).toEqual([])
  })
})

describe('the attacks of the design', () => {
  it.each(ATTACKS)('are each named by a case: %s', (attack) => {
    expect(cases.flatMap(({ attacks }) => attacks)).toContain(attack)
  })

  it('include every attack that a case names', () => {
    const named = cases.flatMap(({ attacks }) => attacks)
    expect(named.filter((attack) => !ATTACKS.includes(attack))).toEqual([])
  })
})

describe('the error codes', () => {
  const elsewhere: readonly ErrorCode[] = Object.values(SHOWN_IN).flat()
  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => !elsewhere.includes(code))

  it.each(codes)('are each the outcome of a case: %s', (code) => {
    expect(cases.filter(({ error }) => error?.code === code)).not.toHaveLength(0)
  })

  it.each(elsewhere)('listed for other tests are the outcome of no case: %s', (code) => {
    expect(cases.filter(({ error }) => error?.code === code)).toHaveLength(0)
  })

  it.each(Object.entries(SHOWN_IN))(
    'listed for other tests are all named in %s',
    (folder, some) => {
      const root = new URL(`../../${folder}/`, import.meta.url)
      const sources = readdirSync(root).map((file) => readFileSync(new URL(file, root), 'utf8'))
      const isNamed = (code: ErrorCode) => new RegExp(`['"]${code}\\b`).test(sources.join('\n'))
      expect(some.filter((code) => !isNamed(code))).toEqual([])
    },
  )
})

describe('the anomalies', () => {
  const reported = new Set<string>(
    cases.flatMap(({ events }) =>
      events.flatMap((event) => ('anomalies' in event ? event.anomalies : [])),
    ),
  )

  it.each(ANOMALIES)('are each reported in a case: %s', (anomaly) => {
    expect(reported).toContain(anomaly)
  })
})

describe('the limits', () => {
  const limits = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]

  it.each(limits)('are each met by one case and exceeded by another: %s', (limit) => {
    expect(cases.filter(({ atLimit }) => atLimit === limit)).not.toHaveLength(0)
    expect(cases.filter(({ overLimit }) => overLimit === limit)).not.toHaveLength(0)
  })

  for (const one of cases) {
    const { title, atLimit, overLimit, error } = one
    if (atLimit !== null) {
      it(`${title}: exceeds the limit if that is lowered by one`, () => {
        expect(error).toBeNull()
        expect(withLimit(one, atLimit, -1).error?.code).toBe(CODE_OF_LIMIT[atLimit])
      })
    }
    if (overLimit !== null) {
      it(`${title}: does not exceed the limit if that is raised by one`, () => {
        expect(error?.code).toBe(CODE_OF_LIMIT[overLimit])
        expect(withLimit(one, overLimit, 1).error?.code).not.toBe(error?.code)
      })
    }
  }
})

describe('the leniencies', () => {
  const leniencies = Object.keys(STRICT) as (keyof typeof STRICT)[]

  it.each(leniencies)('each accept bytes that another case refuses without them: %s', (name) => {
    const allowing = cases.filter(
      ({ options, error }) => options.leniency?.[name] === true && error === null,
    )
    const pairs = allowing.filter((one) =>
      cases.some(
        (other) =>
          other.kind === one.kind &&
          other.error !== null &&
          Object.keys(other.options.leniency ?? {}).length === 0 &&
          Buffer.compare(other.input, one.input) === 0,
      ),
    )
    expect(pairs).not.toHaveLength(0)
  })
})

describe('a leniency for the other kind of message', () => {
  it.each([
    ['allowMissingHost', 'response'],
    ['allowLengthWithTransferEncoding', 'request'],
    ['allowSpaceAfterChunkSize', 'request'],
  ] as const)('%s has no effect on a %s', (name, kind) => {
    const lenient = cases.filter(
      (one) => one.kind === kind && one.options.leniency?.[name] === true,
    )
    expect(lenient).not.toHaveLength(0)
    for (const one of lenient) {
      const { leniency, ...strict } = one.options
      expect(runParser(one.kind, [one.input], one.options)).toEqual(
        runParser(one.kind, [one.input], strict),
      )
    }
  })
})

/** The outcome of a case with its `limit` changed by `difference`. */
function withLimit(one: ConformanceCase, limit: keyof Limits, difference: number): Outcome {
  const value = one.options.limits?.[limit]
  if (value === undefined) throw new Error(`${one.title}: ${limit} is not set`)
  const limits = { ...one.options.limits, [limit]: value + difference }
  return runParser(one.kind, [one.input], { ...one.options, limits }, one.requestMethods)
}
