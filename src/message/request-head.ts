/**
 * The head of a request, and how it is made from a section that has been scanned.
 */

import { protocolError } from '../errors.ts'
import type { Leniency } from '../limits.ts'
import { AnomalyBit } from './anomalies.ts'
import { readControlFields } from './control-fields.ts'
import { frameRequest, persists } from './framing.ts'
import { MessageHead } from './head.ts'
import { Fact, Frame, type Judgement, judgement } from './judgement.ts'
import type { Method } from './methods.ts'
import { isConnect, isGet, type TargetForm, targetForm } from './target.ts'
import { minorVersionAt } from './version.ts'
import { Entry, type WireSection } from './wire-section.ts'

/** A request's head: its request-line and header section. Only parsers make one. */
export class ParsedRequestHead extends MessageHead {
  get type(): 'request' {
    return 'request'
  }

  /** The method, case-sensitive (RFC 9110 s. 9.1). */
  get method(): Method | (string & {}) {
    return isGet(this.section) ? 'GET' : this.startLineName
  }

  /** The request-target as it was sent. */
  get target(): string {
    return this.startLineValue
  }

  /** Which of the four forms the target has (RFC 9112 s. 3.2); it fits the method. */
  get targetForm(): TargetForm {
    const { section } = this
    section.requireSource()
    const first = section.source[section.start + section.at(0, Entry.VALUE_START)]
    return targetForm(first, isConnect(section))
  }

  /**
   * Whether the client offers to leave HTTP after this request: CONNECT, or an Upgrade field that
   * Connection names, in HTTP/1.1. The parser then waits for `resume()` or `takeRest()`.
   */
  get upgrades(): boolean {
    return (this.facts & Fact.UPGRADES) !== 0
  }

  /** Whether the client waits for 100 (Continue) before it sends content (RFC 9110 s. 10.1.1). */
  get expectsContinue(): boolean {
    return (this.facts & Fact.EXPECTS_CONTINUE) !== 0
  }

  toJSON() {
    const { type, method, target, targetForm, upgrades, expectsContinue } = this
    return { type, method, target, targetForm, ...this.commonJson(), upgrades, expectsContinue }
  }
}

/** A request's head: its request-line and header section. */
export type RequestHead = ParsedRequestHead

/**
 * Judges a complete section, whose lines are valid one by one. The result is good until the next
 * head is judged.
 *
 * @throws HttpError where Host, the framing fields or Expect are invalid or contradict each other.
 */
export function judgeRequest(section: WireSection, leniency: Leniency): Judgement {
  const { source, start } = section
  const minorVersion = minorVersionAt(source, start + section.at(0, Entry.VALUE_END) + 1)
  const connect = isConnect(section)
  const control = readControlFields(section, 'request', false)
  section.anomalies |= control.anomalies

  if (control.hostEntry === 0 && minorVersion > 0) {
    if (!leniency.allowMissingHost) throw protocolError('MISSING_HOST', section.offset, 'request')
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
