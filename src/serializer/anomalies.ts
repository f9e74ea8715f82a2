/**
 * Anomalies on their way out. What a parser repairs for others, a sender must not send: the
 * canonical form of a head that was read with anomalies is without them, and a head that still has
 * one is refused.
 */

import { type ErrorCode, localError } from '../errors.ts'
import { listMembers } from '../grammar/list-text.ts'
import type { Anomaly } from '../message/anomalies.ts'
import { Fields } from '../message/fields.ts'
import type { MessageHead } from '../message/head.ts'

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

/** @throws HttpError (local) for the first anomaly of `head`, if it has any. */
export function refuseAnomalies(head: MessageHead): void {
  for (const anomaly of head.anomalies) {
    const code = CODES[anomaly]
    if (code !== null) throw localError(code, head.offset, `the anomaly ${anomaly}`)
  }
}

/**
 * The fields of a head that was read with anomalies, without those that stand in fields: a copy.
 * The others are gone when the lines are written anew.
 */
export function repairFields(head: MessageHead): Fields {
  const fields = Fields.from(head.headers)
  for (const anomaly of head.anomalies) {
    switch (anomaly) {
      case 'repeated-content-length':
        unrepeatLength(fields)
        break
      case 'empty-transfer-coding':
        joinCodings(fields)
        break
      case 'ignored-framing-field':
        fields.delete('Content-Length')
        fields.delete('Transfer-Encoding')
        break
      case 'length-with-transfer-encoding':
        // RFC 9112 s. 6.3 rule 3: who forwards it removes the length.
        fields.delete('Content-Length')
        fields.append('Connection', 'close')
        break
      case 'transfer-encoding-in-http-1.0':
        // Written as HTTP/1.1, where connections persist unless it is said.
        fields.append('Connection', 'close')
        break
    }
  }
  return fields
}

/** RFC 9112 s. 6.3 rule 5: the same number over and over is that number once. */
function unrepeatLength(fields: Fields): void {
  const lengths = fields.getAll('Content-Length').flatMap((value) => listMembers(value))
  const [first] = lengths
  if (first === undefined || lengths.some((length) => length !== first)) return
  fields.set('Content-Length', first)
}

function joinCodings(fields: Fields): void {
  const codings = fields.getAll('Transfer-Encoding').flatMap((value) => listMembers(value))
  if (codings.length > 0) fields.set('Transfer-Encoding', codings.join(', '))
}
