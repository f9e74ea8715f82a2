/**
 * The input of a parser: the pushed chunks that are still unread, and the carry.
 *
 * Chunks are kept by reference: the current one and a queue of the following ones. If a chunk ends in
 * the middle of a section or chunk line, the carry gets a copy of its beginning, and then as many bytes
 * of the following chunks as complete it. Only a plain head in two chunks is not copied
 * (`two-pieces.ts`). Offsets count from the first byte ever pushed.
 */

import { stateError } from '../errors.ts'
import { allocateBytes, EMPTY_BYTES, joinBytes, setBytes } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import { makeView, Views } from '../grammar/views.ts'
import { Fifo } from '../message/fifo.ts'
import { inLap, LAP, lapsIn } from '../message/laps.ts'
import { MAX_PIECES } from '../message/two-pieces.ts'
import { CHUNK_LOST } from '../message/wire-section.ts'
import { takeSample } from './sample.ts'
import { CHANGING, loadWindow, nextId } from './window.ts'

/** The most bytes added to the carry at a time; a larger carry at most doubles. */
const SLICE = 1_024

/** Fewer bytes than this are copied faster by a loop, which also finds line ends, than by `set`. */
const FEW = 16

/**
 * An unfinished line is not rescanned below this length, unless its end or a limit comes first: if input
 * arrives byte by byte, each rescan would gain one byte.
 */
const SHORT_LINE = 32

/** The smallest capacity of a carry, in bytes. */
const SMALL_CARRY = 256

/** A chunk of fewer bytes is copied to the carry. */
const MIN_BORROWED = 64

/** A queued chunk, and its length when it was pushed. */
interface Waiting {
  readonly chunk: Uint8Array
  readonly length: number
}

export abstract class Input {
  /** @internal The current chunk, which is unread from `position` on. */
  protected chunk: Uint8Array = EMPTY_BYTES
  /** @internal */
  protected position = 0
  /**
   * @internal The chunk's length. Reading `chunk.length` each time makes a small GET a tenth slower: it
   * may exceed the integers that V8 computes with fastest.
   */
  protected end = 0
  /**
   * Makes views of the chunk, from the second one on; `null` after the first: for a single view it costs
   * more than it saves.
   */
  private views: Views | null | undefined = undefined
  /** @internal The number that identifies the chunk to the window. */
  protected chunkId = CHANGING
  /** @internal The offset of the chunk's first byte, in laps and bytes. */
  protected laps = 0
  /** @internal */
  protected base = 0
  /** The following chunks; `undefined` until one has to wait. */
  private queue: Fifo<Waiting> | undefined = undefined

  /** @internal The carry, of which the first `carried` bytes are in use. */
  protected carry: Uint8Array = EMPTY_BYTES
  /** @internal */
  protected carried = 0
  /** @internal Whether the carry is a pushed chunk, not a copy. It is full then, so it is never written to. */
  protected isBorrowed = false
  /** The {@link takeSample} of that chunk when it was read. */
  private sample = 0
  /** The size at which the carry is rescanned even without a line end; at most its capacity and one. */
  private look = 0

  /** Bytes read so far: where in the stream the next event begins. */
  get offset(): number {
    return this.chunkOffset + this.position - this.carried
  }

  /** @internal The offset of the chunk's first byte. */
  protected get chunkOffset(): number {
    return this.laps * LAP + this.base
  }

  /** @internal Whether every pushed byte has been read or is in the carry. */
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
   * Adds a few bytes to the carry without scanning them, if they cannot complete anything. Returns whether
   * it did. A request that arrives byte by byte takes a third less time; a single byte needs no loop, which
   * saves another 7 %.
   */
  private absorb(chunk: Uint8Array, length: number): boolean {
    const { carry, carried } = this
    const after = carried + length
    if (after >= this.look) return false
    if (length === 1) {
      const byte = chunk[0] as number
      if (byte === Byte.LF) return false
      carry[carried] = byte
    } else if (copyFew(chunk, 0, carry, carried, length)) return false
    this.carried = after
    // As if they had been a chunk that was read into the carry and released.
    this.base += length
    if (this.base >= LAP) this.moveTo(this.chunkOffset)
    return true
  }

  /** @internal @throws HttpError if the current chunk was detached or resized since it was pushed. */
  protected requireChunk(): void {
    // With `| 0`, since a length may exceed 32 bits, and V8 would compare floating-point numbers.
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

  /** @internal Releases the current chunk, which counts as read. */
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

  /** @internal Reads the next `length` bytes of the chunk: returns a view, or the chunk itself. */
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

  /** @internal Moves to the next chunk. Returns false if there is none. */
  protected nextChunk(): boolean {
    if (this.queue !== undefined) return this.shiftQueue(this.queue)
    if (this.end > 0) this.releaseChunk()
    return false
  }

  // Separate, since chunks rarely wait: the common path is then inlined, and a head that arrives byte by
  // byte takes a sixth less time.
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

  /** @internal Reads all bytes that are left: returns a view if they are in one piece, else a copy. */
  protected takeAll(): Uint8Array {
    this.showBorrowed()
    const parts: Uint8Array[] = []
    if (this.carried > 0) parts.push(this.carry.subarray(0, this.carried))
    this.requireChunk()
    do {
      if (this.position < this.end) parts.push(this.chunk.subarray(this.position))
    } while (this.nextChunk())
    this.dropCarry()
    return joinBytes(parts)
  }

  /** @internal Releases all input, and sets the offset to `offset`. */
  protected drop(offset: number): void {
    this.releaseChunk()
    this.moveTo(offset)
    this.queue = undefined
    this.dropCarry()
  }

  /** @internal Begins a carry with the bytes of the chunk from `start` on. */
  protected carryOver(start: number): void {
    const length = this.end - start
    this.carry = allocateBytes(Math.max(SMALL_CARRY, 2 * length))
    setBytes(this.carry, start === 0 ? this.chunk : this.chunk.subarray(start))
    this.carried = length
    this.look = 0
    this.position = this.end
  }

  /**
   * @internal Begins a carry for a head that is plain so far, and is in the window. If the chunk contains
   * nothing else, it becomes the carry itself. A short one is copied: that is cheap, and more may follow.
   */
  protected carryHead(start: number): void {
    const { chunk, end } = this
    if (start > 0 || end < MIN_BORROWED || end >= MAX_PIECES) {
      this.carryOver(start)
      return
    }
    this.carry = chunk
    this.carried = end
    this.isBorrowed = true
    this.sample = takeSample()
    this.look = 0
    this.position = end
  }

  /**
   * @internal Loads the carry if it is a chunk. Detects callers that read into the same buffer again without
   * `copy: true`; it does not compare all bytes.
   *
   * @throws HttpError if the chunk was detached, resized or overwritten since it was pushed.
   */
  protected showBorrowed(): void {
    if (!this.isBorrowed) return
    const { carry, carried } = this
    const hasLength = (carry.length | 0) === carried
    if (hasLength) loadWindow(carry, CHANGING, 0, carried, carried)
    if (!hasLength || takeSample() !== this.sample) throw stateError(this.offset, CHUNK_LOST)
  }

  /** @internal Adds bytes of the chunk to the carry. Returns whether the carry is worth a rescan. */
  protected gather(): boolean {
    const { chunk, position, end, carried } = this
    const length = Math.min(end - position, Math.max(SLICE, carried))
    this.position += length
    this.carried += length
    if (this.carried > this.carry.length) {
      const larger = allocateBytes(2 * this.carried)
      setBytes(larger, this.carry)
      this.carry = larger
      this.isBorrowed = false
    }
    let lineEnd: boolean
    if (length < FEW) lineEnd = copyFew(chunk, position, this.carry, carried, length)
    else {
      // A view costs as much as copying 4 kB.
      const whole = length === end
      const added = whole ? chunk : chunk.subarray(position, this.position)
      this.carry.set(added, carried)
      // A head usually ends with the bytes added: testing the last one avoids a search of 20 ns or more.
      lineEnd = added[length - 1] === Byte.LF || added.includes(Byte.LF)
    }
    return lineEnd || this.carried >= this.look
  }

  /**
   * @internal Sets the size at which the unfinished line at `lineStart` of the carry is rescanned even
   * without a line end: when it has doubled, which keeps the work linear, but not below
   * {@link SHORT_LINE} bytes; or earlier, when it passes `limit` bytes.
   */
  protected planLook(lineStart: number, limit: number): void {
    const length = this.carried - lineStart
    // A line of `limit` bytes that a CR follows has not passed the limit yet.
    const beyond = limit + 2
    const doubled = Math.max(2 * length, SHORT_LINE)
    const look = lineStart + (length < beyond ? Math.min(doubled, beyond) : doubled)
    this.look = Math.min(look, this.carry.length + 1)
  }

  /** @internal Drops the carry, and returns its bytes after `end` to the chunk. */
  protected giveBack(end: number): void {
    this.position -= this.carried - end
    this.dropCarry()
  }

  /** @internal */
  protected dropCarry(): void {
    this.carry = EMPTY_BYTES
    this.carried = 0
    this.look = 0
    this.isBorrowed = false
  }
}

/** Copies `length` bytes, fewer than {@link FEW}. Returns whether one of them is an LF. */
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
