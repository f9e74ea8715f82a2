/**
 * What the heads of requests and responses have in common. What the parser had to find out anyway
 * stands there as plain members; everything that needs a string is made when it is asked for.
 */

import { type Anomaly, listAnomalies } from './anomalies.ts'
import { codingNames } from './coding-names.ts'
import { Fields } from './fields.ts'
import type { Framing } from './framing.ts'
import { INSPECT, type Inspect } from './inspect.ts'
import type { Judgement } from './judgement.ts'
import type { WireSection } from './wire-section.ts'

/** The protocol version; HTTP/1.2 to HTTP/1.9 are read as 1.1. */
export type Version = '1.0' | '1.1'

/** A head that was parsed. It borrows the chunk it came in, until {@link MessageHead.detach}. */
export abstract class MessageHead {
  readonly version: Version
  /** What says where the body ends. */
  readonly framing: Framing
  /**
   * The value of Content-Length; `null` where it is absent, or ignored in favour of
   * Transfer-Encoding. In a response to HEAD and in a 304 it is the length that the content would
   * have had.
   */
  readonly contentLength: number | null
  /** Whether this message lets another one follow it on the connection (RFC 9112 s. 9.3). */
  readonly keepAlive: boolean
  /** What was wrong with the head and was let in all the same. Empty for nearly every message. */
  readonly anomalies: readonly Anomaly[]

  /** @internal */
  readonly section: WireSection
  private fields: Fields | undefined

  /** @internal */
  constructor(section: WireSection, judged: Judgement) {
    this.version = judged.minorVersion === 0 ? '1.0' : '1.1'
    this.framing = judged.framing
    this.contentLength = judged.contentLength < 0 ? null : judged.contentLength
    this.keepAlive = judged.keepAlive
    this.anomalies = listAnomalies(section.anomalies)
    this.section = section
    this.fields = undefined
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
    return `${this.constructor.name} ${inspect(this.toJSON(), options)}`
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
