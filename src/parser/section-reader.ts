/**
 * Reads sections (a start-line with its header section, or a trailer section) from the input, in one
 * piece or many. Heads reach this code only if they are not plain (`plain-head.ts`).
 *
 * A section that is complete in one chunk does not use the carry. If it is cut, the bytes so far are
 * copied to the carry once, and more are added there. Complete lines are not rescanned, and the last line
 * only when its end has arrived or its length has doubled, so the work is linear for any chunking.
 */

import { protocolError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { MAX_LINE } from '../limits.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { leaveArena } from '../message/entries.ts'
import { MAX_PIECES } from '../message/two-pieces.ts'
import { WireSection } from '../message/wire-section.ts'
import { Input } from './input.ts'
import type { Rules, SectionBound } from './options.ts'
import { scanFields } from './scan-fields.ts'
import { NEED_MORE } from './scan-limits.ts'
import { CHANGING, extendWindow, loadWindow, shown } from './window.ts'

/** Bytes of a section that are loaded into the window at first: enough for nearly every head. */
export const FIRST_LOOK = 2_048

/** The longest method, with its space, that does not delay the error for a target over `maxTarget`. */
const LONG_METHOD = 16

export abstract class SectionReader extends Input {
  /** @internal */
  protected readonly rules: Rules
  /** @internal The section being read, while it is incomplete. */
  protected section: WireSection | undefined = undefined
  /** Empty lines skipped before the start-line being read. */
  private emptyLines = 0
  /** The anomalies in them: bits of {@link AnomalyBit}. */
  private skippedAnomalies = AnomalyBit.NONE

  /** @internal */
  constructor(rules: Rules) {
    super()
    this.rules = rules
  }

  /** @internal Scans the start-line at window position `p`; returns a position or {@link NEED_MORE}. */
  protected abstract scanStartLine(section: WireSection, p: number): number

  /** @internal Begins or continues a section; returns `undefined` while it is incomplete. */
  protected readSection(bound: SectionBound): WireSection | undefined {
    if (this.section !== undefined) return this.readCutSection(this.section, bound)
    if (this.carried > 0) return this.readCarry(bound)
    const section = this.startSection(this.chunk, this.position)
    if (this.scan(section, this.end, bound)) {
      this.position = section.start + section.length
      return section
    }
    if (section.start === this.end) this.position = section.start
    else this.carrySection(section, bound)
    return undefined
  }

  /** @internal Whether no section has been begun here and no empty line skipped. */
  protected get mayBePlain(): boolean {
    return this.section === undefined && this.emptyLines === 0
  }

  /** @internal Loads at least `size` unread bytes of the chunk. Returns whether that is all of them. */
  protected showChunk(size: number): boolean {
    loadWindow(this.chunk, this.chunkId, this.position, this.end, size)
    return shown.shift + shown.end === this.end
  }

  /** @internal Adds bytes to the carry and loads it. Returns whether the window has all of it. */
  protected showCarry(): boolean {
    this.gather()
    loadWindow(this.carry, CHANGING, 0, this.carried, FIRST_LOOK)
    return shown.end === this.carried
  }

  /**
   * @internal Loads the carry and the chunk after it, if the carry is a chunk, too, and both are small enough.
   * Returns whether it did.
   */
  protected showPieces(): boolean {
    if (!this.isBorrowed) return false
    this.showBorrowed()
    if (this.carried + this.end > MAX_PIECES) return false
    extendWindow(this.chunk, this.end)
    return true
  }

  /** Begins a section with the bytes in the carry, which are not part of one yet. */
  private readCarry(bound: SectionBound): WireSection | undefined {
    const section = this.startSection(this.carry, 0)
    leaveArena(section)
    this.section = section
    return this.scanCarry(section, bound)
  }

  /** Creates a section at the offset of the next bytes, which are in `source` from `start` on. */
  private startSection(source: Uint8Array, start: number): WireSection {
    return new WireSection().begin(
      source,
      start,
      this.laps,
      this.base + this.position - this.carried,
    )
  }

  /** @internal Returns the anomalies before the start-line just read, and resets them. */
  protected takeSkippedAnomalies(): number {
    const anomalies = this.skippedAnomalies
    this.emptyLines = 0
    this.skippedAnomalies = AnomalyBit.NONE
    return anomalies
  }

  /** @internal Scans the section that the end of input cut, and throws if it is already invalid. */
  protected checkCutSection(section: WireSection, bound: SectionBound): void {
    section.held = this.carry
    this.scan(section, this.carried, bound)
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
    section.held = this.carry
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

  /** Removes from the carry the empty lines that were skipped before the section. */
  private dropSkipped(section: WireSection): void {
    if (section.start === 0) return
    this.carry.copyWithin(0, section.start, this.carried)
    this.carried -= section.start
    section.start = 0
    // Nothing is cut any more, so the next bytes must not be absorbed into the carry.
    if (this.carried === 0) this.dropCarry()
  }

  private carrySection(section: WireSection, bound: SectionBound): void {
    this.carryOver(section.start)
    leaveArena(section)
    section.held = this.carry
    section.start = 0
    this.section = section
    this.planSectionLook(section, bound)
  }

  private planSectionLook(section: WireSection, bound: SectionBound): void {
    const { maxStartLine, maxTarget, maxFieldLine } = this.rules.limits
    const lineStart = section.start + section.length
    let line = maxFieldLine
    if (bound.hasStartLine && section.length === 0) {
      const target = LONG_METHOD + maxTarget
      line = this.carried - lineStart > target ? maxStartLine : Math.min(target, maxStartLine)
    }
    this.planLook(lineStart, Math.min(line, bound.size - section.length))
  }

  /** Continues the scan in `section.held[0, end)`. Returns whether the section is complete. */
  private scan(section: WireSection, end: number, bound: SectionBound): boolean {
    const { hasStartLine } = bound
    if (hasStartLine && section.length === 0 && !this.skipEmptyLines(section, end)) return false
    const id = this.carried > 0 ? CHANGING : this.chunkId
    for (let size = FIRST_LOOK; ; size = Math.min(4 * size, MAX_LINE + 2)) {
      const from = section.start + section.length
      loadWindow(section.held, id, from, end, size)
      let p: number = from - shown.shift
      if (hasStartLine && section.length === 0) p = this.scanStartLine(section, p)
      if (p !== NEED_MORE) p = scanFields(section, p, this.rules, bound)
      if (p !== NEED_MORE) return true
      if (shown.shift + shown.end >= end) return false
    }
  }

  /**
   * Moves the section's start past the empty lines before a start-line (RFC 9112 s. 2.2). Returns
   * false if the next byte is needed to find their end.
   */
  private skipEmptyLines(section: WireSection, end: number): boolean {
    const { held } = section
    for (;;) {
      const { start } = section
      if (start === end) return false
      const byte = held[start]
      let length = 1
      if (byte === Byte.CR) {
        if (start + 1 === end) return false
        if (held[start + 1] !== Byte.LF) throw protocolError('BARE_CR', section.offset)
        length = 2
      } else if (byte !== Byte.LF) return true
      else if (!this.rules.leniency.allowBareLf) throw protocolError('BARE_LF', section.offset)
      if (this.emptyLines === this.rules.limits.maxEmptyLines) {
        throw protocolError('TOO_MANY_EMPTY_LINES', section.offset)
      }
      this.emptyLines++
      this.skippedAnomalies |= AnomalyBit.EMPTY_LINES
      if (length === 1) this.skippedAnomalies |= AnomalyBit.BARE_LF
      section.start += length
      section.lapOffset += length
    }
  }
}
