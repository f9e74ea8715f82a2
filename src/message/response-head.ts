/**
 * The head of a response, and how it is made from a section that has been scanned.
 */

import { Byte } from '../grammar/bytes.ts'
import { parseDecimal } from '../grammar/numbers.ts'
import type { Leniency } from '../limits.ts'
import { type Anomaly, AnomalyBit, listAnomalies } from './anomalies.ts'
import { readControlFields } from './control-fields.ts'
import { type Framing, frameResponse, opensTunnel, persists } from './framing.ts'
import { MessageHead } from './head.ts'
import type { WireSection } from './wire-section.ts'

/** A response's head: its status-line and header section. */
export class ResponseHead extends MessageHead {
  readonly type = 'response' as const
  /** The status code, 100 to 999. */
  readonly status: number
  /** Whether this is an interim (1xx) response, which the final one follows (RFC 9110 s. 15.2). */
  readonly informational: boolean
  /** Whether the connection leaves HTTP behind this head: 101, or 2xx to CONNECT. */
  readonly upgrades: boolean

  /** @internal */
  constructor(
    section: WireSection,
    minorVersion: number,
    status: number,
    framing: Framing,
    contentLength: number,
    keepAlive: boolean,
    upgrades: boolean,
    anomalies: readonly Anomaly[],
  ) {
    super(section, minorVersion, framing, contentLength, keepAlive, anomalies)
    this.status = status
    this.informational = status < 200 && status !== 101
    this.upgrades = upgrades
  }

  /** The reason phrase as it was sent, perhaps empty. It means nothing (RFC 9112 s. 4). */
  get reason(): string {
    return this.startLineValue
  }

  toJSON() {
    const { type, status, reason, informational, upgrades } = this
    return { type, status, reason, ...this.commonJson(), informational, upgrades }
  }
}

/** What makes a connection unfit for another message, whatever Connection says. */
const CLOSING = AnomalyBit.TRANSFER_ENCODING_IN_HTTP_1_0 | AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING

/**
 * Makes the head of a complete section, whose lines are valid one by one. `method` is the request's
 * that the response answers, if it is known.
 *
 * @throws HttpError where the framing fields are invalid or contradict each other.
 */
export function makeResponseHead(
  section: WireSection,
  method: string | undefined,
  leniency: Leniency,
): ResponseHead {
  const { source, start } = section
  const minorVersion = (source[start + 7] as number) - Byte.ZERO
  const status = parseDecimal(source, start + 9, start + 12)
  const tunnel = opensTunnel(status, method)
  const control = readControlFields(section, 'response', tunnel)
  const framing = frameResponse(section, control, minorVersion, status, method, leniency)
  section.anomalies |= control.anomalies
  const { anomalies } = section
  const upgrades = status === 101 || tunnel
  const framedByLength = control.transferEntry === 0 && status >= 200 && status !== 204
  return new ResponseHead(
    section,
    minorVersion,
    status,
    framing,
    framedByLength ? control.contentLength : -1,
    persists(control, minorVersion) &&
      framing !== 'until-close' &&
      !upgrades &&
      (anomalies & CLOSING) === 0,
    upgrades,
    listAnomalies(anomalies),
  )
}
