/**
 * Anomalies on their way out. What a parser repairs for others, a sender must not send: the
 * canonical form of a head that was read with anomalies is without them, and a head that still has
 * one is refused.
 */

import { type ErrorCode, localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { hasMember, listMembers } from '../grammar/list-text.ts'
import { type Anomaly, AnomalyBit, CLOSING, listAnomalies } from '../message/anomalies.ts'
import { Fields } from '../message/fields.ts'
import type { WireSection } from '../message/wire-section.ts'

/** What a head with the anomaly is refused as; `null` for what stood before it. */
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

/** @throws HttpError (local) for the first anomaly of a head that has been judged, if it has any. */
export function refuseAnomalies({ anomalies, offset }: WireSection): void {
  if (anomalies === AnomalyBit.NONE) return
  for (const anomaly of listAnomalies(anomalies)) {
    const code = CODES[anomaly]
    if (code !== null) throw localError(code, offset, `the anomaly ${anomaly}`)
  }
}

/** The anomalies that stand in fields; the others are gone when the lines are written anew. */
const IN_FIELDS =
  AnomalyBit.REPEATED_CONTENT_LENGTH |
  AnomalyBit.EMPTY_TRANSFER_CODING |
  AnomalyBit.IGNORED_FRAMING_FIELD |
  AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING |
  AnomalyBit.TRANSFER_ENCODING_IN_HTTP_1_0

/**
 * `fields` without the anomalies they were read with: a copy, or `fields` itself where there is none.
 * Only lines that are still on the wire are mended: what the caller put there is the caller's.
 */
export function repairFields(fields: Fields): Fields {
  const anomalies = fields.wire === undefined ? 0 : fields.wire.anomalies & IN_FIELDS
  if (anomalies === 0) return fields
  const repaired = Fields.from(fields)
  const isFaulty = (anomalies & CLOSING) !== 0 && repaired.isOnWire('Transfer-Encoding')
  if (isFaulty && !hasMember(repaired.get('Connection') ?? '', 'close')) {
    // RFC 9112 s. 6.1: the framing may be faulty. Written as HTTP/1.1 the connection would persist.
    repaired.append('Connection', 'close')
  }
  if ((anomalies & AnomalyBit.IGNORED_FRAMING_FIELD) !== 0) {
    repaired.deleteOnWire('Content-Length')
    repaired.deleteOnWire('Transfer-Encoding')
  }
  if ((anomalies & AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING) !== 0) {
    // RFC 9112 s. 6.3 rule 3: who forwards it removes the length.
    repaired.deleteOnWire('Content-Length')
  }
  // Last: what is joined is no longer on the wire.
  if ((anomalies & AnomalyBit.REPEATED_CONTENT_LENGTH) !== 0) unrepeatLength(repaired)
  if ((anomalies & AnomalyBit.EMPTY_TRANSFER_CODING) !== 0) joinCodings(repaired)
  return repaired
}

/** RFC 9112 s. 6.3 rule 5: the same number over and over is that number once. */
function unrepeatLength(fields: Fields): void {
  const lengths = fields.getAll('Content-Length').flatMap((value) => listMembers(value, true))
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
  const codings = fields.getAll('Transfer-Encoding').flatMap((value) => listMembers(value, true))
  if (codings.length > 0) fields.set('Transfer-Encoding', codings.join(', '))
}
