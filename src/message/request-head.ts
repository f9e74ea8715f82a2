/**
 * The parsed head of a request, and the judgement of a scanned header section as a request.
 */

import { protocolError } from '../errors.ts'
import type { Leniency } from '../limits.ts'
import { AnomalyBit } from './anomalies.ts'
import { readControlFields } from './control-fields.ts'
import { Entry } from './entries.ts'
import { frameRequest, persists } from './framing.ts'
import type { RequestHead, RequestHeadJson } from './heads.ts'
import { Fact, Frame, type Judgement, judgement } from './judgement.ts'
import type { Method } from './methods.ts'
import { ParsedHead } from './parsed-head.ts'
import { isConnect, isGet, type TargetForm, targetForm } from './target.ts'
import { minorVersionAt } from './version.ts'
import type { WireSection } from './wire-section.ts'

export class ParsedRequestHead extends ParsedHead implements RequestHead {
  get type(): 'request' {
    return 'request'
  }

  get method(): Method | (string & {}) {
    return isGet(this.section) ? 'GET' : this.section.name(0)
  }

  get target(): string {
    return this.section.value(0)
  }

  get targetForm(): TargetForm {
    const { section } = this
    const first = section.source[section.place(0, Entry.VALUE_START)]
    return targetForm(first, isConnect(section))
  }

  get expectsContinue(): boolean {
    return (this.facts & Fact.EXPECTS_CONTINUE) !== 0
  }

  override toJSON(): RequestHeadJson {
    const { type, method, target, targetForm, upgrades, expectsContinue } = this
    return { type, method, target, targetForm, ...this.commonJson(), upgrades, expectsContinue }
  }
}

/**
 * Judges a complete section, each line of which is valid by itself. The result is valid until the next
 * head is judged.
 *
 * @throws HttpError if Host is missing, or Host, the framing fields or Expect are invalid or conflict.
 */
export function judgeRequest(section: WireSection, leniency: Leniency): Judgement {
  const minorVersion = minorVersionAt(section.source, section.place(0, Entry.VALUE_END) + 1)
  const connect = isConnect(section)
  const control = readControlFields(section, 'request', false)

  if (control.hostEntry === 0 && minorVersion > 0) {
    if (!leniency.allowMissingHost) throw protocolError('MISSING_HOST', section.offset)
    section.anomalies |= AnomalyBit.MISSING_HOST
  }
  const frame = frameRequest(section, control, minorVersion, connect)
  let facts: number = frame
  if (minorVersion === 0) facts |= Fact.HTTP_1_0
  if (persists(control, minorVersion)) facts |= Fact.KEEP_ALIVE
  const modern = minorVersion > 0
  if (connect || (modern && control.upgrade && control.upgradeOption)) facts |= Fact.UPGRADES
  const hasContent = frame !== Frame.NONE && control.contentLength !== 0
  if (control.expectContinue && modern && hasContent) facts |= Fact.EXPECTS_CONTINUE
  judgement.facts = facts
  judgement.contentLength = control.contentLength
  return judgement
}
