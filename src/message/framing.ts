/**
 * Message framing: where the body of a request or response ends (RFC 9112 s. 6.3). Implementations that
 * disagree about it make request smuggling and response splitting possible, so ambiguous framing is
 * refused. The few exceptions, all in responses, are reported as anomalies.
 *
 * The plain path (`parser/plain-head.ts`) frames simple heads itself; `npm run fuzz:plain` and
 * `test/parser/plain-head.test.ts` check that both agree.
 *
 * Works on the result of `control-fields.ts`, not on bytes.
 */

import { protocolError } from '../errors.ts'
import type { Leniency } from '../limits.ts'
import { forbidsFramingFields, isBodiless } from '../status/classes.ts'
import { AnomalyBit } from './anomalies.ts'
import { Chunked, type ControlFields } from './control.ts'
import { Frame } from './judgement.ts'
import { refuseName } from './refuse.ts'
import type { WireSection } from './wire-section.ts'

/**
 * The framing of a request. It does not depend on the method (RFC 9112 s. 6), except that CONNECT must
 * not have content (RFC 9110 s. 9.3.6).
 *
 * @throws HttpError if the framing is ambiguous or not supported.
 */
export function frameRequest(
  section: WireSection,
  control: ControlFields,
  minorVersion: number,
  connect: boolean,
): Frame {
  if (control.transferEntry !== 0) {
    frameTransferCodedRequest(section, control, minorVersion)
    if (connect) refuseName(section, control.transferEntry, 'CONTENT_IN_CONNECT')
    return Frame.CHUNKED
  }
  if (control.lengthEntry === 0) return Frame.NONE
  if (connect && control.contentLength > 0)
    refuseName(section, control.lengthEntry, 'CONTENT_IN_CONNECT')
  return Frame.LENGTH
}

function frameTransferCodedRequest(
  section: WireSection,
  control: ControlFields,
  minorVersion: number,
): void {
  const n = control.transferEntry
  if (minorVersion === 0) refuseName(section, n, 'TRANSFER_ENCODING_IN_HTTP_1_0')
  if (control.lengthEntry !== 0) refuseName(section, n, 'LENGTH_WITH_TRANSFER_ENCODING')
  if (control.chunked !== Chunked.LAST) refuseName(section, n, 'CHUNKED_NOT_LAST')
  if (control.unknownCoding >= 0) {
    throw protocolError('UNKNOWN_TRANSFER_CODING', section.offset + control.unknownCoding)
  }
}

/**
 * The framing of the response with `status` to a request with `method`, by the rules of
 * RFC 9112 s. 6.3 in order. Adds the anomalies that it accepts to the section.
 *
 * @throws HttpError if the framing is ambiguous.
 */
export function frameResponse(
  section: WireSection,
  control: ControlFields,
  minorVersion: number,
  status: number,
  method: string | undefined,
  leniency: Leniency,
): Frame {
  // `readControlFields` has already ignored the framing fields.
  if (opensTunnel(status, method)) return Frame.NONE

  const framed = control.transferEntry !== 0 || control.lengthEntry !== 0
  if (framed && forbidsFramingFields(status)) section.anomalies |= AnomalyBit.IGNORED_FRAMING_FIELD

  if (control.transferEntry !== 0) {
    if (minorVersion === 0) section.anomalies |= AnomalyBit.TRANSFER_ENCODING_IN_HTTP_1_0
    if (control.lengthEntry !== 0) {
      if (!leniency.allowLengthWithTransferEncoding) {
        refuseName(section, control.transferEntry, 'LENGTH_WITH_TRANSFER_ENCODING')
      }
      section.anomalies |= AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING
    }
  }
  if (endsWithHead(status, method)) return Frame.NONE
  if (control.transferEntry !== 0)
    return control.chunked === Chunked.LAST ? Frame.CHUNKED : Frame.UNTIL_CLOSE
  return control.lengthEntry !== 0 ? Frame.LENGTH : Frame.UNTIL_CLOSE
}

/** Whether version and Connection let the connection persist after the message (RFC 9112 s. 9.3). */
export function persists(control: ControlFields, minorVersion: number): boolean {
  return !control.close && (minorVersion > 0 || control.keepAlive)
}

/** Whether the response ends with its header section, whatever its fields say (s. 6.3 rules 1 and 2). */
export function endsWithHead(status: number, method: string | undefined): boolean {
  return isBodiless(status) || method === 'HEAD' || opensTunnel(status, method)
}

/** Whether the connection becomes a tunnel after this response (RFC 9112 s. 6.3 rule 2). */
export function opensTunnel(status: number, method: string | undefined): boolean {
  return method === 'CONNECT' && status >= 200 && status < 300
}
