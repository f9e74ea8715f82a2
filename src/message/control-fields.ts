/**
 * Reads the fields that govern a message and its connection: Host, Content-Length, Transfer-Encoding,
 * Connection, Upgrade and Expect. One pass over a section finds them; their values are parsed strictly,
 * without creating strings. All other fields are ignored.
 *
 * Fields are checked one by one. `framing.ts` decides what Content-Length and Transfer-Encoding mean
 * together.
 */

import { equalsFolded, lowerCaseName } from '../grammar/ascii.ts'
import { Byte } from '../grammar/bytes.ts'
import { Port, parseAuthority } from '../grammar/host.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { skipFolds, trimFoldsEnd } from '../grammar/lists.ts'
import { AnomalyBit } from './anomalies.ts'
import { type ControlFields, control, resetControl } from './control.ts'
import { Control, controlNamed } from './control-names.ts'
import { Entry } from './entries.ts'
import { readContentLength, readTransferEncoding } from './framing-fields.ts'
import { refuseName, refuseValue } from './refuse.ts'
import type { WireSection } from './wire-section.ts'

const UPGRADE = lowerCaseName('upgrade')
const CONTINUE = lowerCaseName('100-continue')
const CLOSE = lowerCaseName('close')
const KEEP_ALIVE = lowerCaseName('keep-alive')

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
  resetControl()

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
        if (!control.upgrade) control.upgrade = hasMember(section, n)
        break
      case Control.CONNECTION:
        readConnection(section, n)
        break
      case Control.CONTENT_LENGTH:
        if (tunnelFollows) section.anomalies |= AnomalyBit.IGNORED_FRAMING_FIELD
        else readContentLength(section, n, kind)
        break
      case Control.TRANSFER_ENCODING:
        if (tunnelFollows) section.anomalies |= AnomalyBit.IGNORED_FRAMING_FIELD
        else readTransferEncoding(section, n, kind)
        break
    }
  }
  if (control.transferEntry !== 0 && control.codings === 0) {
    refuseValue(section, control.transferEntry, 'INVALID_TRANSFER_ENCODING', 'no member')
  }
  return control
}

/** Refuses fields that frame or route the message: in trailers they only mislead (RFC 9110 s. 6.5.1). */
export function checkTrailers(section: WireSection): void {
  const { source } = section
  for (let n = 1; n <= section.count; n++) {
    const name = section.place(n, Entry.NAME_START)
    switch (controlNamed(source, name, section.place(n, Entry.NAME_END))) {
      case Control.HOST:
      case Control.CONTENT_LENGTH:
      case Control.TRANSFER_ENCODING:
        refuseName(section, n, 'FORBIDDEN_TRAILER')
    }
  }
}

/** Requires a single, valid Host (RFC 9112 s. 3.2). */
function readHost(section: WireSection, n: number): void {
  if (control.hostEntry !== 0) refuseName(section, n, 'REPEATED_HOST')
  control.hostEntry = n
  const port = parseAuthority(
    section.source,
    section.place(n, Entry.VALUE_START),
    section.place(n, Entry.VALUE_END),
  )
  if (port === Port.INVALID) refuseValue(section, n, 'INVALID_HOST')
}

/**
 * Reads the connection options close, keep-alive and upgrade (RFC 9110 s. 7.6.1) and ignores all others.
 * Options are tokens, so a quote in the list hides no comma, and thus no `close`.
 */
function readConnection(section: WireSection, n: number): void {
  const { source } = section
  const end = section.place(n, Entry.VALUE_END)
  let p = section.place(n, Entry.VALUE_START)
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

/** Whether the list in line `n` has a member. */
function hasMember(section: WireSection, n: number): boolean {
  const { source } = section
  const end = section.place(n, Entry.VALUE_END)
  let p = skipFolds(source, section.place(n, Entry.VALUE_START), end)
  while (p < end && source[p] === Byte.COMMA) p = skipFolds(source, p + 1, end)
  return p < end
}

/**
 * 100-continue is the only defined expectation (RFC 9110 s. 10.1.1). Anything else is refused with 417:
 * members that only one of two programs recognizes have been used to desynchronize them.
 */
function readExpect(section: WireSection, n: number): void {
  const { source } = section
  const valueStart = section.place(n, Entry.VALUE_START)
  const end = section.place(n, Entry.VALUE_END)
  if (control.expectContinue) {
    refuseValue(section, n, 'UNKNOWN_EXPECTATION', 'it is repeated')
  }
  if (!equalsFolded(source, valueStart, end, CONTINUE)) {
    refuseValue(section, n, 'UNKNOWN_EXPECTATION')
  }
  control.expectContinue = true
}
