/**
 * Reads the fields that govern a message and its connection: Host, Content-Length, Transfer-Encoding,
 * Connection, Upgrade and Expect. One pass over a section finds them; their values are parsed strictly,
 * without creating strings. All other fields are ignored.
 *
 * Fields are checked one by one. `framing.ts` decides what Content-Length and Transfer-Encoding mean
 * together.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import { equalsFolded, lowerCaseName } from '../grammar/ascii.ts'
import { Byte } from '../grammar/bytes.ts'
import { Port, parseAuthority } from '../grammar/host.ts'
import type { MessageKind } from '../grammar/kind.ts'
import {
  memberEnd,
  skipFolds,
  skipOws,
  skipQuotedString,
  skipToken,
  trimFoldsEnd,
  trimOwsEnd,
} from '../grammar/lists.ts'
import { NOT_A_NUMBER, OVERFLOW, parseDecimal } from '../grammar/numbers.ts'
import { AnomalyBit } from './anomalies.ts'
import { Control, controlNamed } from './control-names.ts'
import { Entry, type WireSection } from './wire-section.ts'

const UPGRADE = lowerCaseName('upgrade')

const CONTINUE = lowerCaseName('100-continue')
const CLOSE = lowerCaseName('close')
const KEEP_ALIVE = lowerCaseName('keep-alive')
const CHUNKED = lowerCaseName('chunked')
/** The registered codings other than chunked (RFC 9112 s. 12.3). */
const COMPRESSIONS = ['gzip', 'deflate', 'compress', 'x-gzip', 'x-compress'].map(lowerCaseName)

/** Whether and where Transfer-Encoding lists the chunked coding. */
export const enum Chunked {
  ABSENT,
  LAST,
  NOT_LAST,
}

/** The control fields of one section. The `Entry` members are entry numbers, or 0 if there is none. */
export interface ControlFields {
  hostEntry: number
  lengthEntry: number
  /** The value of Content-Length; -1 if there is none. */
  contentLength: number
  transferEntry: number
  chunked: Chunked
  /** Position in the section of the first unregistered transfer coding; -1 if all are registered. */
  unknownCoding: number
  close: boolean
  keepAlive: boolean
  /** Whether Connection has the option `upgrade`. */
  upgradeOption: boolean
  /** Whether there is an Upgrade field. */
  upgrade: boolean
  expectContinue: boolean
  /** Bits of {@link AnomalyBit}. */
  anomalies: number
}

/** Reused for every section: a head is judged, and this read, before the next section begins. */
const control: ControlFields = {
  hostEntry: 0,
  lengthEntry: 0,
  contentLength: -1,
  transferEntry: 0,
  chunked: Chunked.ABSENT,
  unknownCoding: -1,
  close: false,
  keepAlive: false,
  upgradeOption: false,
  upgrade: false,
  expectContinue: false,
  anomalies: 0,
}

/**
 * Reads the control fields of a complete header section. The result is valid until the next call.
 *
 * If a tunnel follows, Content-Length and Transfer-Encoding are ignored (RFC 9112 s. 6.3 rule 2).
 *
 * @throws HttpError if a control field is invalid.
 */
export function readControlFields(
  section: WireSection,
  kind: MessageKind,
  tunnelFollows: boolean,
): ControlFields {
  control.hostEntry = 0
  control.lengthEntry = 0
  control.contentLength = -1
  control.transferEntry = 0
  control.chunked = Chunked.ABSENT
  control.unknownCoding = -1
  control.close = false
  control.keepAlive = false
  control.upgradeOption = false
  control.upgrade = false
  control.expectContinue = false
  control.anomalies = AnomalyBit.NONE

  const { source, start, offsets, count } = section
  for (let n = 1, at = section.first + Entry.SIZE; n <= count; n++, at += Entry.SIZE) {
    const nameStart = start + (offsets[at] as number)
    const nameEnd = start + (offsets[at + Entry.NAME_END] as number)
    switch (controlNamed(source, nameStart, nameEnd)) {
      case Control.HOST:
        if (kind === 'request') readHost(section, n)
        break
      case Control.EXPECT:
        if (kind === 'request') readExpect(section, n)
        break
      case Control.UPGRADE:
        control.upgrade = true
        break
      case Control.CONNECTION:
        readConnection(section, n)
        break
      case Control.CONTENT_LENGTH:
        if (tunnelFollows) control.anomalies |= AnomalyBit.IGNORED_FRAMING_FIELD
        else readContentLength(section, n, kind)
        break
      case Control.TRANSFER_ENCODING:
        if (tunnelFollows) control.anomalies |= AnomalyBit.IGNORED_FRAMING_FIELD
        else readTransferEncoding(section, n, kind)
        break
    }
  }
  return control
}

/** Refuses fields that frame or route the message: in trailers they only mislead (RFC 9110 s. 6.5.1). */
export function checkTrailers(section: WireSection, kind: MessageKind): void {
  const { source, start } = section
  for (let n = 1; n <= section.count; n++) {
    const name = start + section.at(n, Entry.NAME_START)
    switch (controlNamed(source, name, start + section.at(n, Entry.NAME_END))) {
      case Control.HOST:
      case Control.CONTENT_LENGTH:
      case Control.TRANSFER_ENCODING:
        refuseName(section, n, kind, 'FORBIDDEN_TRAILER')
    }
  }
}

/** Requires a single, valid Host (RFC 9112 s. 3.2). */
function readHost(section: WireSection, n: number): void {
  if (control.hostEntry !== 0) refuseName(section, n, 'request', 'REPEATED_HOST')
  control.hostEntry = n
  const { start } = section
  const port = parseAuthority(
    section.source,
    start + section.at(n, Entry.VALUE_START),
    start + section.at(n, Entry.VALUE_END),
  )
  if (port === Port.INVALID) refuseValue(section, n, 'request', 'INVALID_HOST')
}

/**
 * RFC 9112 s. 6.3 rule 5. A request must have one line with one number. A response may repeat the same
 * number, in a list or on several lines.
 */
function readContentLength(section: WireSection, n: number, kind: MessageKind): void {
  refuseFold(section, n, kind)
  if (control.lengthEntry !== 0) repeatLength(section, n, kind)
  control.lengthEntry = n
  const { source, start } = section
  const valueStart = start + section.at(n, Entry.VALUE_START)
  const end = start + section.at(n, Entry.VALUE_END)
  let length = parseDecimal(source, valueStart, end)
  if (length === NOT_A_NUMBER) length = readLengthList(section, n, kind)
  if (length === OVERFLOW) {
    refuseValue(section, n, kind, 'INVALID_CONTENT_LENGTH', 'above 2^53-1')
  }
  if (control.contentLength >= 0 && control.contentLength !== length) {
    refuseValue(section, n, kind, 'CONFLICTING_CONTENT_LENGTH')
  }
  control.contentLength = length
}

/** Parses a value that is not a single number: only a list that repeats one number is valid. */
function readLengthList(section: WireSection, n: number, kind: MessageKind): number {
  const { source, start } = section
  const end = start + section.at(n, Entry.VALUE_END)
  let p = start + section.at(n, Entry.VALUE_START)
  let length = NOT_A_NUMBER
  let members = 0
  for (;;) {
    p = skipOws(source, p, end)
    const comma = memberEnd(source, p, end)
    const member = parseDecimal(source, p, trimOwsEnd(source, p, comma))
    if (member === NOT_A_NUMBER) refuseValue(section, n, kind, 'INVALID_CONTENT_LENGTH')
    if (members > 0 && member !== length)
      refuseValue(section, n, kind, 'CONFLICTING_CONTENT_LENGTH')
    length = member
    members++
    if (comma === end) break
    p = comma + 1
  }
  repeatLength(section, n, kind)
  return length
}

function repeatLength(section: WireSection, n: number, kind: MessageKind): void {
  if (kind === 'request') refuseName(section, n, kind, 'REPEATED_CONTENT_LENGTH')
  control.anomalies |= AnomalyBit.REPEATED_CONTENT_LENGTH
}

/** Reads one line of Transfer-Encoding; all lines together form one list (RFC 9112 s. 6.1, 7). */
function readTransferEncoding(section: WireSection, n: number, kind: MessageKind): void {
  refuseFold(section, n, kind)
  control.transferEntry = n
  const { source, start } = section
  const end = start + section.at(n, Entry.VALUE_END)
  let p = start + section.at(n, Entry.VALUE_START)
  let members = 0
  for (;;) {
    p = skipOws(source, p, end)
    const comma = memberEnd(source, p, end)
    const codingEnd = trimOwsEnd(source, p, comma)
    if (codingEnd > p) {
      readTransferCoding(section, n, kind, p, codingEnd)
      members++
    } else {
      // RFC 9110 s. 5.6.1.2 requires recipients to skip empty members. In a request that is not safe:
      // another program may read the empty member as an unknown coding.
      if (kind === 'request')
        refuseValue(section, n, kind, 'INVALID_TRANSFER_ENCODING', 'an empty member')
      control.anomalies |= AnomalyBit.EMPTY_TRANSFER_CODING
    }
    if (comma === end) break
    p = comma + 1
  }
  if (members === 0) refuseValue(section, n, kind, 'INVALID_TRANSFER_ENCODING', 'no member')
}

/** `transfer-coding = token *( OWS ";" OWS transfer-parameter )` (RFC 9110 s. 10.1.4). */
function readTransferCoding(
  section: WireSection,
  n: number,
  kind: MessageKind,
  p: number,
  end: number,
): void {
  const { source } = section
  const tokenEnd = skipToken(source, p, end)
  const plain = tokenEnd === end
  if (tokenEnd === p || !(plain || isParameters(source, tokenEnd, end))) {
    refuseValue(section, n, kind, 'INVALID_TRANSFER_ENCODING')
  }
  const chunked = equalsFolded(source, p, tokenEnd, CHUNKED)
  if (chunked || COMPRESSIONS.some((name) => equalsFolded(source, p, tokenEnd, name))) {
    // No registered coding defines parameters (RFC 9112 s. 7.1, 7.2).
    if (!plain) refuseValue(section, n, kind, 'INVALID_TRANSFER_ENCODING', 'a parameter')
  } else if (control.unknownCoding < 0) {
    control.unknownCoding = p - section.start
  }
  if (chunked) {
    if (control.chunked !== Chunked.ABSENT) refuseValue(section, n, kind, 'REPEATED_CHUNKED')
    control.chunked = Chunked.LAST
  } else if (control.chunked === Chunked.LAST) {
    control.chunked = Chunked.NOT_LAST
  }
}

/** `1*( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )`, all of `bytes[p, end)`. */
function isParameters(bytes: Uint8Array, p: number, end: number): boolean {
  while (p < end) {
    p = skipOws(bytes, p, end)
    if (bytes[p] !== Byte.SEMICOLON || p === end) return false
    p = skipOws(bytes, p + 1, end)
    const nameEnd = skipToken(bytes, p, end)
    if (nameEnd === p) return false
    p = skipOws(bytes, nameEnd, end)
    if (bytes[p] !== Byte.EQUALS || p === end) return false
    p = skipOws(bytes, p + 1, end)
    const valueEnd =
      bytes[p] === Byte.DQUOTE && p < end
        ? skipQuotedString(bytes, p, end)
        : skipToken(bytes, p, end)
    if (valueEnd <= p) return false
    p = valueEnd
  }
  return true
}

/**
 * Reads the connection options close, keep-alive and upgrade (RFC 9110 s. 7.6.1) and ignores all others.
 * Options are tokens, so a quote in the list hides no comma, and thus no `close`.
 */
function readConnection(section: WireSection, n: number): void {
  const { source, start } = section
  const end = start + section.at(n, Entry.VALUE_END)
  let p = start + section.at(n, Entry.VALUE_START)
  // Fast path: nearly every browser sends this and nothing else.
  if (equalsFolded(source, p, end, KEEP_ALIVE)) {
    control.keepAlive = true
    return
  }
  while (p < end) {
    p = skipFolds(source, p, end)
    let comma = p
    while (comma < end && source[comma] !== Byte.COMMA) comma++
    const optionEnd = trimFoldsEnd(source, p, comma)
    switch (optionEnd - p) {
      case CLOSE.length:
        if (equalsFolded(source, p, optionEnd, CLOSE)) control.close = true
        break
      case UPGRADE.length:
        if (equalsFolded(source, p, optionEnd, UPGRADE)) control.upgradeOption = true
        break
      case KEEP_ALIVE.length:
        if (equalsFolded(source, p, optionEnd, KEEP_ALIVE)) control.keepAlive = true
        break
    }
    p = comma + 1
  }
}

/**
 * 100-continue is the only defined expectation (RFC 9110 s. 10.1.1). Anything else is refused with 417:
 * members that only one of two programs recognizes have been used to desynchronize them.
 */
function readExpect(section: WireSection, n: number): void {
  const { source, start } = section
  const valueStart = start + section.at(n, Entry.VALUE_START)
  const end = start + section.at(n, Entry.VALUE_END)
  if (control.expectContinue) {
    refuseValue(section, n, 'request', 'UNKNOWN_EXPECTATION', 'it is repeated')
  }
  if (!equalsFolded(source, valueStart, end, CONTINUE)) {
    refuseValue(section, n, 'request', 'UNKNOWN_EXPECTATION')
  }
  control.expectContinue = true
}

/** Refuses a folded framing field: a program that does not unfold it sees different framing. */
function refuseFold(section: WireSection, n: number, kind: MessageKind): void {
  if (section.isFolded(n)) refuseName(section, n, kind, 'FOLDED_FRAMING_FIELD')
}

function refuseName(section: WireSection, n: number, kind: MessageKind, code: ErrorCode): never {
  throw protocolError(code, section.offset + section.at(n, Entry.NAME_START), kind)
}

function refuseValue(
  section: WireSection,
  n: number,
  kind: MessageKind,
  code: ErrorCode,
  detail?: string,
): never {
  throw protocolError(code, section.offset + section.at(n, Entry.VALUE_START), kind, detail)
}
