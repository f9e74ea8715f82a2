/**
 * The parser for a server's input: successive requests on one connection.
 */

import type { RequestHead } from '../message/heads.ts'
import { judgeRequest, ParsedRequestHead } from '../message/request-head.ts'
import type { WireSection } from '../message/wire-section.ts'
import { MessageParser } from './message-parser.ts'
import { completeRules, type ParserOptions } from './options.ts'
import { readPlainRequest } from './plain-head.ts'
import type { CutFields } from './plain-result.ts'
import { scanRequestLine } from './scan-request-line.ts'

/**
 * Parses a stream of requests: push chunks of bytes in, read events out.
 *
 * After a request that offers a switch of protocols (CONNECT, or an Upgrade field that Connection
 * lists) the parser pauses and is {@link switching}, since the bytes that follow may not be HTTP.
 *
 * ```ts
 * const parser = new RequestParser()
 * for (const event of parser.push(chunk)) {
 *   if (event.type === 'request') console.log(event.method, event.target)
 * }
 * ```
 */
export class RequestParser extends MessageParser<RequestHead> {
  /** @throws TypeError or RangeError naming the option that is wrong. */
  constructor(options?: ParserOptions) {
    super(completeRules('request', options))
  }

  /** @internal */
  protected override scanStartLine(section: WireSection, p: number): number {
    return scanRequestLine(section, p, this.rules)
  }

  /** @internal */
  protected override readPlain(
    source: Uint8Array,
    position: number,
    lapOffset: number,
    cut: CutFields | undefined,
  ): ParsedRequestHead | null | undefined {
    return readPlainRequest(source, position, this.laps, lapOffset, this.rules, cut)
  }

  /** @internal */
  protected override makeHead(section: WireSection): ParsedRequestHead {
    return new ParsedRequestHead(section, judgeRequest(section, this.rules.leniency))
  }
}
