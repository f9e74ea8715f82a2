/**
 * The plain path: scans and judges a head in one pass if it is of the kind that nearly every head is.
 *
 * It accepts what is certainly valid and gives up at anything else: a target in another form, an unusual
 * byte or control field value, an empty line before the head. The scanners that implement all rules then
 * read the head from its first byte. So this path reports no errors, checks limits only on the head as a
 * whole, and may find things in any order.
 *
 * A small GET and a response take half the time, a browser's request little more than half. Giving up
 * wastes the work so far: the head then takes half as much time again if it happens at the last line, up
 * to four fifths more if the head is small.
 */

import { Byte } from '../grammar/bytes.ts'
import { Control } from '../message/control-names.ts'
import { arena, arenaUsed, reserveEntries } from '../message/entries.ts'
import { Fact, Frame, judgement } from '../message/judgement.ts'
import { ParsedRequestHead } from '../message/request-head.ts'
import { ParsedResponseHead } from '../message/response-head.ts'
import { controlBit, ShapeTree } from '../message/shape.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { scanPlainFields, skipName } from './plain-fields.ts'
import { type CutFields, MAX_PLAIN_LINES, Persistence, plainFields } from './plain-result.ts'
import { NEED_MORE } from './scan-limits.ts'
import { shown, windowBytes, windowView } from './window.ts'
import { findNoTarget, findOdd, firstFound, Word } from './words.ts'

const requestShapes = /* @__PURE__ */ new ShapeTree('request')
const responseShapes = /* @__PURE__ */ new ShapeTree('response')

/** Bytes of ` HTTP/1.1` with its line end, and of `HTTP/1.1 200 `. */
const AFTER_TARGET = 11
const BEFORE_REASON = 13

/**
 * Reads the head at `position` of `source`, which is in the window; in the stream it is at `laps` laps and
 * `lapOffset` bytes. If the head was cut, continues after the lines in `cut`; the head refers to `source`,
 * which is empty if it is in two pieces. Returns `undefined` if it is not plain, `null` if it is plain so far
 * but its end is not in the window: then {@link saveCutFields} may save what was read.
 *
 * One large function that also creates the head: where V8 had used up its inlining budget, the constructor
 * calls alone cost a quarter of the time of a small request.
 */
export function readPlainRequest(
  source: Uint8Array,
  position: number,
  laps: number,
  lapOffset: number,
  rules: Rules,
  cut: CutFields | undefined,
): ParsedRequestHead | null | undefined {
  const start = (position - shown.shift) | 0
  const method = plainMethod(start)
  const target = (start + method + 1) | 0
  if (method === 0 || windowBytes[target] !== Byte.SLASH) return undefined
  let odd: number
  let p = (target - 4) | 0
  do {
    p = (p + 4) | 0
    odd = findNoTarget(windowView.getInt32(p, true))
  } while (odd === 0)
  const targetEnd = (p + firstFound(odd)) | 0
  const minor = plainMinorVersion(targetEnd + 1)
  const isVersion =
    windowBytes[targetEnd] === Byte.SP &&
    minor >= 0 &&
    windowView.getUint16(targetEnd + 9, true) === Word.CRLF
  if (!isVersion) return undefined

  reserveEntries(MAX_PLAIN_LINES + 1)
  const end = scanPlainFields(arena, arenaUsed, start, targetEnd + AFTER_TARGET, requestShapes, cut)
  if (end < 0) return end === NEED_MORE && mayGoOn(shown.end - start, rules) ? null : undefined
  const { controls, contentLength } = plainFields
  if (minor > 0 && (controls & controlBit(Control.HOST)) === 0) return undefined
  const isChunked = (controls & controlBit(Control.TRANSFER_ENCODING)) !== 0
  if ((isChunked && minor === 0) || passesLimit(end - start, rules)) return undefined
  let facts: number = contentLength < 0 ? Frame.NONE : Frame.LENGTH
  if (isChunked) facts = Frame.CHUNKED
  if (minor === 0) facts |= Fact.HTTP_1_0
  if (persists(minor)) facts |= Fact.KEEP_ALIVE
  judgement.facts = facts
  judgement.contentLength = contentLength
  const { count, shape } = plainFields
  const section = new WireSection().begin(source, position, laps, lapOffset)
  section.completePlain(end - start, count, shape, method, target - start, targetEnd - start)
  return new ParsedRequestHead(section, judgement)
}

/**
 * The same for a response to a request with `method`, if that is known. Its fields determine the framing,
 * unless it can have no content; 1xx responses and responses to CONNECT are not plain.
 */
export function readPlainResponse(
  source: Uint8Array,
  position: number,
  laps: number,
  lapOffset: number,
  method: string | undefined,
  rules: Rules,
  cut: CutFields | undefined,
): ParsedResponseHead | null | undefined {
  const start = (position - shown.shift) | 0
  const minor = plainMinorVersion(start)
  const status = plainStatus(start + VERSION_LENGTH)
  if (minor < 0 || status === 0 || method === 'CONNECT') return undefined
  const reason = (start + BEFORE_REASON) | 0
  let odd: number
  let p = (reason - 4) | 0
  do {
    p = (p + 4) | 0
    odd = findOdd(windowView.getInt32(p, true))
  } while (odd === 0)
  const reasonEnd = (p + firstFound(odd)) | 0
  if (windowView.getUint16(reasonEnd, true) !== Word.CRLF) return undefined

  reserveEntries(MAX_PLAIN_LINES + 1)
  const end = scanPlainFields(arena, arenaUsed, start, reasonEnd + 2, responseShapes, cut)
  if (end < 0) return end === NEED_MORE && mayGoOn(shown.end - start, rules) ? null : undefined
  const { controls, contentLength } = plainFields
  const isChunked = (controls & controlBit(Control.TRANSFER_ENCODING)) !== 0
  const isOdd = (isChunked && minor === 0) || (status === 204 && (isChunked || contentLength >= 0))
  if (isOdd || passesLimit(end - start, rules)) return undefined
  let facts: number = contentLength < 0 ? Frame.UNTIL_CLOSE : Frame.LENGTH
  if (isChunked) facts = Frame.CHUNKED
  if (status === 204 || status === 304 || method === 'HEAD') facts = Frame.NONE
  if (persists(minor) && facts !== Frame.UNTIL_CLOSE) facts |= Fact.KEEP_ALIVE
  if (minor === 0) facts |= Fact.HTTP_1_0
  judgement.facts = facts | (status * Fact.STATUS)
  judgement.contentLength = contentLength
  const { count, shape } = plainFields
  const section = new WireSection().begin(source, position, laps, lapOffset)
  section.completePlain(end - start, count, shape, VERSION_LENGTH, BEFORE_REASON, reasonEnd - start)
  return new ParsedResponseHead(section, judgement)
}

/** The length of the method at `p`; 0 if there is none, or for CONNECT, whose target has another form. */
function plainMethod(p: number): number {
  const word = windowView.getInt32(p, true)
  if (word === Word.GET_) return 3
  if (word === Word.CONN) return 0
  const end = skipName(p)
  return windowBytes[end] === Byte.SP ? end - p : 0
}

/** The minor version of the `HTTP/1.1` or `HTTP/1.0` at `p`; -1 if neither is there. */
function plainMinorVersion(p: number): number {
  if (windowView.getInt32(p, true) !== Word.HTTP) return -1
  const version = windowView.getInt32(p + 4, true)
  if (version === Word._1_1) return 1
  return version === Word._1_0 ? 0 : -1
}

/** The status in the `SP 3DIGIT SP` at `p`; 0 if it is below 200 or not there. */
function plainStatus(p: number): number {
  const hundreds = (windowBytes[p + 1] as number) - Byte.ZERO
  const tens = (windowBytes[p + 2] as number) - Byte.ZERO
  const ones = (windowBytes[p + 3] as number) - Byte.ZERO
  const isStatus =
    windowBytes[p] === Byte.SP &&
    windowBytes[p + 4] === Byte.SP &&
    hundreds >= 2 &&
    hundreds <= 9 &&
    tens >= 0 &&
    tens <= 9 &&
    ones >= 0 &&
    ones <= 9
  return isStatus ? hundreds * 100 + tens * 10 + ones : 0
}

/** Whether the connection outlives the message (RFC 9112 s. 9.3). */
function persists(minorVersion: number): boolean {
  const { persistence } = plainFields
  return minorVersion > 0
    ? persistence !== Persistence.CLOSE
    : persistence === Persistence.KEEP_ALIVE
}

/** Whether a head cut after `length` bytes has passed no limit, counting the line that may have begun. */
function mayGoOn(length: number, rules: Rules): boolean {
  return length <= rules.plainSize && plainFields.count < rules.limits.maxFields
}

/** Whether a head of `length` bytes may pass a limit. */
function passesLimit(length: number, rules: Rules): boolean {
  return length > rules.plainSize || plainFields.count > rules.limits.maxFields
}
