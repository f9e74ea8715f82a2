/**
 * The parsed head of a response, and the judgement of a scanned header section as a response.
 */

import { parseDecimal } from '../grammar/numbers.ts'
import type { Leniency } from '../limits.ts'
import { forbidsFramingFields, isInterim, SWITCHING_PROTOCOLS } from '../status/classes.ts'
import { CLOSING } from './anomalies.ts'
import { readControlFields } from './control-fields.ts'
import { frameResponse, opensTunnel, persists } from './framing.ts'
import type { ResponseHead, ResponseHeadJson } from './heads.ts'
import { Fact, Frame, type Judgement, judgement, statusIn } from './judgement.ts'
import { ParsedHead } from './parsed-head.ts'
import { minorVersionAt } from './version.ts'
import type { WireSection } from './wire-section.ts'

export class ParsedResponseHead extends ParsedHead implements ResponseHead {
  get type(): 'response' {
    return 'response'
  }

  get status(): number {
    return statusIn(this.facts)
  }

  get informational(): boolean {
    return isInterim(this.status)
  }

  get reason(): string {
    return this.section.value(0)
  }

  override toJSON(): ResponseHeadJson {
    const { type, status, reason, informational, upgrades } = this
    return { type, status, reason, ...this.commonJson(), informational, upgrades }
  }
}

/**
 * Judges a complete section, each line of which is valid by itself. `method` is that of the request that
 * the response answers, if it is known. The result is valid until the next head is judged.
 *
 * @throws HttpError if the framing fields are invalid or conflict.
 */
export function judgeResponse(
  section: WireSection,
  method: string | undefined,
  leniency: Leniency,
): Judgement {
  const { source, start } = section
  const minorVersion = minorVersionAt(source, start)
  const status = parseDecimal(source, start + 9, start + 12)
  const tunnel = opensTunnel(status, method)
  const control = readControlFields(section, 'response', tunnel)
  const frame = frameResponse(section, control, minorVersion, status, method, leniency)
  const upgrades = status === SWITCHING_PROTOCOLS || tunnel
  const framedByLength = control.transferEntry === 0 && !forbidsFramingFields(status)
  let facts: number = frame | (status * Fact.STATUS)
  if (minorVersion === 0) facts |= Fact.HTTP_1_0
  if (upgrades) facts |= Fact.UPGRADES
  else if (
    persists(control, minorVersion) &&
    frame !== Frame.UNTIL_CLOSE &&
    (section.anomalies & CLOSING) === 0
  ) {
    facts |= Fact.KEEP_ALIVE
  }
  judgement.facts = facts
  judgement.contentLength = framedByLength ? control.contentLength : -1
  return judgement
}
