/**
 * Reads sections (a start-line with its header section, or a trailer section) out of the input,
 * in one piece or in many.
 *
 * A section that is all there is scanned where it lies; heads come here that are not plain
 * (`plain-head.ts`). Of one that is cut, the bytes so far are copied once, to the carry, and more are
 * added there; complete lines are not scanned again, and the last line only when its end has come or
 * when it has doubled, so that the work is linear in the input for any chunking.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { MAX_LINE } from '../limits.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { WireSection } from '../message/wire-section.ts'
import { Input } from './input.ts'
import type { Rules, SectionBound } from './options.ts'
import { scanFields } from './scan-fields.ts'
import { NEED_MORE } from './scan-limits.ts'
import { CHANGING, loadWindow, shown } from './window.ts'

/** Bytes of a section that are shown in the window at first: all of nearly every head. */
export const FIRST_LOOK = 2_048

/** The longest method, with its space, for which a target over `maxTarget` is noticed before its line ends. */
const LONG_METHOD = 16

export abstract class SectionReader extends Input {
  /** @internal */
  protected readonly rules: Rules
  /** @internal The section being read, while it is incomplete. */
  protected section: WireSection | undefined = undefined
  /** Empty lines skipped before the start-line being read. */
  private emptyLines = 0
  /** What is to be said of them: bits of {@link AnomalyBit}. */
  private skippedAnomalies = AnomalyBit.NONE

  /** @internal */
  constructor(rules: Rules) {
    super()
    this.rules = rules
  }

  /** @internal Scans the start-line at window position `p`; answers as {@link scanFields} does. */
  protected abstract scanStartLine(section: WireSection, p: number): number

  /** @internal The section that begins or goes on here; `undefined` while it is incomplete. */
  protected readSection(bound: SectionBound): WireSection | undefined {
    if (this.section !== undefined) return this.readCutSection(this.section, bound)
    const section = this.startSection(this.chunk, this.position)
    if (this.scan(section, this.end, bound)) {
      this.position = section.start + section.length
      return section
    }
    if (section.start === this.end) this.position = section.start
    else this.carrySection(section, bound)
    return undefined
  }

  /** @internal Whether nothing that begins here has been read as a section, or skipped. */
  protected get mayBePlain(): boolean {
    return this.section === undefined && this.emptyLines === 0
  }

  /** @internal Shows what begins here in the window. True where that is all there is. */
  protected showChunk(size: number): boolean {
    loadWindow(this.chunk, this.chunkId, this.position, this.end, size)
    return shown.shift + shown.end === this.end
  }

  /** @internal Adds to the carry, and shows it likewise. */
  protected showCarry(): boolean {
    this.gather()
    loadWindow(this.carry, CHANGING, 0, this.carried, FIRST_LOOK)
    return shown.end === this.carried
  }

  /** @internal Reads what is in the carry, and in no section yet, as any section. */
  protected readCarry(bound: SectionBound): WireSection | undefined {
    const section = this.startSection(this.carry, 0)
    section.leaveArena()
    this.section = section
    return this.scanCarry(section, bound)
  }

  /** A section at the offset of what is read next, which lies in `source` from `start` on. */
  private startSection(source: Uint8Array, start: number): WireSection {
    return new WireSection().begin(
      source,
      start,
      this.laps,
      this.base + this.position - this.carried,
    )
  }

  /** @internal What was wrong before the start-line just read, which is forgotten then. */
  protected takeSkippedAnomalies(): number {
    const anomalies = this.skippedAnomalies
    this.emptyLines = 0
    this.skippedAnomalies = AnomalyBit.NONE
    return anomalies
  }

  /** @internal Looks at what the end of input cut: what is wrong in it already is the error. */
  protected checkCutSection(section: WireSection, bound: SectionBound): void {
    section.source = this.carry
    this.scan(section, this.carried, bound)
  }

  /** @internal */
  protected refuse(code: ErrorCode, offset: number): never {
    throw protocolError(code, offset, this.rules.kind)
  }

  private readCutSection(section: WireSection, bound: SectionBound): WireSection | undefined {
    while (this.position < this.end) {
      if (!this.gather()) continue
      const complete = this.scanCarry(section, bound)
      if (complete !== undefined || this.section === undefined) return complete
    }
    return undefined
  }

  private scanCarry(section: WireSection, bound: SectionBound): WireSection | undefined {
    section.source = this.carry
    if (this.scan(section, this.carried, bound)) {
      this.giveBack(section.start + section.length)
      this.section = undefined
      return section
    }
    this.dropSkipped(section)
    if (this.carried === 0) this.section = undefined
    else this.planSectionLook(section, bound)
    return undefined
  }

  /** Takes the empty lines out of the carry that were skipped before the section. */
  private dropSkipped(section: WireSection): void {
    if (section.start === 0) return
    this.carry.copyWithin(0, section.start, this.carried)
    this.carried -= section.start
    section.start = 0
    // Nothing is cut then, and what comes next may be absorbed by no carry.
    if (this.carried === 0) this.dropCarry()
  }

  private carrySection(section: WireSection, bound: SectionBound): void {
    this.carryOver(section.start)
    section.leaveArena()
    section.source = this.carry
    section.start = 0
    this.section = section
    this.planSectionLook(section, bound)
  }

  private planSectionLook(section: WireSection, bound: SectionBound): void {
    const { maxStartLine, maxTarget, maxFieldLine } = this.rules.limits
    const inStartLine = bound.hasStartLine && section.length === 0
    const line = inStartLine ? Math.min(maxStartLine, LONG_METHOD + maxTarget) : maxFieldLine
    this.planLook(section.start + section.length, Math.min(line, bound.size - section.length))
  }

  /** Scans on in `section.source[0, end)`. Tells whether the section is complete. */
  private scan(section: WireSection, end: number, bound: SectionBound): boolean {
    const { hasStartLine } = bound
    if (hasStartLine && section.length === 0 && !this.skipEmptyLines(section, end)) return false
    const id = this.carried > 0 ? CHANGING : this.chunkId
    for (let size = FIRST_LOOK; ; size = Math.min(4 * size, MAX_LINE + 2)) {
      const from = section.start + section.length
      loadWindow(section.source, id, from, end, size)
      let p: number = from - shown.shift
      if (hasStartLine && section.length === 0) p = this.scanStartLine(section, p)
      if (p !== NEED_MORE) p = scanFields(section, p, this.rules, bound)
      if (p !== NEED_MORE) return true
      if (shown.shift + shown.end >= end) return false
    }
  }

  /**
   * Moves the section's start past the empty lines before a start-line (RFC 9112 s. 2.2). False
   * where the next byte is needed to tell.
   */
  private skipEmptyLines(section: WireSection, end: number): boolean {
    const { source } = section
    for (;;) {
      const { start } = section
      if (start === end) return false
      const byte = source[start]
      let length = 1
      if (byte === Byte.CR) {
        if (start + 1 === end) return false
        if (source[start + 1] !== Byte.LF) this.refuse('BARE_CR', section.offset)
        length = 2
      } else if (byte !== Byte.LF) return true
      else if (!this.rules.leniency.allowBareLf) this.refuse('BARE_LF', section.offset)
      if (this.emptyLines === this.rules.limits.maxEmptyLines) {
        this.refuse('TOO_MANY_EMPTY_LINES', section.offset)
      }
      this.emptyLines++
      this.skippedAnomalies |= AnomalyBit.EMPTY_LINES
      if (length === 1) this.skippedAnomalies |= AnomalyBit.BARE_LF
      section.start += length
      section.lapOffset += length
    }
  }
}
