/**
 * Interprets a whole head: its request-target, its control fields one by one in order, and their combined
 * meaning (RFC 9112 s. 3.2, 6.1, 6.3, 9.3; RFC 9110 s. 7.8, 10.1.1). Works on strings, and was written
 * from those clauses and docs/conformance.md.
 */

import type { Anomaly, ErrorCode, Framing, Leniency, TargetForm } from '../../../src/index.ts'
import { readAuthority } from './authority.ts'
import { Refusal } from './refusal.ts'

/** One field line, unfolded, with its offsets in the stream. */
export interface PlainField {
  readonly name: string
  value: string
  readonly nameAt: number
  readonly valueAt: number
  folded: boolean
}

/** The contents of the fields that govern a message. */
interface Control {
  host: PlainField | null
  length: PlainField | null
  contentLength: number | null
  transfer: PlainField | null
  /** All transfer codings in order, in lower case. */
  codings: string[]
  /** The offset of the first coding that is not registered. */
  unknownCodingAt: number | null
  connection: Set<string>
  upgrade: boolean
  expectContinue: boolean
}

/** The properties of a message that follow from its fields. */
export interface Meaning {
  readonly framing: Framing
  readonly contentLength: number | null
  readonly keepAlive: boolean
  readonly upgrades: boolean
  readonly expectsContinue: boolean
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const QUOTED_STRING =
  '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"'
const OWS = '[ \\t]*'
const PARAMETER = `${OWS};${OWS}${TOKEN}${OWS}=${OWS}(?:${TOKEN}|${QUOTED_STRING})`
const TRANSFER_CODING = new RegExp(`^(${TOKEN})((?:${PARAMETER})*)$`)
const QUOTED_STRING_HERE = new RegExp(QUOTED_STRING, 'y')

const COMPRESSIONS = ['gzip', 'deflate', 'compress', 'x-gzip', 'x-compress']

/** The form of a request-target; refuses one that is invalid or unfit for the method. */
export function judgeTarget(method: string, target: string, targetAt: number): TargetForm {
  const uri = /^([A-Za-z][A-Za-z0-9+\-.]*):(.*)$/.exec(target)
  if (method === 'CONNECT') {
    const authority = readAuthority(target)
    // Port 0 cannot be connected to.
    if (authority !== null && authority.host !== '' && (authority.port ?? 0) > 0) return 'authority'
    const other = target.startsWith('/') || target === '*' || uri?.[2]?.startsWith('//') === true
    throw new Refusal(other ? 'TARGET_UNFIT_FOR_METHOD' : 'INVALID_TARGET', targetAt)
  }
  if (target.startsWith('/')) return 'origin'
  if (target === '*') {
    if (method !== 'OPTIONS') throw new Refusal('TARGET_UNFIT_FOR_METHOD', targetAt)
    return 'asterisk'
  }
  if (uri === null) throw new Refusal('INVALID_TARGET', targetAt)
  const [, scheme = '', rest = ''] = uri
  if (/^https?$/i.test(scheme)) {
    // A host is required, and userinfo is forbidden (RFC 9110 s. 4.2.1, 4.2.4).
    const authority = readAuthority(/^\/\/([^/?]*)/.exec(rest)?.[1] ?? '')
    if (authority === null || authority.host === '') throw new Refusal('INVALID_TARGET', targetAt)
  } else if (/^[0-9]/.test(rest)) {
    throw new Refusal('TARGET_UNFIT_FOR_METHOD', targetAt)
  }
  return 'absolute'
}

/** Interprets a request's fields. Adds to `anomalies` what is accepted though irregular. */
export function judgeRequest(
  method: string,
  minorVersion: number,
  offset: number,
  fields: readonly PlainField[],
  leniency: Leniency,
  anomalies: Set<Anomaly>,
): Meaning {
  const control = readControl('request', fields, anomalies)
  const modern = minorVersion > 0
  if (control.host === null && modern) {
    if (!leniency.allowMissingHost) throw new Refusal('MISSING_HOST', offset)
    anomalies.add('missing-host')
  }

  let framing: Framing = 'none'
  if (control.transfer !== null) {
    const at = control.transfer.nameAt
    if (!modern) throw new Refusal('TRANSFER_ENCODING_IN_HTTP_1_0', at)
    if (control.length !== null) throw new Refusal('LENGTH_WITH_TRANSFER_ENCODING', at)
    if (control.codings.at(-1) !== 'chunked') throw new Refusal('CHUNKED_NOT_LAST', at)
    if (control.unknownCodingAt !== null) {
      throw new Refusal('UNKNOWN_TRANSFER_CODING', control.unknownCodingAt)
    }
    if (method === 'CONNECT') throw new Refusal('CONTENT_IN_CONNECT', at)
    framing = 'chunked'
  } else if (control.length !== null) {
    if (method === 'CONNECT' && control.contentLength !== 0) {
      throw new Refusal('CONTENT_IN_CONNECT', control.length.nameAt)
    }
    framing = 'length'
  }

  const { contentLength } = control
  const hasContent = framing !== 'none' && contentLength !== 0
  const offersUpgrade = modern && control.upgrade && control.connection.has('upgrade')
  return {
    framing,
    contentLength,
    keepAlive: persists(control, minorVersion),
    upgrades: method === 'CONNECT' || offersUpgrade,
    expectsContinue: modern && control.expectContinue && hasContent,
  }
}

/** Interprets a response's fields. Adds to `anomalies` what is repaired or accepted though irregular. */
export function judgeResponse(
  method: string | undefined,
  status: number,
  minorVersion: number,
  fields: readonly PlainField[],
  leniency: Leniency,
  anomalies: Set<Anomaly>,
): Meaning {
  const tunnel = method === 'CONNECT' && status >= 200 && status <= 299
  const upgrades = status === 101 || tunnel
  const switched = { framing: 'none', contentLength: null, expectsContinue: false } as const

  if (tunnel) {
    // RFC 9112 s. 6.3 rule 2: framing fields are ignored.
    const others = fields.filter(({ name }) => !isFramingField(name))
    if (others.length < fields.length) anomalies.add('ignored-framing-field')
    readControl('response', others, anomalies)
    return { ...switched, keepAlive: false, upgrades }
  }

  const control = readControl('response', fields, anomalies)
  const meaningless = status < 200 || status === 204
  if (meaningless && (control.length ?? control.transfer) !== null) {
    anomalies.add('ignored-framing-field')
  }
  if (control.transfer !== null && minorVersion === 0) {
    anomalies.add('transfer-encoding-in-http-1.0')
  }
  if (control.transfer !== null && control.length !== null) {
    if (!leniency.allowLengthWithTransferEncoding) {
      throw new Refusal('LENGTH_WITH_TRANSFER_ENCODING', control.transfer.nameAt)
    }
    anomalies.add('length-with-transfer-encoding')
  }

  let framing: Framing = 'until-close'
  if (meaningless || status === 304 || method === 'HEAD') framing = 'none'
  else if (control.transfer !== null) {
    if (control.codings.at(-1) === 'chunked') framing = 'chunked'
  } else if (control.length !== null) framing = 'length'

  const faulty =
    anomalies.has('transfer-encoding-in-http-1.0') || anomalies.has('length-with-transfer-encoding')
  return {
    framing,
    contentLength: meaningless || control.transfer !== null ? null : control.contentLength,
    keepAlive: persists(control, minorVersion) && framing !== 'until-close' && !upgrades && !faulty,
    upgrades,
    expectsContinue: false,
  }
}

/** Refuses fields that are not allowed in a trailer section (RFC 9110 s. 6.5.1). */
export function judgeTrailers(fields: readonly PlainField[]): void {
  for (const { name, nameAt } of fields) {
    if (isFramingField(name) || name.toLowerCase() === 'host') {
      throw new Refusal('FORBIDDEN_TRAILER', nameAt)
    }
  }
}

function isFramingField(name: string): boolean {
  return ['content-length', 'transfer-encoding'].includes(name.toLowerCase())
}

/** RFC 9112 s. 9.3: `close` decides first, then the version, then `keep-alive`. */
function persists({ connection }: Control, minorVersion: number): boolean {
  return !connection.has('close') && (minorVersion > 0 || connection.has('keep-alive'))
}

function readControl(
  role: 'request' | 'response',
  fields: readonly PlainField[],
  anomalies: Set<Anomaly>,
): Control {
  const control: Control = {
    host: null,
    length: null,
    contentLength: null,
    transfer: null,
    codings: [],
    unknownCodingAt: null,
    connection: new Set(),
    upgrade: false,
    expectContinue: false,
  }
  for (const field of fields) {
    const name = field.name.toLowerCase()
    if (name === 'host' && role === 'request') readHost(control, field)
    if (name === 'expect' && role === 'request') readExpect(control, field)
    if (name === 'upgrade' && withoutOws(field.value.replaceAll(',', ' ')) !== '')
      control.upgrade = true
    if (name === 'connection') {
      for (const option of field.value.split(',')) {
        control.connection.add(withoutOws(option).toLowerCase())
      }
    }
    if (name === 'content-length') readContentLength(control, field, role, anomalies)
    if (name === 'transfer-encoding') readTransferEncoding(control, field, role, anomalies)
  }
  const { transfer, codings } = control
  if (transfer !== null && codings.length === 0) {
    throw new Refusal('INVALID_TRANSFER_ENCODING', transfer.valueAt)
  }
  return control
}

function readHost(control: Control, field: PlainField): void {
  if (control.host !== null) throw new Refusal('REPEATED_HOST', field.nameAt)
  control.host = field
  if (readAuthority(field.value) === null) throw new Refusal('INVALID_HOST', field.valueAt)
}

function readExpect(control: Control, field: PlainField): void {
  if (control.expectContinue || field.value.toLowerCase() !== '100-continue') {
    throw new Refusal('UNKNOWN_EXPECTATION', field.valueAt)
  }
  control.expectContinue = true
}

/** Too large a number differs from no number; any two numbers that are too large count as equal. */
type Decimal = number | 'too large' | 'no number'

function readDecimal(text: string): Decimal {
  if (!/^[0-9]+$/.test(text)) return 'no number'
  const value = BigInt(text)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : 'too large'
}

function readContentLength(
  control: Control,
  field: PlainField,
  role: 'request' | 'response',
  anomalies: Set<Anomaly>,
): void {
  const refuse = (code: ErrorCode): never => {
    throw new Refusal(code, field.valueAt)
  }
  const repeated = (): void => {
    if (role === 'request') throw new Refusal('REPEATED_CONTENT_LENGTH', field.nameAt)
    anomalies.add('repeated-content-length')
  }
  if (field.folded) throw new Refusal('FOLDED_FRAMING_FIELD', field.nameAt)
  if (control.length !== null) repeated()
  control.length = field

  const members = field.value.split(',').map((member) => readDecimal(withoutOws(member)))
  const first = members[0]
  for (const member of members) {
    if (member === 'no number') refuse('INVALID_CONTENT_LENGTH')
    if (member !== first) refuse('CONFLICTING_CONTENT_LENGTH')
  }
  if (members.length > 1) repeated()
  if (typeof first !== 'number') refuse('INVALID_CONTENT_LENGTH')
  else if (control.contentLength !== null && control.contentLength !== first) {
    refuse('CONFLICTING_CONTENT_LENGTH')
  } else control.contentLength = first
}

function readTransferEncoding(
  control: Control,
  field: PlainField,
  role: 'request' | 'response',
  anomalies: Set<Anomaly>,
): void {
  if (field.folded) throw new Refusal('FOLDED_FRAMING_FIELD', field.nameAt)
  control.transfer = field
  for (const { text, at } of listMembers(field.value)) {
    if (text === '') {
      if (role === 'request') throw new Refusal('INVALID_TRANSFER_ENCODING', field.valueAt)
      anomalies.add('empty-transfer-coding')
      continue
    }
    const [, token, parameters] = TRANSFER_CODING.exec(text) ?? []
    if (token === undefined) throw new Refusal('INVALID_TRANSFER_ENCODING', field.valueAt)
    const coding = token.toLowerCase()
    if (coding === 'chunked' || COMPRESSIONS.includes(coding)) {
      if (parameters !== '') throw new Refusal('INVALID_TRANSFER_ENCODING', field.valueAt)
    } else control.unknownCodingAt ??= field.valueAt + at
    if (coding === 'chunked' && control.codings.includes(coding)) {
      throw new Refusal('REPEATED_CHUNKED', field.valueAt)
    }
    control.codings.push(coding)
  }
}

/**
 * The members of a list, including empty ones, without surrounding whitespace, and their offsets in it.
 * A comma in a quoted-string does not separate; a quote that opens none hides everything after it.
 */
function listMembers(list: string): { text: string; at: number }[] {
  const members: { text: string; at: number }[] = []
  let start = 0
  const close = (end: number): void => {
    const raw = list.slice(start, end)
    members.push({ text: withoutOws(raw), at: start + raw.search(/[^ \t]|$/) })
    start = end + 1
  }
  for (let i = 0; i < list.length; i++) {
    if (list[i] === ',') close(i)
    if (list[i] === '"') {
      QUOTED_STRING_HERE.lastIndex = i
      const quoted = QUOTED_STRING_HERE.exec(list)
      i = quoted === null ? list.length : i + quoted[0].length - 1
    }
  }
  close(list.length)
  return members
}

/** `text` without surrounding SP and HTAB; `trim` would remove more. */
export function withoutOws(text: string): string {
  let start = 0
  let end = text.length
  while (text[start] === ' ' || text[start] === '\t') start++
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(start, end)
}
