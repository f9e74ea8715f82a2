/**
 * The parser for a client's input: responses, whose framing depends on the requests they answer.
 */

import { AwaitedResponses } from '../message/awaited-responses.ts'
import type { ResponseHead } from '../message/heads.ts'
import { statusIn } from '../message/judgement.ts'
import type { Method } from '../message/methods.ts'
import { judgeResponse, ParsedResponseHead } from '../message/response-head.ts'
import type { WireSection } from '../message/wire-section.ts'
import { MessageParser } from './message-parser.ts'
import { completeRules, type ParserOptions } from './options.ts'
import { readPlainResponse } from './plain-head.ts'
import type { CutFields } from './plain-result.ts'
import { scanStatusLine } from './scan-status-line.ts'

/**
 * Parses a stream of responses: push chunks of bytes in, read events out.
 *
 * A response to HEAD has no body, and a 2xx to CONNECT opens a tunnel, whatever the fields say, so
 * report the method of every request with {@link respondsTo}. Without one, a response is read as a
 * response to GET. After a 101 or a 2xx to CONNECT the parser pauses and is {@link switching}.
 */
export class ResponseParser extends MessageParser<ResponseHead> {
  /** The methods reported with {@link respondsTo}; `undefined` before the first. */
  private awaited: AwaitedResponses | undefined = undefined

  /** @throws TypeError or RangeError naming the option that is wrong. */
  constructor(options?: ParserOptions) {
    super(completeRules('response', options))
  }

  /**
   * Queues the method of a request that was sent. Each final response, or 101, takes one method off
   * the queue, in order; the other interim (1xx) responses take none.
   *
   * @throws TypeError unless `method` is a string; the parser's own error, if it is dead.
   */
  respondsTo(method: Method | (string & {})): this {
    this.requireAlive()
    this.awaited ??= new AwaitedResponses()
    this.awaited.add(method)
    return this
  }

  /** @internal */
  protected override scanStartLine(section: WireSection, p: number): number {
    return scanStatusLine(section, p, this.rules)
  }

  /** @internal */
  protected override readPlain(
    source: Uint8Array,
    position: number,
    lapOffset: number,
    cut: CutFields | undefined,
  ): ParsedResponseHead | null | undefined {
    const method = this.awaited?.method
    const head = readPlainResponse(source, position, this.laps, lapOffset, method, this.rules, cut)
    if (method !== undefined && head) this.awaited?.answer(head.status)
    return head
  }

  /** @internal */
  protected override makeHead(section: WireSection): ParsedResponseHead {
    const judged = judgeResponse(section, this.awaited?.method, this.rules.leniency)
    this.awaited?.answer(statusIn(judged.facts))
    return new ParsedResponseHead(section, judged)
  }
}
