/**
 * Keeps anomalies off the wire. A parser may repair a faulty head, but a sender must not generate
 * one: the canonical form drops the anomalies that a head was parsed with, and a head that still
 * has one is refused.
 */

import { type ErrorCode, localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { type Anomaly, AnomalyBit, CLOSING, listAnomalies } from '../message/anomalies.ts'
import { Fields } from '../message/fields.ts'
import type { WireSection } from '../message/wire-section.ts'

/** The error code for each anomaly; `null` for empty lines, which are not part of the head. */
const CODES: Readonly<Record<Anomaly, ErrorCode | null>> = {
  'empty-lines': null,
  'higher-minor-version': 'INVALID_VERSION',
  'missing-space-after-status': 'INVALID_STATUS',
  'obs-fold': 'OBS_FOLD',
  'repeated-content-length': 'REPEATED_CONTENT_LENGTH',
  'empty-transfer-coding': 'INVALID_TRANSFER_ENCODING',
  'transfer-encoding-in-http-1.0': 'TRANSFER_ENCODING_IN_HTTP_1_0',
  'ignored-framing-field': 'FRAMING_FIELD_NOT_ALLOWED',
  'bare-lf': 'BARE_LF',
  'missing-host': 'MISSING_HOST',
  'length-with-transfer-encoding': 'LENGTH_WITH_TRANSFER_ENCODING',
}

/** @throws HttpError (local) for the first anomaly in a judged head, if any. */
export function refuseAnomalies({ anomalies, offset }: WireSection): void {
  if (anomalies === AnomalyBit.NONE) return
  for (const anomaly of listAnomalies(anomalies)) {
    const code = CODES[anomaly]
    if (code !== null) throw localError(code, offset, `the anomaly ${anomaly}`)
  }
}

/** Anomalies in the syntax of lines: writing the lines anew removes them. */
export const IN_LINES =
  AnomalyBit.EMPTY_LINES |
  AnomalyBit.HIGHER_MINOR_VERSION |
  AnomalyBit.MISSING_SPACE_AFTER_STATUS |
  AnomalyBit.OBS_FOLD |
  AnomalyBit.BARE_LF

/**
 * Anomalies in fields: {@link repairFields} removes them. Judging a head finds these again, and a missing Host,
 * which only the caller can add.
 */
export const IN_FIELDS =
  AnomalyBit.REPEATED_CONTENT_LENGTH |
  AnomalyBit.EMPTY_TRANSFER_CODING |
  AnomalyBit.IGNORED_FRAMING_FIELD |
  AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING |
  AnomalyBit.TRANSFER_ENCODING_IN_HTTP_1_0

/**
 * `fields` without the anomalies they were parsed with: a copy, or `fields` itself if there are none.
 * Only lines that are still on the wire are deleted, since the caller added all others on purpose.
 */
export function repairFields(fields: Fields): Fields {
  const anomalies = fields.wire === undefined ? 0 : fields.wire.anomalies & IN_FIELDS
  if (anomalies === 0) return fields
  const repaired = Fields.from(fields)
  const isFaulty = (anomalies & CLOSING) !== 0 && repaired.isOnWire('Transfer-Encoding')
  if (isFaulty && !repaired.hasMember('Connection', 'close')) {
    // RFC 9112 s. 6.1: the framing may be faulty, and HTTP/1.1 persists by default.
    repaired.append('Connection', 'close')
  }
  if ((anomalies & AnomalyBit.IGNORED_FRAMING_FIELD) !== 0) {
    repaired.deleteOnWire('Content-Length')
    repaired.deleteOnWire('Transfer-Encoding')
  }
  if ((anomalies & AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING) !== 0) {
    // RFC 9112 s. 6.3 rule 3: an intermediary removes Content-Length before forwarding.
    repaired.deleteOnWire('Content-Length')
  }
  // Last, because a joined line is no longer on the wire: `deleteOnWire` would not find it.
  if ((anomalies & AnomalyBit.REPEATED_CONTENT_LENGTH) !== 0) unrepeatLength(repaired)
  if ((anomalies & AnomalyBit.EMPTY_TRANSFER_CODING) !== 0) joinCodings(repaired)
  return repaired
}

/** RFC 9112 s. 6.3 rule 5: replaces repetitions of one length by that length. */
function unrepeatLength(fields: Fields): void {
  const lengths = fields.members('Content-Length', true)
  const [first] = lengths
  if (first === undefined) return
  if (lengths.some((length) => withoutZeros(length) !== withoutZeros(first))) return
  fields.set('Content-Length', first)
}

/** `005` and `5` are the same number. */
function withoutZeros(digits: string): string {
  let start = 0
  while (start < digits.length - 1 && digits.charCodeAt(start) === Byte.ZERO) start++
  return digits.slice(start)
}

function joinCodings(fields: Fields): void {
  const codings = fields.members('Transfer-Encoding', true)
  if (codings.length > 0) fields.set('Transfer-Encoding', codings.join(', '))
}
