/**
 * Where a message's body ends, for requests and for responses (RFC 9112 s. 6.3). Getting it wrong is what
 * request smuggling and response splitting are made of, so every combination that two implementations could
 * read differently is refused.
 *
 * The plain path (`parser/plain-head.ts`) comes to the same answer for heads in which there is nothing to
 * weigh; `test/parser/plain-head.test.ts` and `npm run fuzz:plain` hold the two together.
 *
 * Works on what `control-fields.ts` found; reads no byte itself.
 */

import { protocolError } from '../errors.ts'
import type { Leniency } from '../limits.ts'
import { isBodiless } from '../status/classes.ts'
import { AnomalyBit } from './anomalies.ts'
import { Chunked, type ControlFields } from './control-fields.ts'
import { Frame } from './judgement.ts'
import { Entry, type WireSection } from './wire-section.ts'

/**
 * The framing of a request; method semantics play no part in it (RFC 9112 s. 6), but for CONNECT,
 * which has no content (RFC 9110 s. 9.3.6).
 *
 * @throws HttpError where the framing is ambiguous or not supported.
 */
export function frameRequest(
  section: WireSection,
  control: ControlFields,
  minorVersion: number,
  connect: boolean,
): Frame {
  if (control.transferEntry !== 0) {
    frameTransferCodedRequest(section, control, minorVersion)
    if (connect)
      throw protocolError(
        'CONTENT_IN_CONNECT',
        nameOffset(section, control.transferEntry),
        'request',
      )
    return Frame.CHUNKED
  }
  if (control.lengthEntry === 0) return Frame.NONE
  if (connect && control.contentLength > 0)
    throw protocolError('CONTENT_IN_CONNECT', nameOffset(section, control.lengthEntry), 'request')
  return Frame.LENGTH
}

function frameTransferCodedRequest(
  section: WireSection,
  control: ControlFields,
  minorVersion: number,
): void {
  const offset = nameOffset(section, control.transferEntry)
  if (minorVersion === 0) throw protocolError('TRANSFER_ENCODING_IN_HTTP_1_0', offset, 'request')
  if (control.lengthEntry !== 0)
    throw protocolError('LENGTH_WITH_TRANSFER_ENCODING', offset, 'request')
  if (control.chunked !== Chunked.LAST) throw protocolError('CHUNKED_NOT_LAST', offset, 'request')
  if (control.unknownCoding >= 0) {
    throw protocolError(
      'UNKNOWN_TRANSFER_CODING',
      section.offset + control.unknownCoding,
      'request',
    )
  }
}

/**
 * The framing of the response with `status` to a request with `method`, by the rules of
 * RFC 9112 s. 6.3 in their order. Adds to `control.anomalies` what it repairs.
 *
 * @throws HttpError where the framing is ambiguous.
 */
export function frameResponse(
  section: WireSection,
  control: ControlFields,
  minorVersion: number,
  status: number,
  method: string | undefined,
  leniency: Leniency,
): Frame {
  // What stands there is to be ignored, and has not been read.
  if (opensTunnel(status, method)) return Frame.NONE

  const framed = control.transferEntry !== 0 || control.lengthEntry !== 0
  const bodiless = status < 200 || status === 204
  if (framed && bodiless) control.anomalies |= AnomalyBit.IGNORED_FRAMING_FIELD

  if (control.transferEntry !== 0) {
    if (minorVersion === 0) control.anomalies |= AnomalyBit.TRANSFER_ENCODING_IN_HTTP_1_0
    if (control.lengthEntry !== 0) {
      if (!leniency.allowLengthWithTransferEncoding) {
        const offset = nameOffset(section, control.transferEntry)
        throw protocolError('LENGTH_WITH_TRANSFER_ENCODING', offset, 'response')
      }
      control.anomalies |= AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING
    }
  }
  if (endsWithHead(status, method)) return Frame.NONE
  if (control.transferEntry !== 0)
    return control.chunked === Chunked.LAST ? Frame.CHUNKED : Frame.UNTIL_CLOSE
  return control.lengthEntry !== 0 ? Frame.LENGTH : Frame.UNTIL_CLOSE
}

/** Whether the connection outlives the message, by version and Connection (RFC 9112 s. 9.3). */
export function persists(control: ControlFields, minorVersion: number): boolean {
  return !control.close && (minorVersion > 0 || control.keepAlive)
}

/** Whether the response ends with its header section, whatever its fields say (rules 1 and 2). */
export function endsWithHead(status: number, method: string | undefined): boolean {
  return isBodiless(status) || method === 'HEAD' || opensTunnel(status, method)
}

/** Whether what follows this response is a tunnel (RFC 9112 s. 6.3 rule 2). */
export function opensTunnel(status: number, method: string | undefined): boolean {
  return method === 'CONNECT' && status >= 200 && status < 300
}

function nameOffset(section: WireSection, n: number): number {
  return section.offset + section.at(n, Entry.NAME_START)
}
