/**
 * Reads Content-Length and Transfer-Encoding, line by line. What they mean together is for `framing.ts`
 * to decide.
 */

import { equalsFolded, lowerCaseName } from '../grammar/ascii.ts'
import { Byte } from '../grammar/bytes.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { memberEnd, skipOws, skipQuotedString, skipToken, trimOwsEnd } from '../grammar/lists.ts'
import { NOT_A_NUMBER, OVERFLOW, parseDecimal } from '../grammar/numbers.ts'
import { AnomalyBit } from './anomalies.ts'
import { Chunked, control } from './control.ts'
import { Entry } from './entries.ts'
import { refuseName, refuseValue } from './refuse.ts'
import type { WireSection } from './wire-section.ts'

const CHUNKED = lowerCaseName('chunked')
/** The registered codings other than chunked (RFC 9112 s. 12.3). */
const COMPRESSIONS = ['gzip', 'deflate', 'compress', 'x-gzip', 'x-compress'].map(lowerCaseName)

/**
 * RFC 9112 s. 6.3 rule 5. A request must have one line with one number. A response may repeat the same
 * number, in a list or on several lines.
 */
export function readContentLength(section: WireSection, n: number, kind: MessageKind): void {
  refuseFold(section, n)
  if (control.lengthEntry !== 0) repeatLength(section, n, kind)
  control.lengthEntry = n
  const start = section.place(n, Entry.VALUE_START)
  let length = parseDecimal(section.source, start, section.place(n, Entry.VALUE_END))
  if (length === NOT_A_NUMBER) length = readLengthList(section, n, kind)
  if (length === OVERFLOW) {
    refuseValue(section, n, 'INVALID_CONTENT_LENGTH', 'above 2^53-1')
  }
  if (control.contentLength >= 0 && control.contentLength !== length) {
    refuseValue(section, n, 'CONFLICTING_CONTENT_LENGTH')
  }
  control.contentLength = length
}

/** Parses a value that is not a single number: only a list that repeats one number is valid. */
function readLengthList(section: WireSection, n: number, kind: MessageKind): number {
  let length: number = NOT_A_NUMBER
  eachMember(section, n, (start, end) => {
    const member = parseDecimal(section.source, start, end)
    if (member === NOT_A_NUMBER) refuseValue(section, n, 'INVALID_CONTENT_LENGTH')
    if (length !== NOT_A_NUMBER && member !== length) {
      refuseValue(section, n, 'CONFLICTING_CONTENT_LENGTH')
    }
    length = member
  })
  repeatLength(section, n, kind)
  return length
}

/** Refuses a folded framing field: a program that does not unfold it sees different framing. */
function refuseFold(section: WireSection, n: number): void {
  if (section.isFolded(n)) refuseName(section, n, 'FOLDED_FRAMING_FIELD')
}

function repeatLength(section: WireSection, n: number, kind: MessageKind): void {
  if (kind === 'request') refuseName(section, n, 'REPEATED_CONTENT_LENGTH')
  section.anomalies |= AnomalyBit.REPEATED_CONTENT_LENGTH
}

/** Reads one line of Transfer-Encoding; all lines together form one list (RFC 9112 s. 6.1, 7). */
export function readTransferEncoding(section: WireSection, n: number, kind: MessageKind): void {
  refuseFold(section, n)
  control.transferEntry = n
  eachMember(section, n, (start, end) => {
    if (end > start) readTransferCoding(section, n, start, end)
    else {
      // RFC 9110 s. 5.6.1.2 requires recipients to skip empty members. In a request that is not safe:
      // another program may read the empty member as an unknown coding.
      if (kind === 'request') {
        refuseValue(section, n, 'INVALID_TRANSFER_ENCODING', 'an empty member')
      }
      section.anomalies |= AnomalyBit.EMPTY_TRANSFER_CODING
    }
  })
}

/** Calls `read` with the bounds of each list member of line `n`, which may be empty, without whitespace. */
function eachMember(
  section: WireSection,
  n: number,
  read: (start: number, end: number) => void,
): void {
  const { source } = section
  const end = section.place(n, Entry.VALUE_END)
  let p = section.place(n, Entry.VALUE_START)
  for (;;) {
    p = skipOws(source, p, end)
    const comma = memberEnd(source, p, end)
    read(p, trimOwsEnd(source, p, comma))
    if (comma === end) return
    p = comma + 1
  }
}

/** `transfer-coding = token *( OWS ";" OWS transfer-parameter )` (RFC 9110 s. 10.1.4). */
function readTransferCoding(section: WireSection, n: number, p: number, end: number): void {
  const { source } = section
  const tokenEnd = skipToken(source, p, end)
  const plain = tokenEnd === end
  if (tokenEnd === p || !(plain || isParameters(source, tokenEnd, end))) {
    refuseValue(section, n, 'INVALID_TRANSFER_ENCODING')
  }
  control.codings++
  const chunked = equalsFolded(source, p, tokenEnd, CHUNKED)
  if (chunked || COMPRESSIONS.some((name) => equalsFolded(source, p, tokenEnd, name))) {
    // No registered coding defines parameters (RFC 9112 s. 7.1, 7.2).
    if (!plain) refuseValue(section, n, 'INVALID_TRANSFER_ENCODING', 'a parameter')
  } else if (control.unknownCoding < 0) {
    control.unknownCoding = p - section.start
  }
  if (chunked) {
    if (control.chunked !== Chunked.ABSENT) refuseValue(section, n, 'REPEATED_CHUNKED')
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
