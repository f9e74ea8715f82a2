/**
 * Scans the field lines of the plain path: `Name: value` CRLF, with one space and no other whitespace
 * around the value, and each control field at most once, in the form that nearly all senders use.
 *
 * It checks no limits and reports no errors: see `plain-head.ts`.
 */

import { Byte } from '../grammar/bytes.ts'
import { CLASS, Class } from '../grammar/classes.ts'
import { Control } from '../message/control-names.ts'
import { Entry } from '../message/entries.ts'
import { controlBit, NO_SHAPE, type Shape, type ShapeTree, WORD } from '../message/shape.ts'
import { type CutFields, MAX_PLAIN_LINES, Persistence, plainFields } from './plain-result.ts'
import { NEED_MORE, NOT_PLAIN } from './scan-limits.ts'
import { shown, windowBytes, windowView } from './window.ts'
import { findNoHost, findOdd, firstFound, LOWER, LOWER_AFTER, Word } from './words.ts'

/** The most digits of a plain Content-Length: any such number is exact. */
const MAX_LENGTH_DIGITS = 15

const MAX_PORT = 65_535

/** Content-Length and Transfer-Encoding: a head with both is not plain, and is judged elsewhere. */
const FRAMING = (1 << Control.CONTENT_LENGTH) | (1 << Control.TRANSFER_ENCODING)

/**
 * Scans the lines from window position `from` of a section that begins at `start`. Writes their entries
 * to `offsets`, after entry 0 at `first`, and their meaning to {@link plainFields}. If the section was
 * scanned before and was cut, continues after the lines in `cut`, whose entries are there. Returns the
 * position after the empty line, {@link NOT_PLAIN} or {@link NEED_MORE}.
 *
 * One large function on purpose: V8 inlines only so many small ones, and with those heads took a fifth to
 * a half longer.
 */
export function scanPlainFields(
  offsets: Int32Array,
  first: number,
  start: number,
  from: number,
  tree: ShapeTree,
  cut: CutFields | undefined,
): number {
  const bytes = windowBytes
  const words = windowView
  const classes = CLASS
  const origin = start | 0
  const last = (first + MAX_PLAIN_LINES * Entry.SIZE) | 0
  let at = first | 0
  let controls = 0
  let shape = tree.start()
  let p = from | 0
  plainFields.contentLength = -1
  plainFields.persistence = Persistence.BY_VERSION
  plainFields.from = (p - origin) | 0
  // Where the lines begin differs only if the caller has changed the chunk.
  if (cut !== undefined && cut.from === p - origin) {
    at = (first + cut.count * Entry.SIZE) | 0
    controls = cut.controls
    shape = cut.shape
    p = (origin + cut.size) | 0
    plainFields.contentLength = cut.contentLength
    plainFields.persistence = cut.persistence
  }
  for (;;) {
    const line = p
    let control: Control
    let value: number
    const { next } = shape
    if (next !== undefined && standsAt(next, p)) {
      control = next.control
      value = (p + next.size) | 0
      shape = next
    } else {
      if (words.getUint16(p, true) === Word.CRLF) break
      const nameEnd = skipName(p)
      if (nameEnd === p || words.getUint16(nameEnd, true) !== Word.COLON_SP) {
        const stop = nameEnd > p && bytes[nameEnd] === Byte.COLON ? nameEnd + 1 : nameEnd
        return giveUp(stop, line - origin, linesUpTo(at, first), shape, controls)
      }
      shape = follow(tree, shape, p, nameEnd)
      control = shape === NO_SHAPE ? tree.controlNamed(bytes, p, nameEnd) : shape.control
      value = (nameEnd + 2) | 0
    }
    p = value
    if (control === Control.NONE) {
      for (;;) {
        let odd = findOdd(words.getInt32(p, true))
        let behind = findOdd(words.getInt32((p + 4) | 0, true))
        while ((odd | behind) === 0) {
          p = (p + 8) | 0
          odd = findOdd(words.getInt32(p, true))
          behind = findOdd(words.getInt32((p + 4) | 0, true))
        }
        p = odd !== 0 ? (p + firstFound(odd)) | 0 : (p + 4 + firstFound(behind)) | 0
        const byte = bytes[p] as number
        if (byte === Byte.CR || ((classes[byte] as number) & Class.TEXT) === 0) break
        p = (p + 1) | 0
      }
    } else {
      if ((controls & controlBit(control)) !== 0) return NOT_PLAIN
      controls |= controlBit(control)
      switch (control) {
        case Control.HOST: {
          let odd = findNoHost(words.getInt32(p, true))
          while (odd === 0) {
            p = (p + 4) | 0
            odd = findNoHost(words.getInt32(p, true))
          }
          p = (p + firstFound(odd)) | 0
          while (((classes[bytes[p] as number] as number) & Class.REG_NAME) !== 0) p = (p + 1) | 0
          if (bytes[p] === Byte.COLON) p = skipPort(p + 1)
          break
        }
        case Control.CONTENT_LENGTH:
          p = readContentLength(p)
          break
        case Control.TRANSFER_ENCODING:
          p = skipChunked(p)
          break
        case Control.CONNECTION:
          p = readConnection(p)
          break
        default:
          return NOT_PLAIN
      }
    }
    if (p < 0) return NOT_PLAIN
    const end = words.getInt32((p - 1) | 0, true)
    if ((end & Word.AFTER_ONE) !== Word._CRLF) {
      const before = controls & ~controlBit(control)
      return giveUp(p, line - origin, linesUpTo(at, first), shape.parent ?? NO_SHAPE, before)
    }
    // Whitespace bytes are the only ones in a value that are not above SP. If the value is empty, the byte
    // before its end is the space after the colon.
    if ((end & 0xff) <= Byte.SP || (bytes[value] as number) <= Byte.SP) return NOT_PLAIN
    if (at === last) return NOT_PLAIN
    at = (at + Entry.SIZE) | 0
    offsets[at] = line - origin
    offsets[(at + Entry.NAME_END) | 0] = (value - origin - 2) | 0
    offsets[(at + Entry.VALUE_START) | 0] = value - origin
    offsets[(at + Entry.VALUE_END) | 0] = p - origin
    p = (p + 2) | 0
  }
  if ((controls & FRAMING) === FRAMING) return NOT_PLAIN
  plainFields.count = linesUpTo(at, first)
  plainFields.shape = shape
  plainFields.controls = controls
  return p + 2
}

/** The number of lines that have entries, if the last entry is at `at`. */
function linesUpTo(at: number, first: number): number {
  return (at - first) / Entry.SIZE
}

/** Whether the name of `shape`, a colon and a space are at window position `p`. */
function standsAt(shape: Shape, p: number): boolean {
  const { size } = shape
  if (windowView.getInt32(p, true) !== shape.first) return false
  if (windowView.getInt32((p + size - WORD) | 0, true) !== shape.last) return false
  if (size <= 2 * WORD) return true
  if (windowView.getInt32((p + WORD) | 0, true) !== shape.second) return false
  if (size <= 3 * WORD) return true
  if (windowView.getInt32((p + 2 * WORD) | 0, true) !== shape.third) return false
  const { middle } = shape
  for (let i = 0, at = (p + 3 * WORD) | 0; i < middle.length; i++, at = (at + WORD) | 0) {
    if (windowView.getInt32(at, true) !== middle[i]) return false
  }
  return true
}

/** The shape after `shape` and the name at `line`, which is not the predicted one. */
function follow(tree: ShapeTree, shape: Shape, line: number, nameEnd: number): Shape {
  const { children } = shape
  for (let i = 0; i < children.length; i++) {
    if (standsAt(children[i] as Shape, line)) return shape.take(i)
  }
  return tree.add(shape, windowBytes, line, nameEnd)
}

/** The end of the token at `start`. */
export function skipName(start: number): number {
  let p = start | 0
  while (((CLASS[windowBytes[p] as number] as number) & Class.TCHAR) !== 0) p = (p + 1) | 0
  return p
}

/**
 * {@link NEED_MORE} if the scan stopped at `p` because the input is cut there, else {@link NOT_PLAIN}. The
 * other parameters describe the complete lines, see {@link plainFields}.
 */
function giveUp(
  p: number,
  size: number,
  count: number,
  shape: Shape,
  controls: number,
): typeof NOT_PLAIN | typeof NEED_MORE {
  plainFields.size = size
  plainFields.count = count
  plainFields.shape = shape
  plainFields.controls = controls
  const isCut = p === shown.end || (p === shown.end - 1 && windowBytes[p] === Byte.CR)
  return isCut ? NEED_MORE : NOT_PLAIN
}

/** The end of the port at `p`, which may be empty; {@link NOT_PLAIN} if it is too large. */
function skipPort(p: number): number {
  let port = 0
  for (;;) {
    const digit = (windowBytes[p] as number) - Byte.ZERO
    if (digit < 0 || digit > 9) return p
    port = port * 10 + digit
    if (port > MAX_PORT) return NOT_PLAIN
    p = (p + 1) | 0
  }
}

/** The end of the `keep-alive` or `close`, in any case, at `p`; {@link NOT_PLAIN} for any other value. */
function readConnection(p: number): number {
  const word = windowView.getInt32(p, true) | LOWER
  if (word === Word.CLOS) {
    plainFields.persistence = Persistence.CLOSE
    return (windowView.getInt32(p + 1, true) | LOWER) === Word.LOSE ? p + 5 : NOT_PLAIN
  }
  plainFields.persistence = Persistence.KEEP_ALIVE
  const isKeepAlive =
    word === Word.KEEP &&
    (windowView.getInt32(p + 4, true) | LOWER_AFTER) === Word._ALI &&
    (windowView.getInt32(p + 6, true) | LOWER) === Word.LIVE
  return isKeepAlive ? p + 10 : NOT_PLAIN
}

function readContentLength(start: number): number {
  let length = 0
  for (let p = start | 0; ; p = (p + 1) | 0) {
    const digit = (windowBytes[p] as number) - Byte.ZERO
    if (digit < 0 || digit > 9) {
      plainFields.contentLength = length
      return p - start > MAX_LENGTH_DIGITS ? NOT_PLAIN : p
    }
    length = length * 10 + digit
  }
}

/** The end of the lower-case `chunked` at `p`; {@link NOT_PLAIN} for any other value. */
function skipChunked(p: number): number {
  const isChunked =
    windowView.getInt32(p, true) === Word.CHUN && windowView.getInt32(p + 3, true) === Word.NKED
  return isChunked ? p + 7 : NOT_PLAIN
}
