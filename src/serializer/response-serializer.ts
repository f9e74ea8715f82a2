/**
 * Serializes a server's output: responses, whose framing depends on the requests they answer.
 */

import { requireString } from '../checks.ts'
import { AwaitedResponses } from '../message/awaited-responses.ts'
import { Controls } from '../message/control-names.ts'
import type { Fields } from '../message/fields.ts'
import { endsWithHead } from '../message/framing.ts'
import type { ResponseHeadInit } from '../message/init.ts'
import { Fact, Frame, type Judgement, statusIn } from '../message/judgement.ts'
import type { Method } from '../message/methods.ts'
import { judgeResponse } from '../message/response-head.ts'
import type { WireSection } from '../message/wire-section.ts'
import { phraseOf } from '../status/phrases.ts'
import {
  fieldsOf,
  requireNumericStatus,
  startSection,
  UNKNOWN_LENGTH,
  versionOf,
} from './head-init.ts'
import { MessageSerializer } from './message-serializer.ts'
import { completeSerializerRules, type SerializerOptions } from './options.ts'
import { lengthOfFields, writeFields } from './write-fields.ts'
import { AROUND_REASON, writeStatusLine } from './write-status-line.ts'

const RESET_CONTENT = 205

/**
 * Writes a stream of responses: events in, chunks of bytes out.
 *
 * A response to HEAD has no content, and a 2xx response to CONNECT opens a tunnel, whatever its
 * fields say, so pass the method of each request to {@link respondsTo}. A response without a known
 * method is written as a response to GET.
 */
export class ResponseSerializer extends MessageSerializer<ResponseHeadInit> {
  private readonly awaited = new AwaitedResponses()
  /** Whether the method that the current response answers is known: if so, its end dequeues it. */
  private isAwaited = false
  /** Whether a response to HEAD is judged as the response to GET. */
  private isJudgedAsGet = false

  /** @throws TypeError naming the option that is wrong. */
  constructor(options?: SerializerOptions) {
    super('response', completeSerializerRules(options))
  }

  /**
   * Queues the method of a received request. Final responses consume the queued methods in order;
   * interim (1xx) responses consume none.
   *
   * @throws TypeError unless `method` is a string.
   */
  respondsTo(method: Method | (string & {})): this {
    this.awaited.add(method)
    return this
  }

  /**
   * @internal Serializes a whole response to HEAD, without its content and trailers. They are judged all the
   * same: what a response to GET must not be, the response to HEAD must not announce (RFC 9110 s. 8.6).
   */
  writeForHead(head: ResponseHeadInit, content: Uint8Array, trailers: Fields): Uint8Array[] {
    this.isJudgedAsGet = true
    try {
      const chunks = this.writeMessage(head, content, trailers)
      for (const { length } of chunks.splice(1)) this.written -= length
      return chunks
    } finally {
      this.isJudgedAsGet = false
    }
  }

  /** @internal */
  protected override encode(init: ResponseHeadInit, length: number): WireSection {
    const { status } = init
    requireNumericStatus(status)
    const { reason = phraseOf(status) } = init
    requireString('reason', reason)
    const version = versionOf(init)
    const needsLength = !endsWithHead(status, this.awaited.method)
    const fields = fieldsOf(init, needsLength ? length : UNKNOWN_LENGTH)
    const section = startSection(
      AROUND_REASON + reason.length + lengthOfFields(fields),
      this.offset,
    )
    writeFields(
      section,
      writeStatusLine(section, version, status, reason),
      fields,
      Controls.RESPONSE,
    )
    return section
  }

  /** @internal */
  protected override judge(section: WireSection): Judgement {
    const { method } = this.awaited
    this.isAwaited = method !== undefined
    return judgeResponse(section, this.isJudgedAsGet ? 'GET' : method, this.rules.leniency)
  }

  /** @internal RFC 9110 s. 15.3.6: a 205 response must not have content, but is framed as usual. */
  protected override forbidsContent({ facts }: Judgement): boolean {
    return statusIn(facts) === RESET_CONTENT && (facts & Fact.FRAME) !== Frame.NONE
  }

  /** @internal */
  protected override noteEnd(facts: number): void {
    if (this.isAwaited) this.awaited.answer(statusIn(facts))
  }
}
