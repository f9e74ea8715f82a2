/**
 * A head or trailer section as offsets into its bytes. The parser or serializer writes the offsets; heads
 * and `Fields` read them. Strings are created only on demand. The grammar is checked elsewhere.
 *
 * The offsets are in entries (`entries.ts`): entry 0 is that of the start-line, entry n of the n-th field line.
 */

import { stateError } from '../errors.ts'
import { copyBytes, EMPTY_BYTES } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import { FOLD } from '../grammar/classes.ts'
import { decodeLatin1, decodeShort, MAX_SHORT } from '../grammar/latin1.ts'
import { isOws } from '../grammar/lists.ts'
import { IS_SECTION } from '../spread-head.ts'
import { AnomalyBit } from './anomalies.ts'
import {
  ARENA_SIZE,
  arena,
  arenaUsed,
  claimEntries,
  Entry,
  type EntryRange,
  growEntries,
  moveEntries,
  NO_ENTRIES,
} from './entries.ts'
import { inLap, LAP, lapsIn } from './laps.ts'
import { unfold } from './obs-fold.ts'
import { NO_SHAPE, SEVERAL, type Shape } from './shape.ts'
import type { TwoPieces } from './two-pieces.ts'

/** With at most this many field lines, `raw` does not decode the section as a whole. */
const FEW_LINES = 4

/** The detail of the error if the caller took away bytes that were still needed. */
export const CHUNK_LOST = 'a chunk was detached, resized or overwritten while it was in use'

export class WireSection implements EntryRange {
  /**
   * The array that contains the section: the caller's chunk, a copy, or the serializer's output. It is too
   * short while the section is in two pieces, or if the caller has taken the chunk away. {@link source} joins
   * the pieces and checks for that.
   */
  held: Uint8Array = EMPTY_BYTES
  /** The two pieces in which the section came, until they are joined. */
  pieces: TwoPieces | undefined = undefined
  /** Where in `source` the section begins. */
  start = 0
  /** Bytes of the section: all of it once it is complete, else up to the last complete line. */
  length = 0
  /** The {@link offset} of the section's first byte, split as in `laps.ts`. */
  private laps = 0
  lapOffset = 0
  /** The array that holds the entries: entry 0 is at `first`, and the last one must end by `limit`. */
  offsets: Int32Array = NO_ENTRIES
  first = 0
  limit = ARENA_SIZE
  /** The number of field lines. */
  count = 0
  /** Defects that were accepted: bits of {@link AnomalyBit}. */
  anomalies: number = AnomalyBit.NONE
  /** The names of the lines, if the section was read on the plain path and they fit into the tree. */
  shape: Shape | undefined = undefined
  /** The whole section as text, once {@link decode} has been called. */
  private text: string | undefined = undefined

  get [IS_SECTION](): true {
    return true
  }

  /** Begins an empty section at `source[start]`, with entries at the free end of the arena. */
  begin(source: Uint8Array, start: number, laps: number, lapOffset: number): this {
    this.held = source
    this.start = start
    this.laps = laps
    this.lapOffset = lapOffset
    this.offsets = arena
    this.first = arenaUsed
    return this
  }

  /** {@link begin} with the offset as one number. */
  beginAt(source: Uint8Array, start: number, offset: number): this {
    return this.begin(source, start, lapsIn(offset), inLap(offset))
  }

  /** Resets the section for reuse. Only for a section that nothing else refers to. */
  restart(source: Uint8Array, start: number, offset: number): this {
    this.length = 0
    this.limit = ARENA_SIZE
    this.count = 0
    this.anomalies = AnomalyBit.NONE
    this.shape = undefined
    this.text = undefined
    return this.beginAt(source, start, offset)
  }

  /** A section over the same bytes and entries at `offset` of another stream, with its anomalies in `kept`. */
  rejudgedAt(offset: number, kept: number): WireSection {
    const copy = new WireSection().beginAt(this.source, this.start, offset)
    copy.length = this.length
    copy.offsets = this.offsets
    copy.first = this.first
    copy.limit = this.limit
    copy.count = this.count
    copy.anomalies = this.anomalies & kept
    return copy
  }

  /** The offset of the section's first byte in the stream. */
  get offset(): number {
    return this.laps * LAP + this.lapOffset
  }

  /** Makes room for entry `n`. Returns its index in `offsets`. */
  reserve(n: number): number {
    const at = this.first + n * Entry.SIZE
    return at + Entry.SIZE <= this.limit ? at : growEntries(this, n)
  }

  /** Adds a field line. Positions count from the section's first byte. */
  add(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    this.write(++this.count, nameStart, nameEnd, valueStart, valueEnd)
  }

  /** Writes entry `n`, which must be the last one. */
  write(n: number, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const at = this.reserve(n)
    const { offsets } = this
    offsets[at] = nameStart
    offsets[at + Entry.NAME_END] = nameEnd
    offsets[at + Entry.VALUE_START] = valueStart
    offsets[at + Entry.VALUE_END] = valueEnd
  }

  /** Claims the entries written so far: the next section begins after them. */
  complete(length: number): void {
    this.length = length
    if (this.offsets === arena) claimEntries(this)
  }

  /** Writes entry 0 and completes the section, whose `count` field lines are already in the arena. */
  completePlain(
    length: number,
    count: number,
    shape: Shape,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    const { offsets, first } = this
    offsets[first] = 0
    offsets[(first + Entry.NAME_END) | 0] = nameEnd
    offsets[(first + Entry.VALUE_START) | 0] = valueStart
    offsets[(first + Entry.VALUE_END) | 0] = valueEnd
    this.length = length
    this.count = count
    if (shape !== NO_SHAPE) this.shape = shape
    claimEntries(this)
  }

  /** Copies the section's bytes and entries, so that it keeps neither a chunk nor the arena alive. */
  detach(): void {
    if (this.pieces !== undefined) this.requireSource()
    else this.held = copyBytes(this.source, this.start, this.start + this.length)
    this.start = 0
    moveEntries(this, this.count + 1, (this.count + 1) * Entry.SIZE)
  }

  /** Whether any field line has an obs-fold, which is read as one SP (RFC 9112 s. 5.2). */
  get folded(): boolean {
    return (this.anomalies & AnomalyBit.OBS_FOLD) !== 0
  }

  at(n: number, member: Entry): number {
    return this.offsets[this.first + n * Entry.SIZE + member] as number
  }

  /** The position in {@link source} that a member of entry `n` stands for. */
  place(n: number, member: Entry): number {
    return this.start + this.at(n, member)
  }

  /** The text of the name part of entry `n`: a field name, method or version. */
  name(n: number): string {
    const { offsets, shape } = this
    if (shape !== undefined && n > 0) return shape.raw[2 * n - 2] as string
    const at = this.first + n * Entry.SIZE
    return this.part(offsets[at] as number, offsets[at + Entry.NAME_END] as number)
  }

  /** The text of the value part of entry `n`: an unfolded field value, a request-target or a reason. */
  value(n: number): string {
    const { offsets } = this
    const at = this.first + n * Entry.SIZE
    const raw = this.part(
      offsets[at + Entry.VALUE_START] as number,
      offsets[at + Entry.VALUE_END] as number,
    )
    return this.folded ? unfold(raw) : raw
  }

  /**
   * The names and values of all field lines, alternating. If the shape is known, all names are copied at
   * once: reading a whole response with twelve field lines takes a tenth less time that way.
   */
  raw(): string[] {
    const { offsets, first, shape, folded } = this
    const text = this.count > FEW_LINES ? this.decode() : undefined
    const raw = shape === undefined ? this.rawNames() : shape.raw.slice()
    const { length } = raw
    for (let i = 1, at = first + Entry.SIZE; i < length; i += 2, at += Entry.SIZE) {
      const start = offsets[at + Entry.VALUE_START] as number
      const end = offsets[at + Entry.VALUE_END] as number
      const value = text === undefined ? this.part(start, end) : text.slice(start, end)
      raw[i] = folded ? unfold(value) : value
    }
    return raw
  }

  /** Allocates the array at its final length: an array that grows took half as long again. */
  private rawNames(): string[] {
    const raw = new Array<string>(2 * this.count).fill('')
    for (let n = 1; n <= this.count; n++) raw[2 * n - 2] = this.name(n)
    return raw
  }

  /**
   * The text of a part. Decoding the whole section once and slicing it, which shares memory, is faster
   * from the second part on. Short parts are still decoded alone: a small request whose method, target
   * and Host are read takes a tenth to a fifth less time that way.
   */
  private part(start: number, end: number): string {
    const { held } = this
    const first = this.start + start
    const length = end - start
    if (this.text === undefined && length <= MAX_SHORT) {
      if (first + length <= held.length) return decodeShort(held, first, length)
      const text = this.pieces?.decodePart(start, length)
      if (text !== undefined) return text
    }
    return this.decode().slice(start, end)
  }

  private decode(): string {
    this.text ??= this.decodeSource()
    return this.text
  }

  private decodeSource(): string {
    const { pieces, length } = this
    if (pieces?.has(length)) return pieces.decode(length)
    return decodeLatin1(this.source, this.start, this.start + length)
  }

  /** The entry of the only line named `name`; 0 if there is none, {@link SEVERAL} if there are more. */
  findOnly(name: string): number {
    if (this.shape !== undefined) return this.shape.findOnly(name)
    const n = this.find(name, 1)
    return n > 0 && n < this.count && this.find(name, n + 1) > 0 ? SEVERAL : n
  }

  /** The first entry at or after entry `n` (1 or more) that is named `name`, or 0. */
  find(name: string, n: number): number {
    const { offsets, count } = this
    const { length } = name
    this.requireSource()
    for (let at = this.first + n * Entry.SIZE; n <= count; n++, at += Entry.SIZE) {
      const found = (offsets[at + Entry.NAME_END] as number) - (offsets[at] as number)
      if (found === length && this.hasName(n, name)) return n
    }
    return 0
  }

  /** Whether field line `n` is named `name`, in any ASCII case. */
  isNamed(n: number, name: string): boolean {
    this.requireSource()
    return this.hasName(n, name)
  }

  private hasName(n: number, name: string): boolean {
    const { held } = this
    const fold = FOLD
    const start = this.at(n, Entry.NAME_START)
    if (this.at(n, Entry.NAME_END) - start !== name.length) return false
    for (let i = 0, p = this.start + start; i < name.length; i++, p++) {
      // For a code unit above 255 the right side is undefined, which never equals a byte.
      if (fold[held[p] as number] !== fold[name.charCodeAt(i)]) return false
    }
    return true
  }

  /** Whether field line `n` is folded, even if its continuation lines are only whitespace. */
  isFolded(n: number): boolean {
    if (!this.folded) return false
    const { source, start } = this
    const end = start + (n < this.count ? this.at(n + 1, Entry.NAME_START) : this.length)
    for (let p = start + this.at(n, Entry.NAME_END); p < end; p++) {
      if (source[p] === Byte.LF && p + 1 < end && isOws(source[p + 1])) return true
    }
    return false
  }

  /** The section's bytes: a view, not a copy. */
  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.start + this.length)
  }

  /**
   * The array that contains the section, joined if it came in two pieces.
   *
   * @throws HttpError `WRONG_STATE` if the caller has transferred or resized a chunk.
   */
  get source(): Uint8Array {
    this.requireSource()
    return this.held
  }

  /** Makes sure that {@link held} contains the section. @throws HttpError; see {@link source}. */
  requireSource(): void {
    if (this.held.length < this.start + this.length) this.joinPieces()
  }

  private joinPieces(): void {
    const { pieces, length } = this
    if (!pieces?.has(length)) throw stateError(this.offset, CHUNK_LOST)
    this.held = pieces.join(length)
    this.pieces = undefined
  }
}
