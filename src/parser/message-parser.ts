/**
 * The parser of both roles: chunks in, events out, one state machine that pulls.
 *
 * `push` keeps a reference, or a copy; all work is done in `read`, so a caller that does not read holds
 * the input back.
 *
 * Knows no kind of message: the start-line and the making of the head are the subclass's.
 */

import { show } from '../checks.ts'
import { HttpError, protocolError, stateError } from '../errors.ts'
import { copyBytes, isBytes } from '../grammar/byte-arrays.ts'
import { type Chunk, type Data, type End, iterateEvents, ParsedEnd } from '../message/events.ts'
import type { RequestHead, ResponseHead } from '../message/heads.ts'
import { Fact, judgement } from '../message/judgement.ts'
import type { ParsedHead } from '../message/parsed-head.ts'
import type { WireSection } from '../message/wire-section.ts'
import { BodyReader } from './body-reader.ts'
import type { Rules } from './options.ts'
import { FIRST_LOOK } from './section-reader.ts'
import { PARTS, State } from './state.ts'

/** What both parsers share; see {@link RequestParser} and {@link ResponseParser}. */
export abstract class MessageParser<Head extends RequestHead | ResponseHead>
  extends BodyReader
  implements Iterable<Head | Chunk | Data | End>
{
  private finished = false
  private error: HttpError | undefined = undefined
  /** Whether the peer may leave HTTP after the message that is being read. */
  private upgrades = false

  // Written out for the reason that the body reader's is.
  /** @internal */
  constructor(rules: Rules) {
    super(rules)
  }

  /**
   * @internal The head at `position` of `source`, which the window shows; `undefined` where it is not
   * plain, `null` where it is plain so far and its end has not come.
   */
  protected abstract readPlain(
    source: Uint8Array,
    position: number,
    lapOffset: number,
  ): (Head & ParsedHead) | null | undefined

  /** @internal Makes the head of a complete section, as it is judged. */
  protected abstract makeHead(section: WireSection): Head & ParsedHead

  /**
   * Hands over the next bytes of the stream, of any length. They are not copied and must not
   * change until they have been read, nor while a head or data view of theirs is in use, unless
   * the parser was made with `copy: true`: they may change as soon as this returns then.
   *
   * @throws TypeError unless `chunk` is a `Uint8Array`; the parser's own error, if it is dead;
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
    // What waits to be read, for a response or a switch, would be borrowed still.
    this.addChunk(this.rules.copy ? copyBytes(chunk, 0, length) : chunk, length)
    return this
  }

  /**
   * Says that the stream has ended: {@link read} then tells whether a message was cut short.
   *
   * @throws HttpError the parser's own error, if it is dead.
   */
  finish(): this {
    this.requireAlive()
    this.finished = true
    return this
  }

  /**
   * The next event, or `null` where more input is needed (or the input has ended between
   * messages, or {@link switching}).
   *
   * @throws HttpError for input that breaks a rule; from then on always the same one.
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
   * Whether the last message may be the last one in HTTP (a request that offers a switch of
   * protocols, a response that makes one). The parser then waits: {@link takeRest} hands over what
   * follows it, {@link resume} reads on.
   */
  get switching(): boolean {
    return this.state === State.SWITCHING
  }

  /**
   * Goes on with HTTP where {@link switching}: the switch was declined.
   *
   * @throws HttpError `WRONG_STATE` if the parser is not switching; the parser's own error, if it is
   *   dead.
   */
  resume(): this {
    this.requireAlive()
    if (!this.switching) throw stateError(this.offset, 'resume() while not switching')
    this.state = State.HEAD
    return this
  }

  /**
   * Takes back the bytes that were pushed and not read: what follows a switch of protocols, or the
   * last message. They count as read; a parser that is {@link switching} goes on switching.
   *
   * @throws HttpError `WRONG_STATE` in the middle of a message; the parser's own error, if it is dead.
   */
  takeRest(): Uint8Array {
    this.requireAlive()
    if (!this.switching && this.state !== State.HEAD) {
      throw stateError(this.offset, `takeRest() ${PARTS[this.state]}`)
    }
    this.section = undefined
    this.takeSkippedAnomalies()
    return this.takeAll()
  }

  /** @internal Whether all that was pushed has been read, and is no part of a next message. */
  get isBetweenMessages(): boolean {
    if (this.state !== State.HEAD || !this.isDrained) return false
    // A lone CR is half of an empty line, of which there may be some before a start-line.
    return this.carried === 0 ? this.section === undefined : this.isLoneCr
  }

  /** @internal Whether the end of the stream has been told. */
  get isFinished(): boolean {
    return this.finished
  }

  /** @internal @throws HttpError the parser's own error, if it is dead. */
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
   * The head that begins here; `undefined` where it is not plain. Of one that is cut the rest is waited
   * for once, and it is then read from its beginning again.
   */
  private readPlainHead(): (Head & ParsedHead) | null | undefined {
    if (this.carried > 0) return this.readGatheredHead()
    for (let size = FIRST_LOOK; ; size *= 4) {
      const isAll = this.showChunk(size)
      const head = this.readPlain(this.chunk, this.position, this.base + this.position)
      if (head === null && !isAll) continue
      if (head === null) this.carryOver(this.position)
      else if (head !== undefined) this.position += head.section.length
      return head
    }
  }

  private readGatheredHead(): (Head & ParsedHead) | undefined {
    if (!this.showCarry()) return undefined
    const head = this.readPlain(this.carry, 0, this.base + this.position - this.carried)
    if (head) this.giveBack(head.section.length)
    return head ?? undefined
  }

  /** The head that begins here, or goes on; `null` while it is incomplete. */
  private readAnyHead(): (Head & ParsedHead) | null {
    const { headBound } = this.rules
    const unread = this.carried > 0 && this.section === undefined
    const section = unread ? this.readCarry(headBound) : this.readSection(headBound)
    if (section === undefined) return null
    section.anomalies |= this.takeSkippedAnomalies()
    return this.makeHead(section)
  }

  private makeEnd(): End {
    // The caller may read on only when more has come: let go of a chunk that is read.
    if (this.position >= this.end) this.releaseChunk()
    const end = new ParsedEnd(this.trailers)
    this.trailers = undefined
    this.state = this.upgrades ? State.SWITCHING : State.HEAD
    return end
  }

  /** What there is to say once all input is read, and no more will come: how the stream ended. */
  private endOfInput(): End | null {
    if (this.state === State.CLOSE_DATA) return this.makeEnd()
    if (this.carried === 0 && this.state === State.HEAD) return null
    this.checkCut()
    const startLine = this.state === State.HEAD && this.section?.length === 0
    const part = startLine ? 'in a start-line' : PARTS[this.state]
    throw protocolError('TRUNCATED', this.chunkOffset, this.rules.kind, part)
  }

  /** Looks at what the end of input cut: what is wrong in it already is the error. */
  private checkCut(): void {
    if (this.state === State.HEAD && this.section === undefined)
      this.readCarry(this.rules.headBound)
    else if (this.section !== undefined) {
      const head = this.state === State.HEAD
      this.checkCutSection(this.section, head ? this.rules.headBound : this.rules.trailerBound)
    } else if (this.carried > 0) this.checkCutChunkLine()
  }

  /** Keeps the error and lets go of everything else. */
  private die(error: HttpError): void {
    this.error = error
    this.section = undefined
    this.drop(error.offset)
  }
}
