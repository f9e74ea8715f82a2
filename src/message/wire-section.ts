/**
 * A head or trailer section as offsets into its bytes. The parser or serializer writes the offsets; heads
 * and `Fields` read them. Strings are created only on demand. The grammar is checked elsewhere.
 *
 * Layout: entry 0 is the start-line, entry n the n-th field line. An entry has four numbers, counted
 * from the section's first byte. A trailer section has an unused entry 0, so that readers treat both alike.
 *
 *     request-line  0, method's end, target's start, target's end
 *     status-line   0, version's end, reason's start, reason's end
 *     field line    name's start, name's end (its colon), value's start, value's end
 *
 * Sections allocate their entries from one shared array, the arena, by advancing an index: a typed array
 * for each section costs about 100 ns, more than parsing a small request.
 */

import { stateError } from '../errors.ts'
import { copyBytes, EMPTY_BYTES } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import { FOLD } from '../grammar/classes.ts'
import { decodeLatin1, decodeShort, MAX_SHORT } from '../grammar/latin1.ts'
import { isOws } from '../grammar/lists.ts'
import { IS_SECTION } from '../spread-head.ts'
import { AnomalyBit } from './anomalies.ts'
import { inLap, LAP, lapsIn } from './laps.ts'
import { unfold } from './obs-fold.ts'
import { NO_SHAPE, SEVERAL, type Shape } from './shape.ts'
import type { TwoPieces } from './two-pieces.ts'

/** The position of each number in an entry, and the size of an entry. */
export const enum Entry {
  NAME_START = 0,
  NAME_END = 1,
  VALUE_START = 2,
  VALUE_END = 3,
  SIZE = 4,
}

/** Numbers in one arena: 64 kB, enough for about 250 browser requests. */
const ARENA_SIZE = 16_384

/** The arena, and the index in it where the next section begins. */
export let arena: Int32Array = new Int32Array(ARENA_SIZE)
export let arenaUsed = 0

/** Makes room for `entries` in the arena: the plain path writes them before it creates the section. */
export function reserveEntries(entries: number): void {
  if (arenaUsed + entries * Entry.SIZE <= ARENA_SIZE) return
  arena = new Int32Array(ARENA_SIZE)
  arenaUsed = 0
}

/**
 * Numbers in one annex: 8 kB, for the entries of sections that arrive in pieces. Such a section may wait
 * for a long time, and keeps only its annex alive.
 */
const ANNEX_SIZE = 2_048

let annex: Int32Array = new Int32Array(ANNEX_SIZE)
let annexUsed = 0

const NO_ENTRIES = new Int32Array(0)

/** With at most this many field lines, `raw` does not decode the section as a whole. */
const FEW_LINES = 4

/**
 * The least room for a section that arrives in pieces: entries for 23 field lines. One that outgrows its
 * room moves to its own array: when a browser's request in two chunks did, it took half as long again.
 */
const SMALL_SECTION = 24

/** The detail of the error if the caller took away bytes that were still needed. */
export const CHUNK_LOST = 'a chunk was detached, resized or overwritten while it was in use'

export class WireSection {
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
    if (at + Entry.SIZE <= this.limit) return at
    const shared = this.offsets === arena
    this.moveEntries(n, Math.max(shared ? ARENA_SIZE : 0, 2 * (n + 1) * Entry.SIZE))
    // A larger array stays private to this section, since an arena is never used beyond ARENA_SIZE.
    if (shared && this.limit === ARENA_SIZE) {
      arena = this.offsets
      arenaUsed = 0
    }
    return n * Entry.SIZE
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
    if (this.offsets === arena) arenaUsed = this.first + (this.count + 1) * Entry.SIZE
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
    arenaUsed = (first + (count + 1) * Entry.SIZE) | 0
  }

  /** Moves an incomplete section out of the arena, where the next section would overwrite its entries. */
  leaveArena(): void {
    if (this.offsets !== arena) return
    const room = Math.max(SMALL_SECTION, 2 * this.count) * Entry.SIZE
    if (room > ANNEX_SIZE) {
      this.moveEntries(this.count + 1, room)
      return
    }
    if (annexUsed + room > ANNEX_SIZE) {
      annex = new Int32Array(ANNEX_SIZE)
      annexUsed = 0
    }
    for (let i = 0; i < (this.count + 1) * Entry.SIZE; i++) {
      annex[annexUsed + i] = this.offsets[this.first + i] as number
    }
    this.offsets = annex
    this.first = annexUsed
    annexUsed += room
    this.limit = annexUsed
  }

  /** Copies the section's bytes and entries, so that it keeps neither a chunk nor the arena alive. */
  detach(): void {
    if (this.pieces !== undefined) this.requireSource()
    else this.held = copyBytes(this.source, this.start, this.start + this.length)
    this.start = 0
    this.moveEntries(this.count + 1, (this.count + 1) * Entry.SIZE)
  }

  private moveEntries(used: number, room: number): void {
    const offsets = new Int32Array(room)
    offsets.set(this.offsets.subarray(this.first, this.first + used * Entry.SIZE))
    this.offsets = offsets
    this.first = 0
    this.limit = room
  }

  /** Whether any field line has an obs-fold, which is read as one SP (RFC 9112 s. 5.2). */
  get folded(): boolean {
    return (this.anomalies & AnomalyBit.OBS_FOLD) !== 0
  }

  at(n: number, member: Entry): number {
    return this.offsets[this.first + n * Entry.SIZE + member] as number
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
