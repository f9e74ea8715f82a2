/**
 * The common implementation of the heads that parsers emit. What the parser has determined is stored as
 * bits and numbers; strings are created on access.
 */

import { type Anomaly, listAnomalies } from './anomalies.ts'
import { contentCodingNames, transferCodingNames } from './coding-names.ts'
import { Fields } from './fields.ts'
import type { MessageHead, RequestHeadJson, ResponseHeadJson, Version } from './heads.ts'
import { INSPECT, type Inspect } from './inspect.ts'
import { Fact, FRAMINGS, type Framing, type Judgement } from './judgement.ts'
import type { WireSection } from './wire-section.ts'

export abstract class ParsedHead implements MessageHead {
  readonly section: WireSection
  /** Bits of {@link Fact}. */
  protected readonly facts: number
  /** The public `contentLength`, with -1 for `null`. */
  private readonly length: number
  private fields: Fields | undefined

  constructor(section: WireSection, judged: Judgement) {
    this.section = section
    this.facts = judged.facts
    this.length = judged.contentLength
    this.fields = undefined
  }

  abstract get type(): 'request' | 'response'

  get version(): Version {
    return (this.facts & Fact.HTTP_1_0) === 0 ? '1.1' : '1.0'
  }

  get framing(): Framing {
    return FRAMINGS[this.facts & Fact.FRAME] as Framing
  }

  get contentLength(): number | null {
    return this.length < 0 ? null : this.length
  }

  get keepAlive(): boolean {
    return (this.facts & Fact.KEEP_ALIVE) !== 0
  }

  get upgrades(): boolean {
    return (this.facts & Fact.UPGRADES) !== 0
  }

  get anomalies(): readonly Anomaly[] {
    return listAnomalies(this.section.anomalies)
  }

  get headers(): Fields {
    this.fields ??= new Fields(this.section)
    return this.fields
  }

  get offset(): number {
    return this.section.offset
  }

  get bytes(): Uint8Array {
    return this.section.bytes
  }

  get contentCodings(): string[] {
    return contentCodingNames(this.section)
  }

  get transferCodings(): string[] {
    return transferCodingNames(this.section)
  }

  detach(): this {
    this.section.detach()
    return this
  }

  abstract toJSON(): RequestHeadJson | ResponseHeadJson

  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return `${this.type === 'request' ? 'Request' : 'Response'}Head ${inspect(this.toJSON(), options)}`
  }

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
