/**
 * The input of a parser: the chunks that were pushed and not read, and the carry.
 *
 * Chunks are kept by reference, one at hand and a queue after it. The carry holds a copy of what
 * a chunk cut in the middle (of a section or a chunk line): the bytes so far, and as many of the
 * following chunks as are needed to complete it. All offsets are counted from the first byte ever
 * pushed.
 */

import { stateError } from '../errors.ts'
import { allocateBytes, EMPTY_BYTES, joinBytes, setBytes } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import { makeView, Views } from '../grammar/views.ts'
import { Fifo } from '../message/fifo.ts'
import { inLap, LAP, lapsIn } from '../message/laps.ts'
import { CHUNK_LOST } from '../message/wire-section.ts'
import { CHANGING, nextId } from './window.ts'

/** Bytes that are added to the carry at a time, at most, unless it is larger itself. */
const SLICE = 1_024

/** Bytes below which a loop copies faster than `set`, and looks for line ends on the way. */
const FEW = 16

/** An unfinished line shorter than this is not rescanned until its end comes: byte by byte, each rescan would gain one byte. */
const SHORT_LINE = 32

/** Bytes that a carry has room for at least. */
const SMALL_CARRY = 256

/** A chunk that waits, and its length when it was pushed. */
interface Waiting {
  readonly chunk: Uint8Array
  readonly length: number
}

export abstract class Input {
  /** @internal The chunk at hand, to be read from `position` on. */
  protected chunk: Uint8Array = EMPTY_BYTES
  /** @internal */
  protected position = 0
  /**
   * @internal The chunk's length. To ask the chunk each time costs a small GET a tenth: a length may
   * be larger than what V8 computes with fastest.
   */
  protected end = 0
  /**
   * Makes views of the chunk, from the second on; `null` after the first: to keep it costs more than it
   * saves one view.
   */
  private views: Views | null | undefined = undefined
  /** @internal What the window knows the chunk by. */
  protected chunkId = CHANGING
  /** @internal The offset of the chunk's first byte, in laps and bytes. */
  protected laps = 0
  /** @internal */
  protected base = 0
  /** Chunks after it, if any ever had to wait. */
  private queue: Fifo<Waiting> | undefined = undefined

  /** @internal What was cut, in the first `carried` bytes. */
  protected carry: Uint8Array = EMPTY_BYTES
  /** @internal */
  protected carried = 0
  /** The size of the carry at which it is scanned again, line end or not. */
  private look = 0

  /** Bytes read so far: where in the stream the next event begins. */
  get offset(): number {
    return this.chunkOffset + this.position - this.carried
  }

  /** @internal The offset of the chunk's first byte. */
  protected get chunkOffset(): number {
    return this.laps * LAP + this.base
  }

  /** @internal Whether all that was pushed is in the carry, or read. */
  get isDrained(): boolean {
    return this.position >= this.end && this.queue?.peek() === undefined
  }

  /** @internal Whether the carry holds a CR and nothing else. */
  protected get isLoneCr(): boolean {
    return this.carried === 1 && this.carry[0] === Byte.CR
  }

  /** @internal */
  protected addChunk(chunk: Uint8Array, length: number): void {
    if (this.position < this.end || this.queue?.peek() !== undefined) {
      this.queue ??= new Fifo()
      this.queue.push({ chunk, length })
    } else if (length >= FEW || !this.absorb(chunk, length)) this.startChunk(chunk, length)
  }

  /**
   * Adds a few bytes to the carry without a look, if they surely complete nothing. Tells whether it did.
   * A request that comes byte by byte takes a third less.
   */
  private absorb(chunk: Uint8Array, length: number): boolean {
    const { carry, carried } = this
    const after = carried + length
    if (after >= this.look || after > carry.length) return false
    if (copyFew(chunk, 0, carry, carried, length)) return false
    this.carried = after
    // They count as read.
    this.base += length
    if (this.base >= LAP) this.moveTo(this.chunkOffset)
    return true
  }

  /** @internal @throws HttpError where the chunk at hand is no longer what was pushed. */
  protected requireChunk(): void {
    // As integers: a length may be larger than those are, and V8 would compare floating point.
    if (this.position < this.end && (this.chunk.length | 0) !== (this.end | 0)) {
      throw stateError(this.offset, CHUNK_LOST)
    }
  }

  private startChunk(chunk: Uint8Array, length: number): void {
    this.releaseChunk()
    this.chunk = chunk
    this.end = length
    this.chunkId = nextId()
  }

  /** @internal Lets go of the chunk at hand, which is read. */
  protected releaseChunk(): void {
    this.base += this.end
    if (this.base >= LAP) this.moveTo(this.chunkOffset)
    this.end = 0
    this.chunk = EMPTY_BYTES
    this.views = undefined
    this.position = 0
  }

  private moveTo(offset: number): void {
    this.laps = lapsIn(offset)
    this.base = inLap(offset)
  }

  /** @internal Takes the next `length` bytes of the chunk: a view, or the chunk itself. */
  protected takeView(length: number): Uint8Array {
    const start = this.position
    this.position += length
    if (length === this.end) return this.chunk
    if (this.views === undefined) {
      this.views = null
      return makeView(this.chunk, start, this.position)
    }
    this.views ??= new Views(this.chunk)
    return this.views.make(start, this.position)
  }

  /** @internal Goes to the next chunk. False where there is none. */
  protected nextChunk(): boolean {
    if (this.queue !== undefined) return this.shiftQueue(this.queue)
    if (this.end > 0) this.releaseChunk()
    return false
  }

  // Apart, as few chunks wait: what is always done is then inlined, and a head that comes byte by byte takes a
  // sixth less.
  private shiftQueue(queue: Fifo<Waiting>): boolean {
    const next = queue.shift()
    if (next === undefined) {
      this.releaseChunk()
      return false
    }
    this.startChunk(next.chunk, next.length)
    this.requireChunk()
    return true
  }

  /** @internal Takes everything that is left: a view where it is in one piece, else a copy. */
  protected takeAll(): Uint8Array {
    const parts: Uint8Array[] = []
    if (this.carried > 0) parts.push(this.carry.subarray(0, this.carried))
    this.requireChunk()
    do {
      if (this.position < this.end) parts.push(this.chunk.subarray(this.position))
    } while (this.nextChunk())
    this.dropCarry()
    return joinBytes(parts)
  }

  /** @internal Lets go of everything: the input ends at `offset`. */
  protected drop(offset: number): void {
    this.releaseChunk()
    this.moveTo(offset)
    this.queue = undefined
    this.dropCarry()
  }

  /** @internal Begins a carry with the chunk from `start` on. */
  protected carryOver(start: number): void {
    const length = this.end - start
    this.carry = allocateBytes(Math.max(SMALL_CARRY, 2 * length))
    setBytes(this.carry, start === 0 ? this.chunk : this.chunk.subarray(start))
    this.carried = length
    this.look = 0
    this.position = this.end
  }

  /** @internal Adds bytes of the chunk to the carry. Tells whether it is worth a look now. */
  protected gather(): boolean {
    const { chunk, position, end, carried } = this
    const length = Math.min(end - position, Math.max(SLICE, carried))
    this.position += length
    this.carried += length
    if (this.carried > this.carry.length) {
      const larger = allocateBytes(2 * this.carried)
      setBytes(larger, this.carry)
      this.carry = larger
    }
    let lineEnd: boolean
    if (length < FEW) lineEnd = copyFew(chunk, position, this.carry, carried, length)
    else {
      // A view costs as much as copying 4 kB.
      const whole = length === end
      const added = whole ? chunk : chunk.subarray(position, this.position)
      this.carry.set(added, carried)
      // Where it is the end of a head, its last byte tells: looking for the first one costs 20 ns and more.
      lineEnd = added[length - 1] === Byte.LF || added.includes(Byte.LF)
    }
    return lineEnd || this.carried >= this.look
  }

  /**
   * @internal Says when the unfinished line at `lineStart` of the carry is worth another look if no
   * line end comes: when it has doubled, which keeps the work linear, but not before it is as long as
   * most lines; or earlier, when it passes `limit` bytes.
   */
  protected planLook(lineStart: number, limit: number): void {
    const length = this.carried - lineStart
    // A line that ends in CR at its limit has not passed it yet.
    const beyond = limit + 2
    const doubled = Math.max(2 * length, SHORT_LINE)
    this.look = lineStart + (length < beyond ? Math.min(doubled, beyond) : doubled)
  }

  /** @internal Leaves the carry: what is after `end` in it is the chunk's again. */
  protected giveBack(end: number): void {
    this.position -= this.carried - end
    this.dropCarry()
  }

  /** @internal */
  protected dropCarry(): void {
    this.carry = EMPTY_BYTES
    this.carried = 0
  }
}

/** Copies `length` bytes, less than {@link FEW}. Tells whether a line ends among them. */
function copyFew(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  to: number,
  length: number,
): boolean {
  let lineEnd = false
  for (let i = 0; i < length; i++) {
    const byte = source[from + i] as number
    target[to + i] = byte
    if (byte === Byte.LF) lineEnd = true
  }
  return lineEnd
}
