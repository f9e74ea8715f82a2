/**
 * docs/conformance.md is consistent: what it refers to exists, every row has a test or a reason, and its
 * summary counts match its tables.
 *
 * Checks the form of the page, and of HTTP only the one figure that RFC 9112 recommends. Does not check that
 * a test shows what its row says, nor that it passes.
 */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, safeParse } from '../../src/index.ts'
import { loadCases } from '../support/cases.ts'

const ROOT = new URL('../../', import.meta.url)
const PAGE = readFileSync(new URL('docs/conformance.md', ROOT), 'utf8')

const COLUMNS = ['clause', 'requirement', 'level', 'how httpwire meets it', 'shown by']
const CLOSING_COLUMNS = ['clause', 'bound', 'about', 'level']
const SUMMARY_COLUMNS = [
  ...['', 'key words', 'shown: parser', 'shown: serializer', 'not here', 'bind others', 'rules'],
]

const CLAUSE = /^(9110|9112) s\. \d+(\.\d+)*( rule \d)?$/
const KEY_WORDS = /^(MUST|SHOULD|MAY|MUST NOT|SHOULD NOT|RECOMMENDED|REQUIRED|OPTIONAL)$/
const REASON = /^not here \((application|forward|transport)\): \S/

const PARTS = ['parser', 'serializer'] as const

type Part = (typeof PARTS)[number]

interface Line {
  /** The line of the page, counted from 1. */
  readonly number: number
  /** The heading above. */
  readonly heading: string
  /** The part that the table is about; `null` for other tables. */
  readonly part: Part | null
  readonly cells: readonly string[]
}

interface Table {
  readonly heading: string
  readonly part: Part | null
  readonly columns: readonly string[]
  readonly lines: readonly Line[]
}

function readTables(page: string): Table[] {
  const tables: Table[] = []
  let heading = ''
  let part: Part | null = null
  let table: (Table & { lines: Line[] }) | undefined
  for (const [index, text] of page.split('\n').entries()) {
    if (text.startsWith('#')) heading = text.replace(/^#+ /, '')
    if (text.startsWith('## ')) part = readPart(heading)
    if (!text.startsWith('|')) {
      table = undefined
      continue
    }
    const cells = text.slice(1, text.lastIndexOf('|')).split('|').map(trim)
    if (table === undefined) {
      table = { heading, part, columns: cells, lines: [] }
      tables.push(table)
    } else if (!cells.every((cell) => /^-+:?$/.test(cell))) {
      table.lines.push({ number: index + 1, heading, part, cells })
    }
  }
  return tables
}

function readPart(heading: string): Part | null {
  const [, part = null] = /^What the (parser|serializer) does: /.exec(heading) ?? []
  return part as Part | null
}

function trim(text: string): string {
  return text.trim()
}

function linesUnder(columns: readonly string[]): Line[] {
  return tables
    .filter((table) => table.columns.join() === columns.join())
    .flatMap(({ lines }) => lines)
}

interface Row {
  readonly where: string
  readonly heading: string
  readonly part: Part | null
  readonly clause: string
  /** The key words; empty for a rule that the RFC states without one. */
  readonly keyWords: readonly string[]
  readonly texts: readonly string[]
  readonly references: readonly string[]
  readonly reason: string | null
}

function readRow({ number, heading, part, cells }: Line): Row {
  const [clause = '', requirement = '', level = '', how = '', shownBy = ''] = cells
  const reason = shownBy.startsWith('not here') ? shownBy : null
  return {
    where: `line ${number}`,
    heading,
    part,
    clause,
    keyWords: readLevel(level),
    texts: [requirement, how],
    references: reason === null ? shownBy.split('<br>').map(readReference) : [],
    reason,
  }
}

/** The content of the code span; without one the whole cell, which refers to nothing that exists. */
function readReference(cell: string): string {
  return /^`([^`]+)`$/.exec(cell.trim())?.[1] ?? cell
}

function readLevel(level: string): string[] {
  return level === 'rule' ? [] : level.split(', ')
}

const titles = new Set(loadCases().map(({ file, title }) => `${file}: ${title}`))

/** Whether a reference names a case, or a test by its file and title. */
function exists(reference: string): boolean {
  if (!reference.startsWith('test/')) return titles.has(reference)
  const [path = '', ...rest] = reference.split(': ')
  const name = rest.join(': ')
  const file = new URL(path, ROOT)
  if (name === '' || !path.endsWith('.ts') || !existsSync(file)) return false
  return namesOf(readFileSync(file, 'utf8')).includes(name)
}

/** The titles of tests and suites in the source of a test file, as written there. */
function namesOf(source: string): string[] {
  // After `test.each(...)`, the title is in a second pair of parentheses.
  const calls = source.matchAll(/(?:\b(?:describe|it|test|check)|\))\(\s*(['"`])(.*?)\1/g)
  return [...calls].map(([, , name = '']) => name)
}

const tables = readTables(PAGE)
const rows = linesUnder(COLUMNS).map(readRow)
const closing = linesUnder(CLOSING_COLUMNS)
const summary = linesUnder(SUMMARY_COLUMNS)

/** The rows that are not `good`. */
function wrong<T extends { where: string }>(all: readonly T[], good: (one: T) => boolean): T[] {
  return all.filter((one) => !good(one))
}

describe('docs/conformance.md', () => {
  test('has only tables with known columns', () => {
    const known = [COLUMNS, CLOSING_COLUMNS, SUMMARY_COLUMNS].map((columns) => columns.join())
    expect(tables.filter(({ columns }) => !known.includes(columns.join()))).toEqual([])
    expect(
      tables.flatMap(({ columns, lines }) =>
        lines.filter(({ cells }) => cells.length !== columns.length),
      ),
    ).toEqual([])
  })

  test('has rows of both RFCs for the parser, the serializer and others', () => {
    for (const rfc of ['9112', '9110']) {
      const own = rows.filter(({ clause }) => clause.startsWith(rfc))
      for (const part of PARTS) {
        expect(own.filter((row) => row.part === part).length).toBeGreaterThan(40)
      }
      expect(own.filter((row) => row.part === null)).toEqual([])
      expect(closing.filter(({ cells }) => cells[0]?.startsWith(rfc))).not.toEqual([])
    }
  })

  test('names a clause in each row, within the section of its heading', () => {
    expect(
      wrong(rows, ({ clause, heading }) => {
        const section = heading.split(': ')[0] ?? ''
        return CLAUSE.test(clause) && isWithin(clause, section)
      }),
    ).toEqual([])
    const clauses = closing.map(({ cells }) => cells[0] ?? '')
    expect(clauses.filter((clause) => !CLAUSE.test(clause))).toEqual([])
  })

  test('has sections in the order of the clauses, RFC 9112 first', () => {
    for (const part of PARTS) {
      const headings = tables.filter((table) => table.part === part).map(({ heading }) => heading)
      expect(headings).toEqual([...headings].sort(byClause))
    }
  })

  test('states in each row what is required and how it is met', () => {
    expect(wrong(rows, ({ texts }) => texts.every((text) => text !== ''))).toEqual([])
  })

  test('gives each row a level of known key words', () => {
    expect(wrong(rows, ({ keyWords }) => keyWords.every((word) => KEY_WORDS.test(word)))).toEqual(
      [],
    )
    const levels = closing.flatMap(({ cells }) => cells[3]?.split(', ') ?? [])
    expect(levels.filter((word) => !KEY_WORDS.test(word))).toEqual([])
  })

  test('refers to cases and tests that exist', () => {
    const missing = rows.flatMap(({ where, references }) =>
      references.filter((one) => !exists(one)).map((one) => `${where}: ${one}`),
    )
    expect(missing).toEqual([])
  })

  test('gives each row without a test a reason that names who is bound', () => {
    expect(wrong(rows, ({ reason }) => reason === null || REASON.test(reason))).toEqual([])
  })

  test('has a summary whose counts match its tables', () => {
    expect(summary.map(({ cells }) => cells)).toEqual(
      ['9112', '9110'].map((rfc) => [`RFC ${rfc}`, ...count(rfc).map(String)]),
    )
  })
})

test('the default limits accept a request-line of 8000 octets, and the lengths on the page', () => {
  const { maxStartLine, maxTarget } = DEFAULT_LIMITS
  expect(PAGE).toContain(`By default up to ${maxStartLine}, with a target of up to ${maxTarget}`)
  for (const [line, target] of [
    [8000, 8000 - 'GET  HTTP/1.1'.length],
    [maxStartLine, maxTarget],
  ] as const) {
    const method = 'G'.repeat(line - target - '  HTTP/1.1'.length)
    const text = `${method} /${'a'.repeat(target - 1)} HTTP/1.1\r\nHost: a\r\n\r\n`
    expect(text.indexOf('\r')).toBe(line)
    expect(safeParse(new TextEncoder().encode(text)).ok).toBe(true)
  }
})

function count(rfc: string): number[] {
  const own = rows.filter(({ clause }) => clause.startsWith(rfc))
  const words = (some: readonly Row[]) => some.flatMap(({ keyWords }) => keyWords).length
  const shown = PARTS.map((part) =>
    words(own.filter((row) => row.reason === null && row.part === part)),
  )
  const notHere = words(own.filter(({ reason }) => reason !== null))
  const others = closing
    .filter(({ cells }) => cells[0]?.startsWith(rfc))
    .flatMap(({ cells }) => cells[3]?.split(', ') ?? []).length
  const rules = own.filter(({ keyWords }) => keyWords.length === 0).length
  const all = [...shown, notHere, others]
  return [all.reduce((sum, some) => sum + some, 0), ...all, rules]
}

/** Whether `clause` is the section, a part of it, or one of its rules. */
function isWithin(clause: string, section: string): boolean {
  return clause === section || clause.startsWith(`${section}.`) || clause.startsWith(`${section} `)
}

/** The order of the sections on the page. */
function byClause(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => text.match(/\d+/g)?.map(Number) ?? [])
  const rfc = (y?.[0] ?? 0) - (x?.[0] ?? 0)
  if (rfc !== 0) return rfc
  for (let i = 1; i < 5; i++) {
    const difference = (x?.[i] ?? 0) - (y?.[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
