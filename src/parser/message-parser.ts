/**
 * The parser for both roles, a pull state machine: chunks go in, events come out.
 *
 * `push` only stores a reference or a copy. All work is done in `read`, so a caller that does not read
 * holds the input back.
 *
 * A parser is one object in five layers, a class and a file for each, since all of them move the same position
 * in the same chunk:
 *
 *     Input            the chunks and the carry; the offset
 *     SectionReader    heads and trailer sections that arrive in any pieces; their limits
 *     BodyReader       content and the chunked coding; the state
 *     MessageParser    the public methods and the events; the choice between plain and any head
 *     RequestParser, ResponseParser    start-lines, heads, and the method that a response answers
 */

import { show } from '../checks.ts'
import { HttpError, protocolError, stateError } from '../errors.ts'
import { copyBytes, EMPTY_BYTES, isBytes } from '../grammar/byte-arrays.ts'
import { type Chunk, type Data, type End, iterateEvents, ParsedEnd } from '../message/events.ts'
import type { RequestHead, ResponseHead } from '../message/heads.ts'
import { Fact, judgement } from '../message/judgement.ts'
import type { ParsedHead } from '../message/parsed-head.ts'
import { TwoPieces } from '../message/two-pieces.ts'
import { CHUNK_LOST, type WireSection } from '../message/wire-section.ts'
import { BodyReader } from './body-reader.ts'
import type { Rules } from './options.ts'
import { type CutFields, reopenCutFields, saveCutFields } from './plain-result.ts'
import { FIRST_LOOK } from './section-reader.ts'
import { PARTS, State } from './state.ts'

/** The common base of {@link RequestParser} and {@link ResponseParser}. */
export abstract class MessageParser<Head extends RequestHead | ResponseHead>
  extends BodyReader
  implements Iterable<Head | Chunk | Data | End>
{
  private finished = false
  private error: HttpError | undefined = undefined
  /** The field lines already scanned of the plain head in the carry. */
  private cut: CutFields | undefined = undefined
  /** Whether the peer may switch protocols after the message being read. */
  private upgrades = false

  // Explicit for the same reason as in the body reader.
  /** @internal */
  constructor(rules: Rules) {
    super(rules)
  }

  /**
   * @internal Reads the head at `position` of `source`, which is in the window; `source` is empty if the head
   * is in two pieces. Continues after the lines in `cut`. Returns `undefined` if the head is not plain,
   * `null` if it is plain so far but incomplete.
   */
  protected abstract readPlain(
    source: Uint8Array,
    position: number,
    lapOffset: number,
    cut: CutFields | undefined,
  ): (Head & ParsedHead) | null | undefined

  /** @internal Judges a complete section and creates its head. */
  protected abstract makeHead(section: WireSection): Head & ParsedHead

  /**
   * Adds the next bytes of the stream, any number of them. They are not copied: they must not change
   * until they have been read, nor while a head or data view into them is in use. {@link offset} shows how
   * far the parser has read; a head is read when it is complete. With `copy: true` the chunk may change as
   * soon as this returns.
   *
   * @throws TypeError unless `chunk` is a `Uint8Array`; the parser's own error, if it has failed;
   *   `WRONG_STATE` after {@link finish}.
   */
  push(chunk: Uint8Array): this {
    if (!isBytes(chunk)) {
      throw new TypeError(`push takes a Uint8Array (or Buffer), not ${show(chunk)}`)
    }
    this.requireAlive()
    if (this.finished) throw stateError(this.offset, 'push() after finish()')
    const { length } = chunk
    if (length === 0) return this
    // Copied now, since the caller may reuse the chunk while its bytes wait for a response or a switch.
    this.addChunk(this.rules.copy ? copyBytes(chunk, 0, length) : chunk, length)
    return this
  }

  /**
   * Marks the end of the stream: once all input is read, {@link read} throws if a message was cut short.
   *
   * @throws HttpError the parser's own error, if it has failed.
   */
  finish(): this {
    this.requireAlive()
    this.finished = true
    return this
  }

  /**
   * Returns the next event, or `null` if more input is needed, if the input has ended between messages,
   * or while {@link switching}.
   *
   * @throws HttpError if the input breaks a rule; every later call throws the same error.
   */
  read(): Head | Chunk | Data | End | null {
    this.requireAlive()
    try {
      return this.readEvent()
    } catch (error) {
      if (error instanceof HttpError) this.die(error)
      throw error
    }
  }

  /** The events that can be read now. */
  [Symbol.iterator](): Iterator<Head | Chunk | Data | End> {
    return iterateEvents(this)
  }

  /**
   * Whether HTTP may end with the last message: a request that offers a switch of protocols, or a
   * response that makes one. The parser then pauses: {@link takeRest} returns the bytes that follow,
   * {@link resume} continues with HTTP.
   */
  get switching(): boolean {
    return this.state === State.SWITCHING
  }

  /**
   * Continues with HTTP when {@link switching}, because the switch was declined.
   *
   * @throws HttpError `WRONG_STATE` if the parser is not switching; the parser's own error, if it has
   *   failed.
   */
  resume(): this {
    this.requireAlive()
    if (!this.switching) throw stateError(this.offset, 'resume() while not switching')
    this.state = State.HEAD
    return this
  }

  /**
   * Returns the bytes that were pushed but not read: those after a switch of protocols, or after the
   * last message. They count as read; a parser that is {@link switching} remains so.
   *
   * @throws HttpError `WRONG_STATE` in the middle of a message; the parser's own error, if it has failed.
   */
  takeRest(): Uint8Array {
    this.requireAlive()
    if (!this.switching && this.state !== State.HEAD) {
      throw stateError(this.offset, `takeRest() ${PARTS[this.state]}`)
    }
    this.section = undefined
    this.cut = undefined
    this.takeSkippedAnomalies()
    return this.takeAll()
  }

  /** @internal Whether every pushed byte has been read and no further message has begun. */
  get isBetweenMessages(): boolean {
    if (this.state !== State.HEAD || !this.isDrained) return false
    // A lone CR is half of an empty line, and empty lines may precede a start-line.
    return this.carried === 0 ? this.section === undefined : this.isLoneCr
  }

  /** @internal Whether {@link finish} was called. */
  get isFinished(): boolean {
    return this.finished
  }

  /** @internal @throws HttpError the parser's own error, if it has failed. */
  protected requireAlive(): void {
    if (this.error !== undefined) throw this.error
  }

  private readEvent(): Head | Chunk | Data | End | null {
    this.requireChunk()
    for (;;) {
      if (this.state === State.END) return this.makeEnd()
      if (this.state === State.SWITCHING) return null
      if (this.position >= this.end && !this.nextChunk()) {
        return this.finished ? this.endOfInput() : null
      }
      const event = this.state === State.HEAD ? this.readHead() : this.readBody()
      if (event !== null) return event
    }
  }

  private readHead(): Head | null {
    const plain = this.mayBePlain ? this.readPlainHead() : undefined
    const head = plain === undefined ? this.readAnyHead() : plain
    if (head === null) return null
    if (this.rules.copy) head.detach()

    this.upgrades = (judgement.facts & Fact.UPGRADES) !== 0
    this.beginBody(head.section)
    return head
  }

  /**
   * Reads the head that begins here; returns `undefined` if it is not plain. If it is cut, the scan
   * continues when more input arrives, but only once.
   */
  private readPlainHead(): (Head & ParsedHead) | null | undefined {
    if (this.carried > 0) return this.readGatheredHead()
    for (let size = FIRST_LOOK; ; size *= 4) {
      const isAll = this.showChunk(size)
      const offset = this.base + this.position
      const head = this.readPlain(this.chunk, this.position, offset, undefined)
      if (head === null && !isAll) continue
      if (head === null) {
        this.cut = saveCutFields()
        this.carryHead(this.position)
      } else if (head !== undefined) this.position += head.section.length
      return head
    }
  }

  /** Reads the plain head that begins in the carry, if the current chunk completes it. */
  private readGatheredHead(): (Head & ParsedHead) | undefined {
    const cut = this.cut === undefined ? undefined : reopenCutFields(this.cut)
    this.cut = undefined
    const inTwo = this.showPieces()
    if (!inTwo && !this.showCarry()) return undefined
    const source = inTwo ? EMPTY_BYTES : this.carry
    const head = this.readPlain(source, 0, this.base + this.position - this.carried, cut)
    if (!head) {
      if (inTwo) this.gather()
      return undefined
    }
    if (inTwo) {
      // Only a caller that changed the first chunk can have made the head end in it.
      if (head.section.length <= this.carried) throw stateError(this.offset, CHUNK_LOST)
      head.section.pieces = new TwoPieces(this.carry, this.carried, this.chunk)
    }
    this.giveBack(head.section.length)
    return head
  }

  /** Begins or continues a head that is not plain; returns `null` while it is incomplete. */
  private readAnyHead(): (Head & ParsedHead) | null {
    const section = this.readSection(this.rules.headBound)
    if (section === undefined) return null
    section.anomalies |= this.takeSkippedAnomalies()
    return this.makeHead(section)
  }

  private makeEnd(): End {
    // Do not hold a chunk that is fully read: the caller may not read again until more input arrives.
    if (this.position >= this.end) this.releaseChunk()
    const end = new ParsedEnd(this.trailers)
    this.trailers = undefined
    this.state = this.upgrades ? State.SWITCHING : State.HEAD
    return end
  }

  /** Called once all input of a finished stream is read: ends a body or throws if a message is cut. */
  private endOfInput(): End | null {
    if (this.state === State.CLOSE_DATA) return this.makeEnd()
    if (this.carried === 0 && this.state === State.HEAD) return null
    this.showBorrowed()
    this.checkCut()
    const startLine = this.state === State.HEAD && this.section?.length === 0
    const part = startLine ? 'in a start-line' : PARTS[this.state]
    throw protocolError('TRUNCATED', this.chunkOffset, part)
  }

  /** Scans what the end of input cut, and throws if it is already invalid. */
  private checkCut(): void {
    const { headBound, trailerBound } = this.rules
    const isHead = this.state === State.HEAD
    if (this.section !== undefined) {
      this.checkCutSection(this.section, isHead ? headBound : trailerBound)
    } else if (isHead) this.readSection(headBound)
    else if (this.carried > 0) this.checkCutChunkLine()
  }

  /** Keeps the error, as that of a message of this kind, and releases everything else. */
  private die(error: HttpError): void {
    if (this.rules.kind === 'response') error.setResponse()
    this.error = error
    this.section = undefined
    this.cut = undefined
    this.drop(error.offset)
  }
}
