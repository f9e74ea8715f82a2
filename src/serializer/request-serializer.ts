/**
 * Serializes a client's output: the requests of one connection, one after the other.
 */

import { requireString } from '../checks.ts'
import { Controls } from '../message/control-names.ts'
import type { RequestHeadInit } from '../message/init.ts'
import { Fact, type Judgement } from '../message/judgement.ts'
import { expectsContent } from '../message/methods.ts'
import { judgeRequest } from '../message/request-head.ts'
import { isMethod } from '../message/target.ts'
import type { WireSection } from '../message/wire-section.ts'
import { fieldsOf, startSection, UNKNOWN_LENGTH } from './head-init.ts'
import { MessageSerializer } from './message-serializer.ts'
import { completeSerializerRules, type SerializerOptions } from './options.ts'
import { lengthOfFields, writeFields } from './write-fields.ts'
import { AROUND_TARGET, writeRequestLine } from './write-request-line.ts'

/**
 * Writes a stream of requests: events in, chunks of bytes out.
 *
 * ```ts
 * const serializer = new RequestSerializer()
 * const events: RequestEventInit[] = [
 *   { method: 'POST', target: '/', headers: { Host: 'example.com', 'Transfer-Encoding': 'chunked' } },
 *   { type: 'data', bytes: 'hello' },
 *   { type: 'end' },
 * ]
 * for (const event of events) for (const chunk of serializer.write(event)) socket.write(chunk)
 * ```
 */
export class RequestSerializer extends MessageSerializer<RequestHeadInit> {
  /** @throws TypeError naming the option that is wrong. */
  constructor(options?: SerializerOptions) {
    super('request', completeSerializerRules(options))
  }

  /** @internal Whether the last request written asks for a 100 (Continue), as a server will see it. */
  get expectsContinue(): boolean {
    return (this.facts & Fact.EXPECTS_CONTINUE) !== 0
  }

  /** @internal */
  protected override encode(init: RequestHeadInit, length: number): WireSection {
    const { method, target, version = '1.1' } = init
    requireString('method', method)
    requireString('target', target)
    // RFC 9110 s. 8.6: a request without content sends the length 0 if its method expects content.
    const needsLength = length > 0 || (length === 0 && expectsContent(method))
    const fields = fieldsOf(init, needsLength ? length : UNKNOWN_LENGTH)
    const section = startSection(
      method.length + target.length + AROUND_TARGET + lengthOfFields(fields),
      this.offset,
    )
    writeFields(
      section,
      writeRequestLine(section, method, target, version),
      fields,
      Controls.REQUEST,
    )
    return section
  }

  /** @internal */
  protected override judge(section: WireSection): Judgement {
    return judgeRequest(section, this.rules.leniency)
  }

  /** @internal RFC 9110 s. 9.3.8: a TRACE request, which the response echoes, has no content. */
  protected override forbidsContent(_judged: Judgement, section: WireSection): boolean {
    return isMethod(section, 'TRACE')
  }
}
