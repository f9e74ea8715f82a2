/**
 * The base of both serializers: events in, chunks of bytes out. It mirrors the parser's state machine.
 *
 * A head is written into the output buffer and then judged by the parser's own rules. The same code
 * thus decides where received and sent messages end, and a head that breaks a rule is refused before
 * any byte of it leaves. A call that throws has changed nothing.
 *
 * Content is passed on by reference. Start-lines and the rules for heads are left to the subclasses.
 */

import { show } from '../checks.ts'
import { HttpError, localError, stateError } from '../errors.ts'
import { EMPTY_BYTES } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { checkTrailers } from '../message/control-fields.ts'
import { NameLengths } from '../message/control-names.ts'
import type { Fields, FieldsInit } from '../message/fields.ts'
import type {
  ChunkInit,
  ContentInit,
  DataInit,
  EndInit,
  RequestHeadInit,
  ResponseHeadInit,
} from '../message/init.ts'
import { Fact, Frame, type Judgement } from '../message/judgement.ts'
import { ParsedHead } from '../message/parsed-head.ts'
import { WireSection } from '../message/wire-section.ts'
import { refuseAnomalies } from './anomalies.ts'
import { contentBytes } from './content.ts'
import { asFields, parsedSection, requireHead, UNKNOWN_LENGTH, unfolded } from './head-init.ts'
import type { SerializerRules } from './options.ts'
import { output, startOutput, takeOut } from './output.ts'
import { findHeaderOnly } from './trailers.ts'
import { writeChunkLine } from './write-chunk-line.ts'
import { lengthOfFields, writeFields } from './write-fields.ts'
import { writeLineEnd } from './write-text.ts'

/** The part of a message that comes next. The states between HEAD and SWITCHING are inside a message. */
const enum State {
  HEAD,
  NO_CONTENT,
  /** Content with `remaining` bytes to come. */
  LENGTH_DATA,
  CLOSE_DATA,
  CHUNK_LINE,
  /** Chunk data with `remaining` bytes to come. */
  CHUNK_DATA,
  TRAILERS,
  /** Another protocol may follow. */
  SWITCHING,
  /** The last message ends with the connection, so none can follow. */
  CLOSED,
}

/** The state as named in `WRONG_STATE` errors. */
const PARTS: Record<State, string> = {
  [State.HEAD]: 'before a head',
  [State.NO_CONTENT]: 'before the end of a message without content',
  [State.LENGTH_DATA]: 'in a body with Content-Length',
  [State.CLOSE_DATA]: 'in a body that ends with the connection',
  [State.CHUNK_LINE]: 'in a chunked body',
  [State.CHUNK_DATA]: 'in a chunk',
  [State.TRAILERS]: 'after the last chunk',
  [State.SWITCHING]: 'while switching protocols',
  [State.CLOSED]: 'after a body that ends with the connection',
}

/** Bytes in a last chunk without extensions: `"0" CRLF`. */
const LAST_CHUNK_LENGTH = 3

/** What both serializers share; see {@link RequestSerializer} and {@link ResponseSerializer}. */
export abstract class MessageSerializer<HeadInit extends RequestHeadInit | ResponseHeadInit> {
  /** @internal */
  protected readonly rules: SerializerRules
  private readonly kind: MessageKind
  private state = State.HEAD
  /** Bytes of the current content or chunk that are to come. */
  private remaining = 0
  /** Bits of {@link Fact} for the last head written. */
  private facts = Fact.KEEP_ALIVE as number
  /** Whether the message must not have content although its framing allows it. */
  private contentForbidden = false
  private written = 0

  /** @internal */
  constructor(kind: MessageKind, rules: SerializerRules) {
    this.kind = kind
    this.rules = rules
  }

  /** @internal Writes a head into the output in canonical form; `length` is that of `writeHead`. */
  protected abstract encode(init: HeadInit, length: number): WireSection

  /** @internal Judges the section as the parser would. */
  protected abstract judge(section: WireSection): Judgement

  /** @internal Whether the message must not have content although its framing allows it. */
  protected abstract forbidsContent(judged: Judgement, section: WireSection): boolean

  /** @internal Called when a message is complete, with the facts of its head. */
  protected noteEnd(_facts: number): void {}

  /**
   * Serializes one event. Send the returned chunks in order, best with `writev`; there may be none.
   * Content is not copied: the caller's own view is returned, and must not change until it is sent.
   *
   * The parser's events can be written as they are. Without `chunk` events, each `data` event of a
   * chunked message becomes a chunk.
   *
   * @throws HttpError (`side: 'local'`) for a message that a strict parser would refuse, for content
   *   or trailers that do not fit the framing, and (`WRONG_STATE`) for an event that is out of order.
   *   Nothing has been written then, and another event can be.
   * @throws TypeError for a value of the wrong type, naming it.
   */
  write(event: HeadInit | DataInit | ChunkInit | EndInit): Uint8Array[] {
    if (typeof event !== 'object' || event === null) {
      throw new TypeError(`write takes an event, not ${show(event)}`)
    }
    const { type } = event
    const chunks: Uint8Array[] = []
    if (type === 'data') this.writeData(chunks, event.bytes)
    else if (type === 'end') this.writeEnd(chunks, event.trailers)
    else if (type === 'chunk') this.writeChunk(chunks, event)
    else {
      requireHead(event, this.kind)
      chunks.push(this.writeHead(event, UNKNOWN_LENGTH))
    }
    return chunks
  }

  /**
   * @internal Serializes a whole message. A head that needs a framing field and has none is given
   * Content-Length. If this throws, even for the trailers, nothing has changed.
   */
  writeMessage(
    head: HeadInit,
    body: ContentInit | undefined,
    trailers: FieldsInit | undefined,
  ): Uint8Array[] {
    const bytes = body === undefined ? EMPTY_BYTES : contentBytes(body)
    const fields = asFields(trailers)
    const { written } = this
    const chunks = [this.writeHead(head, bytes.length)]
    try {
      this.writeData(chunks, bytes)
      this.writeEnd(chunks, fields)
    } catch (error) {
      this.state = State.HEAD
      this.written = written
      throw error
    }
    return chunks
  }

  /** Bytes written so far: the offset in the stream at which the next event begins. */
  get offset(): number {
    return this.written
  }

  /** @internal Whether the last head written allows another message to follow. */
  get keepAlive(): boolean {
    return (this.facts & Fact.KEEP_ALIVE) !== 0
  }

  /** @internal Whether that message offers or makes a switch of protocols. */
  get upgrades(): boolean {
    return (this.facts & Fact.UPGRADES) !== 0
  }

  /** @internal Whether that message may have content. */
  get framed(): boolean {
    return (this.facts & Fact.FRAME) !== Frame.NONE
  }

  /**
   * Whether HTTP may end with the last message: a request that offered a switch of protocols, or a
   * response that made one. No further message can be written until {@link resume}.
   */
  get switching(): boolean {
    return this.state === State.SWITCHING
  }

  /**
   * Continues in HTTP after a declined switch of protocols.
   *
   * @throws HttpError `WRONG_STATE` if the serializer is not switching.
   */
  resume(): this {
    if (!this.switching) throw stateError(this.offset, 'resume() while not switching')
    this.state = State.HEAD
    return this
  }

  /** @internal Serializes a head; `length` is that of the content, or `UNKNOWN_LENGTH`. */
  writeHead(init: HeadInit, length: number): Uint8Array {
    const parsed =
      this.rules.verbatim && init instanceof ParsedHead && init.headers.lines === undefined
    try {
      const section = parsed ? parsedSection(init, this.offset) : this.encode(init, length)
      // Checked only now: the caller's getters, which have just run, may have used this serializer.
      if (this.state !== State.HEAD) this.refuseEvent('a head')
      const judged = this.judge(section)
      if (!this.rules.allowAnomalies) refuseAnomalies(section)
      const barren = this.forbidsContent(judged, section)
      if (barren && judged.contentLength > 0)
        throw localError('CONTENT_NOT_ALLOWED', section.offset)
      const bytes = parsed ? section.bytes : takeOut(section.length)
      this.contentForbidden = barren
      this.begin(judged)
      this.written += bytes.length
      return bytes
    } catch (error) {
      throw error instanceof HttpError ? error.asLocal() : error
    }
  }

  private emit(chunks: Uint8Array[], bytes: Uint8Array): void {
    chunks.push(bytes)
    this.written += bytes.length
  }

  private begin({ facts, contentLength }: Judgement): void {
    this.facts = facts
    switch (facts & Fact.FRAME) {
      case Frame.NONE:
        this.state = State.NO_CONTENT
        break
      case Frame.LENGTH:
        this.state = State.LENGTH_DATA
        this.remaining = contentLength
        break
      case Frame.CHUNKED:
        this.state = State.CHUNK_LINE
        break
      case Frame.UNTIL_CLOSE:
        this.state = State.CLOSE_DATA
        break
    }
  }

  /** @internal Serializes content. */
  writeData(chunks: Uint8Array[], content: ContentInit): void {
    const bytes = contentBytes(content)
    const { length } = bytes
    const inMessage = this.state !== State.HEAD && this.state < State.SWITCHING
    if (length === 0 && inMessage) return
    if (this.contentForbidden && inMessage) throw localError('CONTENT_NOT_ALLOWED', this.offset)
    switch (this.state) {
      case State.NO_CONTENT:
        throw localError('CONTENT_NOT_ALLOWED', this.offset)
      case State.LENGTH_DATA:
      case State.CHUNK_DATA:
        this.writeCounted(chunks, bytes)
        break
      case State.CLOSE_DATA:
        this.emit(chunks, bytes)
        break
      case State.CHUNK_LINE:
        this.emit(chunks, takeOut(writeChunkLine(length, this.offset)))
        this.emit(chunks, bytes)
        this.emit(chunks, lineEnd())
        break
      default:
        this.refuseEvent('data')
    }
  }

  /** Writes at most `remaining` bytes of content or chunk data. */
  private writeCounted(chunks: Uint8Array[], bytes: Uint8Array): void {
    const { length } = bytes
    if (length > this.remaining) {
      const detail = `${length} bytes, but only ${this.remaining} are left`
      throw localError(this.mismatch, this.offset, detail)
    }
    this.remaining -= length
    this.emit(chunks, bytes)
    if (this.state === State.CHUNK_DATA && this.remaining === 0) {
      this.state = State.CHUNK_LINE
      this.emit(chunks, lineEnd())
    }
  }

  private get mismatch(): 'CHUNK_SIZE_MISMATCH' | 'CONTENT_LENGTH_MISMATCH' {
    return this.state === State.CHUNK_DATA ? 'CHUNK_SIZE_MISMATCH' : 'CONTENT_LENGTH_MISMATCH'
  }

  private writeChunk(chunks: Uint8Array[], { size, extensions }: ChunkInit): void {
    const end = writeChunkLine(size, this.offset, extensions)
    // Checked only now, as in `writeHead`.
    if (this.state !== State.CHUNK_LINE) this.refuseEvent('a chunk')
    if (this.contentForbidden && size > 0) throw localError('CONTENT_NOT_ALLOWED', this.offset)
    this.remaining = size
    this.state = size === 0 ? State.TRAILERS : State.CHUNK_DATA
    this.emit(chunks, takeOut(end))
  }

  /** @internal Serializes the end of a message. */
  writeEnd(chunks: Uint8Array[], init: FieldsInit | undefined): void {
    const trailers = unfolded(asFields(init))
    switch (this.state) {
      case State.CHUNK_LINE:
      case State.TRAILERS:
        this.emit(chunks, this.writeTrailers(trailers))
        break
      case State.LENGTH_DATA:
      case State.CHUNK_DATA:
        if (this.remaining > 0) {
          throw localError(this.mismatch, this.offset, `${this.remaining} bytes are missing`)
        }
        this.refuseTrailers(trailers)
        break
      case State.NO_CONTENT:
      case State.CLOSE_DATA:
        this.refuseTrailers(trailers)
        break
      default:
        this.refuseEvent('an end')
    }
    this.noteEnd(this.facts)
    if (this.state === State.CLOSE_DATA) this.state = State.CLOSED
    else this.state = this.upgrades ? State.SWITCHING : State.HEAD
  }

  private refuseTrailers({ size }: Fields): void {
    if (size > 0) throw localError('TRAILERS_NOT_ALLOWED', this.offset)
  }

  /** Writes the last chunk, unless it has been written, and the trailer section. */
  private writeTrailers(trailers: Fields): Uint8Array {
    const headerOnly = findHeaderOnly(trailers)
    if (headerOnly !== undefined) {
      throw localError('FORBIDDEN_TRAILER', this.offset, `${show(headerOnly)} is for headers only`)
    }
    startOutput(LAST_CHUNK_LENGTH + lengthOfFields(trailers))
    let start = 0
    if (this.state === State.CHUNK_LINE) {
      output.bytes[0] = Byte.ZERO
      start = writeLineEnd(1)
    }
    const section = new WireSection().beginAt(output.bytes, start, this.offset + start)
    const end = writeFields(section, start, trailers, NameLengths.TRAILERS)
    try {
      checkTrailers(section, this.kind)
    } catch (error) {
      throw error instanceof HttpError ? error.asLocal() : error
    }
    return takeOut(end)
  }

  private refuseEvent(what: string): never {
    throw stateError(this.offset, `${what} ${PARTS[this.state]}`)
  }
}

function lineEnd(): Uint8Array {
  startOutput(2)
  return takeOut(writeLineEnd(0))
}
