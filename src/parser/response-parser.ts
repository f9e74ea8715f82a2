/**
 * The parser of a client's input: responses, whose framing depends on the requests they answer.
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
import { scanStatusLine } from './scan-status-line.ts'

/**
 * Parses a stream of responses: push chunks of bytes in, read events out.
 *
 * A response to HEAD has no body, and a 2xx to CONNECT opens a tunnel, whatever the fields say; so
 * say with {@link respondsTo} which requests were sent. A response for which nothing was said is
 * read as one to GET. After 101 and after a 2xx to CONNECT the parser waits, {@link switching}.
 */
export class ResponseParser extends MessageParser<ResponseHead> {
  /** The requests that are known of; nothing before there is one. */
  private awaited: AwaitedResponses | undefined = undefined

  /** @throws TypeError or RangeError naming the option that is wrong. */
  constructor(options?: ParserOptions) {
    super(completeRules('response', options))
  }

  /**
   * Queues the method of a request that was sent: of the next final response, after those that
   * are queued already. Interim (1xx) responses use up none.
   *
   * @throws TypeError unless `method` is a string.
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
  ): ParsedResponseHead | null | undefined {
    const method = this.awaited?.method
    const head = readPlainResponse(source, position, this.laps, lapOffset, method, this.rules)
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
