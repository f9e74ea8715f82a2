/**
 * The fields that govern a message and its connection: Host, Content-Length, Transfer-Encoding,
 * Connection, Upgrade and Expect. One pass over the names of a section, told apart by their length
 * first; the values of these few are read as bytes, strictly, and no string is made.
 *
 * Each value is judged by itself here. What two fields mean together is `framing.ts`'s to say, and
 * no other field is looked at.
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

/** How the chunked coding stands in Transfer-Encoding. */
export const enum Chunked {
  ABSENT,
  LAST,
  NOT_LAST,
}

/** What the control fields of one section say. Entries are numbers in the section; 0 is none. */
export interface ControlFields {
  hostEntry: number
  lengthEntry: number
  /** The value of Content-Length; -1 where there is none. */
  contentLength: number
  transferEntry: number
  chunked: Chunked
  /** Where in the section the first coding that is not registered stands; -1 where all are. */
  unknownCoding: number
  close: boolean
  keepAlive: boolean
  /** The connection option `upgrade`. */
  upgradeOption: boolean
  /** Whether there is an Upgrade field. */
  upgrade: boolean
  expectContinue: boolean
  /** Bits of {@link AnomalyBit}. */
  anomalies: number
}

/** Filled anew for every section: a head is complete, and reads it, before the next one begins. */
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
 * Reads the control fields of a complete header section. The result is good until the next call.
 *
 * Where a tunnel follows, the framing fields mean nothing and are not read (RFC 9112 s. 6.3 rule 2).
 *
 * @throws HttpError where one of them is malformed.
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

/** RFC 9110 s. 6.5.1: after the content, a field that frames or routes the message can only mislead. */
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

/** RFC 9112 s. 3.2: one Host, and a valid one. */
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
 * RFC 9112 s. 6.3 rule 5. Requests: one line, one number. Responses: the same number may be
 * repeated, in a list or on several lines.
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

/** A value that is not one number: a list of the same number over and over, or nothing valid. */
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

/** RFC 9112 s. 6.1, 7: a list of transfer codings, over all lines of the field. */
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
      // RFC 9110 s. 5.6.1.2 has recipients skip these; in a request one program's empty member is
      // another's unknown coding.
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
    // None of them defines a parameter (RFC 9112 s. 7.1, 7.2).
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
 * RFC 9110 s. 7.6.1: the options that this library knows; others concern fields it does not read.
 * Options are tokens: a quote in the list hides no comma, and so no `close`.
 */
function readConnection(section: WireSection, n: number): void {
  const { source, start } = section
  const end = start + section.at(n, Entry.VALUE_END)
  let p = start + section.at(n, Entry.VALUE_START)
  // What nearly every browser sends, and nothing else.
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
 * RFC 9110 s. 10.1.1: 100-continue is the only expectation there is. Anything else is answered 417:
 * a member that only one of two programs makes out has been a way to desynchronize them.
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

/** A fold that one program undoes and another does not would move the end of the message. */
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
