/**
 * Reads the conformance cases, whose format test/fixtures/cases/README.md describes.
 *
 * Reads line by line and strictly: anything misspelled, misplaced or missing throws an error that names
 * the line. A case read leniently could pass without testing anything.
 *
 * Implements a single rule of HTTP: a field line is a name, a colon, and a value with whitespace
 * around it.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import {
  DEFAULT_LIMITS,
  type Framing,
  type Leniency,
  type Limits,
  type ParserOptions,
} from '../../src/index.ts'
import { STRICT } from '../../src/limits.ts'
import { chunkEvent, headEvent } from './case-events.ts'
import type { Kind, PlainError, PlainEvent } from './run-parser.ts'
import { CR, LF, latin1, readText, spelledBytes } from './wire-text.ts'

export interface ConformanceCase {
  readonly file: string
  /** The line of the file at which the case begins. */
  readonly line: number
  readonly title: string
  /** Rows of the table in section 3 of the design. */
  readonly rows: readonly string[]
  readonly rfc: readonly string[]
  readonly attacks: readonly string[]
  readonly atLimit: keyof Limits | null
  readonly overLimit: keyof Limits | null
  readonly kind: Kind
  readonly options: ParserOptions
  readonly requestMethods: readonly string[]
  readonly resume: boolean
  readonly input: Uint8Array
  readonly events: readonly PlainEvent[]
  /** For each event, how many bytes of input it takes; `Infinity` is the end of input. */
  readonly dueAt: readonly number[]
  readonly error: ExpectedError | null
  readonly rest: string | null
}

/** Only the beginning (`text`) and the end (`detail`) of the error message are given. */
export interface ExpectedError extends Omit<PlainError, 'message'> {
  readonly text: string
  readonly detail: string | null
}

const DIRECTORY = new URL('../fixtures/cases/', import.meta.url)

/** All cases of all files, in the order of the file names. */
export function loadCases(): ConformanceCase[] {
  const files = readdirSync(DIRECTORY).filter((name) => name.endsWith('.txt'))
  const cases = files
    .sort()
    .flatMap((file) => readCases(readFileSync(new URL(file, DIRECTORY), 'latin1'), file))
  const titles = new Set<string>()
  for (const { file, line, title } of cases) {
    if (titles.has(title))
      throw new Error(`${file}:${line}: a second case has this title: ${title}`)
    titles.add(title)
  }
  return cases
}

/** The cases in `text`, the content of `file`. */
export function readCases(text: string, file: string): ConformanceCase[] {
  const cases: ConformanceCase[] = []
  let reader: CaseReader | undefined
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const number = index + 1
    try {
      if (/[^ -~]/.test(line)) throw new Error('a character that is not visible ASCII')
      if (line.endsWith(' ')) throw new Error('a space at the end of the line')
      if (line === '' || line.startsWith('#')) continue
      if (line.startsWith('== ')) {
        if (reader !== undefined) cases.push(reader.complete())
        reader = new CaseReader(file, number, line.slice(3))
      } else if (reader === undefined) {
        throw new Error('no case begins before this line')
      } else {
        reader.read(line)
      }
      if (number === lines.length) throw new Error('no line end after the last line')
    } catch (error) {
      throw new Error(`${file}:${number}: ${(error as Error).message}`, { cause: error })
    }
  }
  if (reader !== undefined) cases.push(reader.complete())
  return cases
}

const KEYS = [
  'row',
  'rfc',
  'attack',
  'at-limit',
  'over-limit',
  'kind',
  'methods',
  'limits',
  'leniency',
  'chunk-boundaries',
  'resume',
] as const

type Key = (typeof KEYS)[number]

const CLAUSE = /^(?:9110|9112) s\. \d+(?:\.\d+)*(?: rule \d)?$/
const ERROR = /^( +)\^ ([A-Z0-9_]+) (\d{3})(?:: (.+))?$/
const FIELD = /^ {3}([^ :]+):(?: (.+))?$/

class CaseReader {
  readonly #file: string
  readonly #line: number
  readonly #title: string
  readonly #head = new Map<Key, string>()
  readonly #input: number[] = []
  /** Offset of the byte at each column of the last line of bytes, and of the end of the line. */
  #columns: Map<number, number> | undefined
  readonly #events: PlainEvent[] = []
  readonly #dueAt: number[] = []
  /** The framing of the last head. */
  #framing: Framing | undefined
  /** Where the last message ended. */
  #messageEnd = 0
  /** The fields of the last head or end: those stated, or else those parsed from its lines. */
  #fields: [string, string][] | undefined
  #fieldsImplied = false
  /** Whether the head has folded lines and no fields have been stated yet. */
  #folded = false
  #restAt: number | null = null
  #error: ExpectedError | null = null

  constructor(file: string, line: number, title: string) {
    this.#file = file
    this.#line = line
    this.#title = title
  }

  read(line: string): void {
    if (line.startsWith('| ')) this.#readBytes(line)
    else if (line.startsWith('=> ')) this.#readEvent(line.slice(3))
    else if (ERROR.test(line) && this.#columns !== undefined) this.#readError(line)
    else if (FIELD.test(line) && this.#fields !== undefined) this.#readField(line)
    else this.#readKey(line)
  }

  complete(): ConformanceCase {
    try {
      return this.#complete()
    } catch (error) {
      throw new Error(`${this.#file}:${this.#line}: ${(error as Error).message}`, { cause: error })
    }
  }

  #complete(): ConformanceCase {
    if (this.#input.length === 0) throw new Error('a case without bytes')
    this.#requireFields()
    const open = this.#events.length > 0 && this.#events.at(-1)?.type !== 'end'
    if (this.#error === null && open) throw new Error('a message without end or error')
    const rfc = this.#list('rfc', '; ')
    for (const clause of rfc) if (!CLAUSE.test(clause)) throw new Error(`a clause: ${clause}`)
    if (rfc.length === 0) throw new Error('a case without rfc')
    const input = Uint8Array.from(this.#input)
    return {
      file: this.#file,
      line: this.#line,
      title: this.#title,
      rows: this.#list('row', '; '),
      rfc,
      attacks: this.#list('attack', '; '),
      atLimit: this.#limit('at-limit'),
      overLimit: this.#limit('over-limit'),
      kind: this.#kind,
      options: this.#options(),
      requestMethods: this.#list('methods', ', '),
      resume: this.#yes('resume'),
      input,
      events: this.#events,
      dueAt: this.#dueAt,
      error: this.#error,
      rest: this.#restAt === null ? null : latin1(input.subarray(this.#restAt)),
    }
  }

  #readKey(line: string): void {
    const [, name, value] = /^([a-z-]+): (.+)$/.exec(line) ?? []
    const key = KEYS.find((known) => known === name)
    if (key === undefined || value === undefined) throw new Error(`an unknown line: ${line}`)
    if (this.#input.length > 0) throw new Error('a key after bytes')
    if (this.#head.has(key)) throw new Error(`${key} twice`)
    this.#head.set(key, value)
  }

  #readBytes(line: string): void {
    this.#requireFields()
    const columns = new Map<number, number>()
    const start = this.#input.length
    for (const { column, byte } of spelledBytes(line, 2)) {
      if (this.#input.at(-1) === LF && this.#input.length > start) throw new Error('\\n inside')
      columns.set(column, this.#input.length)
      this.#input.push(byte)
    }
    columns.set(line.length, this.#input.length)
    this.#columns = columns
  }

  #readError(line: string): void {
    const [, indent, code, status, detail] = ERROR.exec(line) ?? []
    const offset = this.#columns?.get(indent?.length ?? 0)
    if (offset === undefined) throw new Error('^ stands under no byte')
    if (this.#error !== null) throw new Error('a second error')
    if (code === undefined || !isErrorCode(code)) throw new Error(`an unknown code: ${code}`)
    const [, rfc, text] = ERRORS[code]
    this.#error = {
      code,
      offset,
      status: Number(status),
      rfc,
      side: 'remote',
      text,
      detail: detail ?? null,
    }
  }

  #readEvent(text: string): void {
    if (this.#error !== null) throw new Error('an event after the error')
    if (this.#restAt !== null) throw new Error('an event after switching')
    this.#requireFields()
    this.#fields = undefined
    const [type] = /^\S+/.exec(text) ?? []
    if (type === 'switching' && text === type) this.#restAt = this.#input.length
    else {
      const event = this.#event(type, text)
      this.#events.push(event)
      this.#dueAt.push(this.#dueNow(event))
      if (event.type === 'end') this.#messageEnd = this.#input.length
    }
  }

  #event(type: string | undefined, text: string): PlainEvent {
    switch (type) {
      case 'request':
      case 'response':
        if (type !== this.#kind) throw new Error(`a ${type} among ${this.#kind}s`)
        return this.#headEvent(text)
      case 'data':
        return this.#dataEvent(text)
      case 'chunk':
        return chunkEvent(text)
      case 'end': {
        if (text !== type) throw new Error(`an unknown event: ${text}`)
        const trailers: [string, string][] = []
        this.#fields = trailers
        return { type, trailers }
      }
      default:
        throw new Error(`an unknown event: ${text}`)
    }
  }

  #dueNow({ type }: PlainEvent): number {
    if (type !== 'end') return this.#input.length
    if (this.#framing === undefined) throw new Error('an end without a head')
    return this.#framing === 'until-close' ? Number.POSITIVE_INFINITY : this.#input.length
  }

  #dataEvent(text: string): PlainEvent {
    const bytes = readText(text, 'data '.length)
    if (bytes === '') throw new Error('data without bytes')
    const last = this.#events.at(-1)
    if (last?.type !== 'data') return { type: 'data', bytes }
    // Merge the two into one event, due with the later one.
    this.#events.pop()
    this.#dueAt.pop()
    return { type: 'data', bytes: last.bytes + bytes }
  }

  #headEvent(text: string): PlainEvent {
    let offset = this.#messageEnd
    while (this.#input[offset] === CR || this.#input[offset] === LF) offset++
    const bytes = latin1(Uint8Array.from(this.#input.slice(offset)))
    const lines = bytes.split(/\r?\n/).slice(1, -2)
    this.#folded = lines.some((line) => line.startsWith(' ') || line.startsWith('\t'))
    const headers = this.#folded ? [] : lines.map(splitFieldLine)
    this.#fields = headers
    this.#fieldsImplied = true
    const head = headEvent(text, offset, bytes, headers)
    this.#framing = head.framing
    return head
  }

  #readField(line: string): void {
    const [, name = '', value = ''] = FIELD.exec(line) ?? []
    if (this.#fieldsImplied) this.#fields?.splice(0)
    this.#fieldsImplied = false
    this.#folded = false
    this.#fields?.push([readText(name), readText(value)])
  }

  #requireFields(): void {
    if (this.#folded) throw new Error('a head with folded lines whose fields are not written')
    this.#fieldsImplied = false
  }

  get #kind(): Kind {
    const kind = this.#head.get('kind')
    if (kind === 'request' || kind === 'response') return kind
    throw new Error('kind must be request or response')
  }

  #options(): ParserOptions {
    const limits: Partial<Record<keyof Limits, number>> = {}
    for (const item of this.#list('limits', ', ')) {
      const [, name = '', value] = /^(\w+)=(\d+)$/.exec(item) ?? []
      limits[requireKey(DEFAULT_LIMITS, name)] = Number(value)
    }
    const leniency: Partial<Record<keyof Leniency, boolean>> = {}
    for (const name of this.#list('leniency', ', ')) leniency[requireKey(STRICT, name)] = true
    return { limits, leniency, chunkBoundaries: this.#yes('chunk-boundaries') }
  }

  #list(key: Key, separator: string): string[] {
    return this.#head.get(key)?.split(separator) ?? []
  }

  #limit(key: 'at-limit' | 'over-limit'): keyof Limits | null {
    const name = this.#head.get(key)
    return name === undefined ? null : requireKey(DEFAULT_LIMITS, name)
  }

  #yes(key: Key): boolean {
    const value = this.#head.get(key)
    if (value !== undefined && value !== 'yes') throw new Error(`${key} can only be yes`)
    return value === 'yes'
  }
}

function splitFieldLine(line: string): [string, string] {
  const [, name, value] = /^([^:]*):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error('a field line without colon')
  return [name, value]
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}

function requireKey<T extends object>(table: T, name: string): keyof T & string {
  const key = (Object.keys(table) as (keyof T & string)[]).find((known) => known === name)
  if (key === undefined) throw new Error(`an unknown name: ${name}`)
  return key
}
