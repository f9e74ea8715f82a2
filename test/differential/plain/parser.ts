/**
 * The plain parser: the reference for the fast one, written for readability.
 *
 * The whole input is one string, one code unit per byte, and is read once from left to right. There are no
 * chunks, windows, carries, tables or lazy values: regular expressions for the grammar, strings for the
 * rest. It was written from RFC 9112 and 9110 and from docs/, and uses only types of src/.
 *
 * All errors follow one rule. A line is read as far as it is valid. A limit passed on the way is an error
 * at the first byte beyond it, an invalid byte is an error at that byte, and the earliest error wins.
 */

import type {
  Anomaly,
  ChunkExtension,
  ErrorCode,
  Framing,
  Leniency,
  Limits,
  TargetForm,
} from '../../../src/index.ts'
import {
  judgeRequest,
  judgeResponse,
  judgeTarget,
  judgeTrailers,
  type Meaning,
  type PlainField,
  withoutOws,
} from './meaning.ts'
import { NeedsMore, Refusal } from './refusal.ts'

export type Kind = 'request' | 'response'

export interface PlainOptions {
  readonly kind: Kind
  readonly limits: Limits
  readonly leniency: Leniency
  readonly chunkBoundaries: boolean
  /** The methods that responses answer, in order. */
  readonly requestMethods: readonly string[]
  /** Whether to resume HTTP after a switch of protocols, or to take the rest. */
  readonly resume: boolean
  /** Whether the input has ended; otherwise more may come. */
  readonly ended: boolean
}

export interface PlainRequest {
  readonly type: 'request'
  readonly method: string
  readonly target: string
  readonly targetForm: TargetForm
  readonly expectsContinue: boolean
}

export interface PlainResponse {
  readonly type: 'response'
  readonly status: number
  readonly reason: string
  readonly informational: boolean
}

export type PlainHead = (PlainRequest | PlainResponse) & {
  readonly version: '1.0' | '1.1'
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly framing: Framing
  readonly contentLength: number | null
  readonly keepAlive: boolean
  readonly upgrades: boolean
  readonly anomalies: readonly Anomaly[]
  readonly offset: number
  readonly bytes: string
}

/** Adjacent data events are merged. */
export type PlainEvent =
  | PlainHead
  | { readonly type: 'data'; bytes: string }
  | {
      readonly type: 'chunk'
      readonly size: number
      readonly extensions: readonly ChunkExtension[]
    }
  | { readonly type: 'end'; readonly trailers: readonly (readonly [string, string])[] }

export interface PlainOutcome {
  readonly events: PlainEvent[]
  readonly error: { readonly code: ErrorCode; readonly offset: number } | null
  /** The bytes after a switch of protocols; `null` if there was none, or HTTP was resumed. */
  readonly rest: string | null
}

/** The order of a head's anomalies, as in docs/limits.md. */
const ANOMALIES: readonly Anomaly[] = [
  'empty-lines',
  'higher-minor-version',
  'missing-space-after-status',
  'obs-fold',
  'repeated-content-length',
  'empty-transfer-coding',
  'transfer-encoding-in-http-1.0',
  'ignored-framing-field',
  'bare-lf',
  'missing-host',
  'length-with-transfer-encoding',
]

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]*/y
const TARGET = /[\x21\x22\x24-\x7e]*/y
/** HTAB, SP, VCHAR and obs-text: field values and reasons. */
const TEXT = /[\t\x20-\x7e\x80-\xff]*/y
const OWS = /[ \t]*/y
const HEX = /[0-9A-Fa-f]*/y

const MAX_SIZE_DIGITS = 16

/**
 * Where reading a line stopped: at its end (`next` is the offset after it), at an invalid byte (`code` is
 * the error), or, if both are `null`, at the end of the available input.
 */
interface Stop {
  readonly at: number
  readonly next: number | null
  readonly code: ErrorCode | null
}

/** A limit: `bound` is the offset of the first byte beyond it, `seen` the end of the bytes that count. */
interface Limit {
  readonly code: ErrorCode
  readonly bound: number
  readonly seen: number
}

/** The lines of a head or of a trailer section. */
interface Section {
  readonly start: number
  readonly bound: number
  readonly code: ErrorCode
  readonly mayFold: boolean
  readonly anomalies: Set<Anomaly>
}

/** Parses `text`, the whole input. */
export function parsePlainly(text: string, options: PlainOptions): PlainOutcome {
  const parser = new PlainParser(text, options)
  const { events } = parser
  try {
    return { events, error: null, rest: parser.readMessages() }
  } catch (stop) {
    if (stop instanceof Refusal) return { events, error: stop, rest: null }
    if (!(stop instanceof NeedsMore)) throw stop
    const error = options.ended ? ({ code: 'TRUNCATED', offset: text.length } as const) : null
    return { events, error, rest: null }
  }
}

class PlainParser {
  readonly events: PlainEvent[] = []
  private readonly text: string
  private readonly options: PlainOptions
  private readonly awaited: string[]
  private position = 0

  constructor(text: string, options: PlainOptions) {
    this.text = text
    this.options = options
    this.awaited = [...options.requestMethods]
  }

  /** Reads all messages, and returns the bytes after a switch of protocols, if there is one. */
  readMessages(): string | null {
    for (;;) {
      const anomalies = new Set<Anomaly>()
      this.skipEmptyLines(anomalies)
      if (this.position === this.text.length) return null
      const head = this.readHead(anomalies)
      this.events.push(head)
      const trailers = this.readBody(head)
      this.events.push({ type: 'end', trailers: trailers.map(({ name, value }) => [name, value]) })
      if (head.upgrades && !this.options.resume) return this.text.slice(this.position)
    }
  }

  /** RFC 9112 s. 2.2. */
  private skipEmptyLines(anomalies: Set<Anomaly>): void {
    const { text } = this
    const { limits, leniency } = this.options
    for (let lines = 0; ; lines++) {
      const at = this.position
      if (text[at] !== '\r' && text[at] !== '\n') return
      if (text[at] === '\r' && at + 1 === text.length) throw new NeedsMore()
      if (text[at] === '\r' && text[at + 1] !== '\n') throw new Refusal('BARE_CR', at)
      if (text[at] === '\n' && !leniency.allowBareLf) throw new Refusal('BARE_LF', at)
      if (lines === limits.maxEmptyLines) throw new Refusal('TOO_MANY_EMPTY_LINES', at)
      anomalies.add('empty-lines')
      if (text[at] === '\n') anomalies.add('bare-lf')
      this.position += text[at] === '\n' ? 1 : 2
    }
  }

  private readHead(anomalies: Set<Anomaly>): PlainHead {
    const { kind, limits, leniency } = this.options
    const start = this.position
    const section: Section = {
      start,
      bound: start + limits.maxHead,
      code: 'HEAD_TOO_LARGE',
      mayFold: kind === 'response',
      anomalies,
    }
    const line = kind === 'request' ? this.readRequestLine(section) : this.readStatusLine(section)
    const fields = this.readFields(section)

    let meaning: Meaning
    let own: PlainRequest | PlainResponse
    if (line.kind === 'request') {
      const { method, target, targetForm, minorVersion } = line
      meaning = judgeRequest(method, minorVersion, start, fields, leniency, anomalies)
      const { expectsContinue } = meaning
      own = { type: 'request', method, target, targetForm, expectsContinue }
    } else {
      const { status, reason, minorVersion } = line
      const answered = this.awaited[0]
      meaning = judgeResponse(answered, status, minorVersion, fields, leniency, anomalies)
      const informational = status < 200 && status !== 101
      if (!informational) this.awaited.shift()
      own = { type: 'response', status, reason, informational }
    }
    const { framing, contentLength, keepAlive, upgrades } = meaning
    if (framing === 'length' && (contentLength ?? 0) > limits.maxBody) {
      const length = fields.find(({ name }) => name.toLowerCase() === 'content-length')
      throw new Refusal('BODY_TOO_LARGE', length?.valueAt ?? start)
    }
    return {
      ...own,
      version: line.minorVersion === 0 ? '1.0' : '1.1',
      headers: fields.map(({ name, value }) => [name, value]),
      framing,
      contentLength,
      keepAlive,
      upgrades,
      anomalies: ANOMALIES.filter((anomaly) => anomalies.has(anomaly)),
      offset: start,
      bytes: this.text.slice(start, this.position),
    }
  }

  /** `method SP request-target SP HTTP-version` (RFC 9112 s. 3). */
  private readRequestLine(section: Section) {
    const { text } = this
    const { maxTarget } = this.options.limits
    const start = this.position

    const methodEnd = this.skip(TOKEN, start)
    if (methodEnd === start || text[methodEnd] !== ' ') {
      this.endStartLine(section, this.wrong(methodEnd, 'INVALID_METHOD'), methodEnd)
    }
    const method = text.slice(start, methodEnd)

    const targetAt = methodEnd + 1
    const targetEnd = this.skip(TARGET, targetAt)
    const target = text.slice(targetAt, targetEnd)
    const limit: Limit = { code: 'TARGET_TOO_LONG', bound: targetAt + maxTarget, seen: targetEnd }
    if (target === '' || text[targetEnd] !== ' ') {
      // A line that ends here has no version, as in HTTP/0.9.
      const lineEnds = target !== '' && (text[targetEnd] === '\r' || text[targetEnd] === '\n')
      const code = lineEnds ? 'INVALID_VERSION' : 'INVALID_TARGET'
      this.endStartLine(section, this.wrong(targetEnd, code), targetAt, limit)
    }

    const version = this.readVersion(targetEnd + 1)
    if (version.code !== null || version.next === null) {
      this.endStartLine(section, version, targetAt, limit)
    }
    this.endStartLine(section, this.endOfLine(targetEnd + 9, 'INVALID_VERSION'), targetAt, limit)
    return {
      kind: 'request' as const,
      method,
      target,
      targetForm: judgeTarget(method, target, targetAt),
      minorVersion: this.minorVersion(targetEnd + 1, section),
    }
  }

  /** `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 s. 4); the last SP may be missing. */
  private readStatusLine(section: Section) {
    const { text } = this
    const start = this.position
    const version = this.readVersion(start)
    if (version.code !== null || version.next === null) this.endStartLine(section, version)
    if (text[start + 8] !== ' ') {
      this.endStartLine(section, this.wrong(start + 8, 'INVALID_VERSION'))
    }

    const statusAt = start + 9
    const statusEnd = statusAt + 3
    if (text[statusAt] === '0') this.endStartLine(section, this.wrong(statusAt, 'INVALID_STATUS'))
    for (let at = statusAt; at < statusEnd; at++) {
      if (!this.isDigit(at)) this.endStartLine(section, this.wrong(at, 'INVALID_STATUS'))
    }

    const spaced = text[statusEnd] === ' '
    const reasonAt = spaced ? statusEnd + 1 : statusEnd
    const reasonEnd = spaced ? this.skip(TEXT, reasonAt) : statusEnd
    const unfit = spaced ? 'INVALID_REASON' : 'INVALID_STATUS'
    this.endStartLine(section, this.endOfLine(reasonEnd, unfit))
    if (!spaced) section.anomalies.add('missing-space-after-status')
    return {
      kind: 'response' as const,
      status: Number(text.slice(statusAt, statusEnd)),
      reason: text.slice(reasonAt, reasonEnd),
      minorVersion: this.minorVersion(start, section),
    }
  }

  /** `methodEnd` is the offset after the space that ends the method, or of the first byte not part of it. */
  private endStartLine(section: Section, stop: Stop, methodEnd = 0, targetLimit?: Limit): void {
    const { maxStartLine } = this.options.limits
    const limits = targetLimit === undefined ? [] : [targetLimit]
    const bound = section.start + maxStartLine
    const code = methodEnd > bound ? 'METHOD_TOO_LONG' : 'START_LINE_TOO_LONG'
    limits.push({ code, bound, seen: stop.at })
    this.endLine(section, stop, limits)
  }

  /** `HTTP/1.` and a digit, at `at`: 8 bytes (RFC 9112 s. 2.3). */
  private readVersion(at: number): Stop {
    const { text } = this
    for (let i = 0; i < 8; i++) {
      const expected = 'HTTP/1.'[i]
      if (expected === undefined ? this.isDigit(at + i) : text[at + i] === expected) continue
      const otherMajor = i === 5 && this.isDigit(at + i)
      return this.wrong(at + i, otherMajor ? 'UNSUPPORTED_VERSION' : 'INVALID_VERSION')
    }
    return { at: at + 8, next: at + 8, code: null }
  }

  private minorVersion(versionAt: number, section: Section): number {
    const minor = Number(this.text[versionAt + 7])
    if (minor > 1) section.anomalies.add('higher-minor-version')
    return minor
  }

  /** Field lines, to the empty line that ends the section (RFC 9112 s. 5). */
  private readFields(section: Section): PlainField[] {
    const { text } = this
    const { maxFields, maxFieldLine } = this.options.limits
    const fields: PlainField[] = []
    for (;;) {
      const line = this.position
      const first = text[line]
      const lineLimit = (nameAt: number, seen: number): Limit => {
        return { code: 'FIELD_LINE_TOO_LONG', bound: nameAt + maxFieldLine, seen }
      }

      if (first === undefined || first === '\r' || first === '\n') {
        this.endLine(section, this.endOfLine(line, 'BARE_LF'), [])
        return fields
      }
      const last = fields.at(-1)
      if (first === ' ' || first === '\t') {
        if (last === undefined || !section.mayFold) {
          const code = last === undefined ? 'LEADING_WHITESPACE' : 'OBS_FOLD'
          this.endLine(section, this.wrong(line, code), [])
          continue
        }
        // RFC 9112 s. 5.2: the field line continues; its length counts from its name.
        const end = this.skip(TEXT, line)
        const stop = this.endOfLine(end, 'INVALID_FIELD_VALUE')
        this.endLine(section, stop, [lineLimit(last.nameAt, end)])
        const more = withoutOws(text.slice(line, end))
        last.value += last.value !== '' && more !== '' ? ` ${more}` : more
        last.folded = true
        section.anomalies.add('obs-fold')
        continue
      }

      if (fields.length === maxFields) throw new Refusal('TOO_MANY_FIELDS', line)
      const nameEnd = this.skip(TOKEN, line)
      if (nameEnd === line || text[nameEnd] !== ':') {
        const limits = [lineLimit(line, nameEnd)]
        this.endLine(section, this.nameStop(line, nameEnd), limits)
      }
      const valueAt = this.skip(OWS, nameEnd + 1)
      const end = this.skip(TEXT, valueAt)
      const stop = this.endOfLine(end, 'INVALID_FIELD_VALUE')
      this.endLine(section, stop, [lineLimit(line, end)])
      const name = text.slice(line, nameEnd)
      const value = withoutOws(text.slice(valueAt, end))
      fields.push({ name, value, nameAt: line, valueAt, folded: false })
    }
  }

  /** The error after a field name without a colon. */
  private nameStop(line: number, nameEnd: number): Stop {
    const byte = this.text[nameEnd]
    if (nameEnd > line && (byte === ' ' || byte === '\t')) {
      return this.wrong(nameEnd, 'SPACE_BEFORE_COLON')
    }
    const stop = this.endOfLine(nameEnd, 'INVALID_FIELD_NAME')
    return stop.next === null ? stop : this.wrong(nameEnd, 'MISSING_COLON')
  }

  /** Reads the body by its framing (RFC 9112 s. 6.3), and returns the trailer fields. */
  private readBody({ framing, contentLength }: PlainHead): readonly PlainField[] {
    const { text } = this
    const { limits, ended } = this.options
    switch (framing) {
      case 'none':
        return []
      case 'length':
        this.readData(contentLength ?? 0)
        return []
      case 'chunked':
        return this.readChunks()
      case 'until-close': {
        const there = text.length - this.position
        this.readData(Math.min(there, limits.maxBody))
        if (there > limits.maxBody) throw new Refusal('BODY_TOO_LARGE', this.position)
        if (!ended) throw new NeedsMore()
        return []
      }
    }
  }

  private readData(length: number): void {
    const bytes = this.text.slice(this.position, this.position + length)
    this.position += bytes.length
    const last = this.events.at(-1)
    if (last?.type === 'data') last.bytes += bytes
    else if (bytes !== '') this.events.push({ type: 'data', bytes })
    if (bytes.length < length) throw new NeedsMore()
  }

  /** RFC 9112 s. 7.1. */
  private readChunks(): readonly PlainField[] {
    const { limits, chunkBoundaries } = this.options
    let bodyLength = 0
    let extensionsLeft = limits.maxChunkExtensions
    for (;;) {
      const start = this.position
      const size = this.readChunkSize()
      const extensionsAt = this.position
      const extensions = this.readExtensions(extensionsLeft)
      if (extensions.length > 0) extensionsLeft -= this.position - extensionsAt
      this.position += this.text[this.position] === '\n' ? 1 : 2
      bodyLength += size
      if (bodyLength > limits.maxBody) throw new Refusal('BODY_TOO_LARGE', start)
      if (chunkBoundaries) this.events.push({ type: 'chunk', size, extensions })
      if (size === 0) return this.readTrailers()
      this.readData(size)
      this.readChunkEnd()
    }
  }

  private readChunkSize(): number {
    const start = this.position
    const end = this.skip(HEX, start)
    if (end - start > MAX_SIZE_DIGITS) {
      throw new Refusal('CHUNK_SIZE_OVERFLOW', start + MAX_SIZE_DIGITS)
    }
    if (end === this.text.length) throw new NeedsMore()
    if (end === start) throw new Refusal('INVALID_CHUNK_SIZE', start)
    const size = BigInt(`0x${this.text.slice(start, end)}`)
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new Refusal('CHUNK_SIZE_OVERFLOW', start)
    this.position = end
    return Number(size)
  }

  /**
   * `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )` (RFC 9112 s. 7.1.1), byte by byte, up
   * to the line end.
   */
  private readExtensions(extensionsLeft: number): ChunkExtension[] {
    const { text } = this
    const { kind, leniency, limits } = this.options
    const start = this.position
    const maySpace = kind === 'response' && leniency.allowSpaceAfterChunkSize
    /** Whether there has been nothing but whitespace that may be padding: then only the line's limit applies. */
    let isPadding = maySpace

    const extensions: ChunkExtension[] = []
    let name = ''
    let value = ''
    type Part = 'after' | 'before name' | 'name' | 'before value' | 'token' | 'quoted' | 'escaped'
    let part: Part = 'after'
    /** The start of whitespace that may or may not be part of an extension. */
    let spaceAt: number | null = null
    /** Whether "=" may follow: a name without a value has been read. */
    let mayAssign = false

    for (let at = start; ; at++) {
      const byte = text[at]
      if (byte === undefined) throw new NeedsMore()
      const isTchar = this.skip(TOKEN, at) > at
      const isSpace = byte === ' ' || byte === '\t'

      // A name or token ends before the first byte that is no tchar.
      if (part === 'name' && !isTchar) {
        part = 'after'
        mayAssign = true
      }
      if (part === 'token' && !isTchar) {
        part = 'after'
        extensions.push({ name, value })
      }

      let accepted: boolean
      switch (part) {
        case 'after':
          accepted = isSpace || byte === ';' || (byte === '=' && mayAssign)
          if (isSpace) spaceAt ??= at
          else if (accepted) {
            if (byte === ';' && mayAssign) extensions.push({ name, value: null })
            part = byte === ';' ? 'before name' : 'before value'
            name = byte === ';' ? '' : name
            value = ''
            mayAssign = false
            spaceAt = null
          }
          break
        case 'before name':
        case 'name':
          accepted = isTchar || (isSpace && part === 'before name')
          if (isTchar) {
            part = 'name'
            name += byte
          }
          break
        case 'before value':
        case 'token':
          accepted = isTchar || ((isSpace || byte === '"') && part === 'before value')
          if (byte === '"') part = 'quoted'
          else if (isTchar) {
            part = 'token'
            value += byte
          }
          break
        case 'quoted':
          accepted = this.skip(TEXT, at) > at
          if (byte === '\\') part = 'escaped'
          else if (byte === '"') {
            part = 'after'
            extensions.push({ name, value })
          } else value += byte
          break
        case 'escaped':
          accepted = this.skip(TEXT, at) > at
          part = 'quoted'
          value += byte
          break
      }
      if (accepted) {
        isPadding &&= isSpace
        const ofLine = isPadding || limits.maxChunkExtension <= extensionsLeft
        const bound = start + (ofLine ? limits.maxChunkExtension : extensionsLeft)
        if (at < bound) continue
        const code = ofLine ? 'CHUNK_EXTENSION_TOO_LONG' : 'CHUNK_EXTENSIONS_TOO_LARGE'
        throw new Refusal(code, bound)
      }

      const allowedSpace = spaceAt === start && maySpace
      const wrongAt = spaceAt === null || allowedSpace ? at : spaceAt
      const code = wrongAt === start ? 'INVALID_CHUNK_SIZE' : 'INVALID_CHUNK_EXTENSION'
      if (wrongAt !== at) throw new Refusal(code, wrongAt)
      const stop = this.endOfLine(at, code)
      if (stop.code !== null) throw new Refusal(stop.code, at)
      if (stop.next === null) throw new NeedsMore()
      if (part !== 'after') throw new Refusal(code, at)
      if (mayAssign) extensions.push({ name, value: null })
      this.position = at
      return extensions
    }
  }

  private readChunkEnd(): void {
    const { text } = this
    const at = this.position
    if (at === text.length) throw new NeedsMore()
    if (text[at] === '\n' && this.options.leniency.allowBareLf) {
      this.position = at + 1
      return
    }
    if (text[at] !== '\r') throw new Refusal('MISSING_CHUNK_END', at)
    if (at + 1 === text.length) throw new NeedsMore()
    if (text[at + 1] !== '\n') throw new Refusal('MISSING_CHUNK_END', at + 1)
    this.position = at + 2
  }

  private readTrailers(): readonly PlainField[] {
    const start = this.position
    const trailers = this.readFields({
      start,
      bound: start + this.options.limits.maxTrailer,
      code: 'TRAILER_TOO_LARGE',
      mayFold: false,
      anomalies: new Set(),
    })
    judgeTrailers(trailers)
    return trailers
  }

  /**
   * Moves past a line of `section` that stopped at its end. If it stopped elsewhere or passed a limit,
   * throws the error that comes first.
   */
  private endLine(section: Section, stop: Stop, limits: readonly Limit[]): void {
    const read = stop.code === null ? (stop.next ?? this.text.length) : stop.at + 1
    const all = [...limits, { code: section.code, bound: section.bound, seen: read }]
    // At the same byte, the limit listed first wins, and any limit wins over an invalid byte.
    const passed = all.filter(({ bound, seen }) => seen > bound)
    const bounds = passed.map(({ bound }) => bound)
    const first = passed.find(({ bound }) => bound === Math.min(...bounds))
    if (first !== undefined) throw new Refusal(first.code, first.bound)
    if (stop.code !== null) throw new Refusal(stop.code, stop.at)
    if (stop.next === null) throw new NeedsMore()
    if (this.text[stop.at] === '\n') section.anomalies.add('bare-lf')
    this.position = stop.next
  }

  /** Stops at the line end at `at`, or with an error: `otherwise` for a byte other than CR and LF. */
  private endOfLine(at: number, otherwise: ErrorCode): Stop {
    const { text } = this
    if (text[at] === '\n') {
      if (!this.options.leniency.allowBareLf) return { at, next: null, code: 'BARE_LF' }
      return { at, next: at + 1, code: null }
    }
    if (text[at] !== '\r') return this.wrong(at, otherwise)
    if (at + 1 === text.length) return { at, next: null, code: null }
    if (text[at + 1] !== '\n') return { at, next: null, code: 'BARE_CR' }
    return { at, next: at + 2, code: null }
  }

  /** Stops at the invalid byte at `at`, or at the end of the input. */
  private wrong(at: number, code: ErrorCode): Stop {
    return { at, next: null, code: at < this.text.length ? code : null }
  }

  /** The offset after the match at `at` of `pattern`, which is sticky and repeats a class. */
  private skip(pattern: RegExp, at: number): number {
    pattern.lastIndex = at
    return pattern.test(this.text) ? pattern.lastIndex : at
  }

  private isDigit(at: number): boolean {
    const byte = this.text[at]
    return byte !== undefined && byte >= '0' && byte <= '9'
  }
}
