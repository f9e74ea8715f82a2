/**
 * A head or a trailer section as offsets into the bytes it came in: the parser writes them, the
 * heads and `Fields` read from them. No string is made before someone asks for one.
 *
 * Layout: entry 0 is the start-line's, entry n the n-th field line's, four numbers each, counted
 * from the section's first byte. A trailer section has an entry 0 too, unused, so that no reader
 * needs to know which of the two it has before it.
 *
 *     request-line  0, method's end, target's start, target's end
 *     status-line   0, version's end, reason's start, reason's end
 *     field line    name's start, name's end (its colon), value's start, value's end
 *
 * Sections share one array, the arena, and take their part of it by moving an index: a typed array
 * for each costs about 100 ns, more than parsing a small request.
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

/** Numbers in one entry. */
export const enum Entry {
  NAME_START = 0,
  NAME_END = 1,
  VALUE_START = 2,
  VALUE_END = 3,
  SIZE = 4,
}

/** Numbers in one arena: 64 kB, some 250 browser requests. */
const ARENA_SIZE = 16_384

/** The arena, and where in it the next section begins. */
export let arena: Int32Array = new Int32Array(ARENA_SIZE)
export let arenaUsed = 0

/** Makes room in the arena for `entries`, for a section that begins only when it has been scanned. */
export function reserveEntries(entries: number): void {
  if (arenaUsed + entries * Entry.SIZE <= ARENA_SIZE) return
  arena = new Int32Array(ARENA_SIZE)
  arenaUsed = 0
}

/**
 * Numbers in one annex: 8 kB, for the entries of sections that arrive in pieces. They are apart, since
 * such a section may have to wait for long, and an annex is all that it keeps alive.
 */
const ANNEX_SIZE = 2_048

let annex: Int32Array = new Int32Array(ANNEX_SIZE)
let annexUsed = 0

const NO_ENTRIES = new Int32Array(0)

/** Field lines whose parts are decoded one by one, if they are short, when all are asked for. */
const FEW_LINES = 4

/**
 * Entries that a section which arrives in pieces first has room for: 23 field lines. One that has more
 * takes an array of its own, which cost a browser's request in two chunks half as much again.
 */
const SMALL_SECTION = 24

/** What a caller is told whose bytes are gone: of its own doing. */
export const CHUNK_LOST = 'a chunk was detached or resized while it was in use'

export class WireSection {
  /** The bytes that the section lies in: the caller's chunk, or a copy. */
  source: Uint8Array = EMPTY_BYTES
  /** Where in `source` the section begins. */
  start = 0
  /** Bytes of the section: all of it once it is complete, else up to the last complete line. */
  length = 0
  /** The offset of the section's first byte. */
  private laps = 0
  lapOffset = 0
  /** The array with the entries; entry 0 is at `first`, and they must end at `limit`. */
  offsets: Int32Array = NO_ENTRIES
  first = 0
  limit = ARENA_SIZE
  /** Field lines. */
  count = 0
  /** What was wrong with it and was let in: bits of {@link AnomalyBit}. */
  anomalies: number = AnomalyBit.NONE
  /** The names of its lines, where it was read on the plain path. */
  shape: Shape | undefined = undefined
  /** The section as text, from the moment that someone asks for more of it than a few short parts. */
  private text: string | undefined = undefined

  get [IS_SECTION](): true {
    return true
  }

  /** Begins an empty section at `start` of `source`. */
  begin(source: Uint8Array, start: number, laps: number, lapOffset: number): this {
    this.source = source
    this.start = start
    this.laps = laps
    this.lapOffset = lapOffset
    this.offsets = arena
    this.first = arenaUsed
    return this
  }

  /** The same at `offset`. */
  beginAt(source: Uint8Array, start: number, offset: number): this {
    return this.begin(source, start, lapsIn(offset), inLap(offset))
  }

  /** Begins anew. Only for a section that nobody else holds. */
  restart(source: Uint8Array, start: number, offset: number): this {
    this.length = 0
    this.limit = ARENA_SIZE
    this.count = 0
    this.anomalies = AnomalyBit.NONE
    this.shape = undefined
    this.text = undefined
    return this.beginAt(source, start, offset)
  }

  /** A copy of the same bytes at `offset` of another stream, of whose anomalies only those in `kept` are known. */
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

  /** The section's first byte, counted from the first byte of the stream. */
  get offset(): number {
    return this.laps * LAP + this.lapOffset
  }

  /** Where entry `n` is to be written, after making room for it. */
  reserve(n: number): number {
    const at = this.first + n * Entry.SIZE
    if (at + Entry.SIZE <= this.limit) return at
    const shared = this.offsets === arena
    this.moveEntries(n, Math.max(shared ? ARENA_SIZE : 0, 2 * (n + 1) * Entry.SIZE))
    // Of an arena that is larger, for one section, nothing is used beyond ARENA_SIZE.
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

  /** Writes entry `n`, which is the last one. */
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

  /** Completes a section with a start-line, whose `count` lines are written already. */
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

  /** Leaves the arena, where the next section would overwrite what this one goes on to write. */
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

  /** Copies the section's bytes and entries, so that neither chunk nor arena is kept alive by it. */
  detach(): void {
    this.source = copyBytes(this.source, this.start, this.end)
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

  /** Whether a value contains an obs-fold, to be read as one SP (RFC 9112 s. 5.2). */
  get folded(): boolean {
    return (this.anomalies & AnomalyBit.OBS_FOLD) !== 0
  }

  /** One number of entry `n`. */
  at(n: number, member: Entry): number {
    return this.offsets[this.first + n * Entry.SIZE + member] as number
  }

  /** The text of the name part of entry `n`: a field name, a method, a version. */
  name(n: number): string {
    const { offsets, shape } = this
    if (shape !== undefined && n > 0) return shape.raw[2 * n - 2] as string
    const at = this.first + n * Entry.SIZE
    return this.part(offsets[at] as number, offsets[at + Entry.NAME_END] as number)
  }

  /** The text of the value part of entry `n`: a field value, unfolded, or a target or reason. */
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
   * The names and values of all field lines in turn. Where the names are known they are copied at once:
   * to read a response with twelve lines whole takes a tenth less.
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

  /** Made as long as it will be: an array that grows takes half as much again. */
  private rawNames(): string[] {
    const raw = new Array<string>(2 * this.count).fill('')
    for (let n = 1; n <= this.count; n++) raw[2 * n - 2] = this.name(n)
    return raw
  }

  /**
   * The text of a part. One decoding of the whole and slices of it, which share its memory, beat a
   * decoding for each part from the second part on, but not that of a few short ones: a
   * small request of which method, target and Host are read takes a tenth to a fifth less.
   */
  private part(start: number, end: number): string {
    const { source } = this
    const first = this.start + start
    const length = end - start
    // Where the source was transferred away, nothing stands at `first`: that is for `decode` to say.
    if (this.text === undefined && length <= MAX_SHORT && first + length <= source.length) {
      return decodeShort(source, first, length)
    }
    return this.decode().slice(start, end)
  }

  private decode(): string {
    this.text ??= decodeLatin1(this.source, this.start, this.end)
    return this.text
  }

  /**
   * The entry of the only line named `name`; 0 where there is none, {@link SEVERAL} where there are more.
   */
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
    const { source } = this
    const fold = FOLD
    const start = this.at(n, Entry.NAME_START)
    if (this.at(n, Entry.NAME_END) - start !== name.length) return false
    for (let i = 0, p = this.start + start; i < name.length; i++, p++) {
      // Beyond FOLD's range the right side is undefined, which no byte is.
      if (fold[source[p] as number] !== fold[name.charCodeAt(i)]) return false
    }
    return true
  }

  /** Whether field line `n` goes on over another line, be it of whitespace only. */
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
    return this.source.subarray(this.start, this.end)
  }

  /** Where in `source` the section ends. @throws HttpError where the source has been taken away. */
  private get end(): number {
    this.requireSource()
    return this.start + this.length
  }

  /** @throws HttpError `WRONG_STATE` if the caller has transferred or resized the chunk. */
  requireSource(): void {
    if (this.source.length < this.start + this.length) throw stateError(this.offset, CHUNK_LOST)
  }
}
