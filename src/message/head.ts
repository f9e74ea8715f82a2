/**
 * What the heads of requests and responses have in common. What the parser had to find out anyway
 * is there as bits and numbers; everything that needs a string is made when it is asked for.
 */

import { type Anomaly, listAnomalies } from './anomalies.ts'
import { codingNames } from './coding-names.ts'
import { Fields } from './fields.ts'
import { INSPECT, type Inspect } from './inspect.ts'
import { Fact, FRAMINGS, type Framing, type Judgement } from './judgement.ts'
import type { WireSection } from './wire-section.ts'

/** The protocol version; HTTP/1.2 to HTTP/1.9 are read as 1.1. */
export type Version = '1.0' | '1.1'

/** A head that was parsed. It borrows the chunk it came in, until {@link MessageHead.detach}. */
export abstract class MessageHead {
  /** @internal */
  readonly section: WireSection
  /** @internal Bits of {@link Fact}. */
  protected readonly facts: number
  /** -1 for `null`. */
  private readonly length: number
  private fields: Fields | undefined

  /** @internal */
  constructor(section: WireSection, judged: Judgement) {
    this.section = section
    this.facts = judged.facts
    this.length = judged.contentLength
    this.fields = undefined
  }

  /** Which kind of head it is. */
  abstract get type(): 'request' | 'response'

  /** The protocol version that the sender said (RFC 9110 s. 2.5). */
  get version(): Version {
    return (this.facts & Fact.HTTP_1_0) === 0 ? '1.1' : '1.0'
  }

  /** What says where the body ends. */
  get framing(): Framing {
    return FRAMINGS[this.facts & Fact.FRAME] as Framing
  }

  /**
   * The value of Content-Length; `null` where it is absent, or ignored in favour of
   * Transfer-Encoding. In a response to HEAD and in a 304 it is the length that the content would
   * have had.
   */
  get contentLength(): number | null {
    return this.length < 0 ? null : this.length
  }

  /** Whether this message lets another one follow it on the connection (RFC 9112 s. 9.3). */
  get keepAlive(): boolean {
    return (this.facts & Fact.KEEP_ALIVE) !== 0
  }

  /** What was wrong with the head and was let in all the same. Empty for nearly every message. */
  get anomalies(): readonly Anomaly[] {
    return listAnomalies(this.section.anomalies)
  }

  /** The header section. */
  get headers(): Fields {
    this.fields ??= new Fields(this.section)
    return this.fields
  }

  /** The first byte of the start-line, counted from the first byte ever pushed. */
  get offset(): number {
    return this.section.offset
  }

  /**
   * The head as it came, from the start-line to the empty line: a view into the chunk that was
   * pushed, or into a copy if the head came in several chunks.
   */
  get bytes(): Uint8Array {
    return this.section.bytes
  }

  /** The content codings in the order in which they were applied, in lower case: `['gzip']`. */
  get contentCodings(): string[] {
    return codingNames(this.section, 'content-encoding')
  }

  /** The transfer codings likewise, without parameters: `['gzip', 'chunked']`. */
  get transferCodings(): string[] {
    return codingNames(this.section, 'transfer-encoding')
  }

  /** Copies what the head needs, so that it keeps no chunk alive. Returns the head itself. */
  detach(): this {
    this.section.detach()
    return this
  }

  /** @internal The method, or the version as sent. */
  protected get startLineName(): string {
    return this.section.name(0)
  }

  /** @internal The target, or the reason phrase. */
  protected get startLineValue(): string {
    return this.section.value(0)
  }

  /** The head as `JSON.stringify` and `console.log` show it; `bytes` and views are left out. */
  abstract toJSON(): object

  /** What `console.log` shows in Node. */
  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return `${this.type === 'request' ? 'Request' : 'Response'}Head ${inspect(this.toJSON(), options)}`
  }

  /** @internal What both kinds show. */
  protected commonJson() {
    const { version, headers, framing, contentLength, keepAlive } = this
    const { contentCodings, transferCodings, anomalies, offset } = this
    return {
      version,
      headers: headers.toJSON(),
      framing,
      contentLength,
      keepAlive,
      contentCodings,
      transferCodings,
      anomalies,
      offset,
    }
  }
}
