/**
 * The body of messages: content, chunk lines, and the end with its trailer section. Mirrors the parser's
 * `body-reader.ts`.
 *
 * Content is passed on by reference. Heads are written elsewhere; their judgement determines the framing.
 */

import { show } from '../checks.ts'
import { HttpError, localError, stateError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { checkTrailers } from '../message/control-fields.ts'
import { Controls } from '../message/control-names.ts'
import type { ChunkExtension } from '../message/events.ts'
import type { Fields } from '../message/fields.ts'
import { Fact, Frame, type Judgement } from '../message/judgement.ts'
import { WireSection } from '../message/wire-section.ts'
import type { BodyEvent } from './body-event.ts'
import { unfolded } from './head-init.ts'
import { output, startOutput, takeOut } from './output.ts'
import { PARTS, State } from './state.ts'
import { findHeaderOnly } from './trailers.ts'
import { writeChunkLine } from './write-chunk-line.ts'
import { lengthOfFields, writeFields } from './write-fields.ts'
import { writeLineEnd } from './write-text.ts'

/** Bytes in a last chunk without extensions: `"0" CRLF`. */
const LAST_CHUNK_LENGTH = 3

export abstract class BodyWriter {
  /** @internal */
  protected readonly kind: MessageKind
  /** @internal */
  protected state = State.HEAD
  /** Bytes of the current content or chunk that are to come. */
  private remaining = 0
  /** @internal Bits of {@link Fact} for the last head written. */
  protected facts = Fact.KEEP_ALIVE as number
  /** Whether the message must not have content although its framing allows it. */
  private contentForbidden = false
  /** @internal */
  protected written = 0

  /** @internal */
  constructor(kind: MessageKind) {
    this.kind = kind
  }

  /** @internal Called when a message is complete, with the facts of its head. */
  protected noteEnd(_facts: number): void {}

  /** Bytes written so far: the offset in the stream at which the next event begins. */
  get offset(): number {
    return this.written
  }

  private emit(chunks: Uint8Array[], bytes: Uint8Array): void {
    chunks.push(bytes)
    this.written += bytes.length
  }

  /** @internal Begins the body of the message whose head has just been written. */
  protected beginBody({ facts, contentLength }: Judgement, contentForbidden: boolean): void {
    this.facts = facts
    this.contentForbidden = contentForbidden
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

  /** @internal Serializes an event of the body. */
  writeBody(event: BodyEvent): Uint8Array[] {
    const chunks: Uint8Array[] = []
    if (event.type === 'data') this.writeData(chunks, event.bytes)
    else if (event.type === 'end') this.writeEnd(chunks, event.trailers)
    else this.writeChunk(chunks, event.size, event.extensions)
    return chunks
  }

  /** @internal Serializes content. */
  writeData(chunks: Uint8Array[], bytes: Uint8Array): void {
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
      throw localError(this.mismatch, this.offset, `${bytesOf(length - this.remaining)} too many`)
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

  /** Serializes the line of a chunk. */
  private writeChunk(
    chunks: Uint8Array[],
    size: number,
    extensions: readonly ChunkExtension[],
  ): void {
    if (this.state !== State.CHUNK_LINE) this.refuseEvent('a chunk')
    const end = writeChunkLine(size, this.offset, extensions)
    if (this.contentForbidden && size > 0) throw localError('CONTENT_NOT_ALLOWED', this.offset)
    this.remaining = size
    this.state = size === 0 ? State.TRAILERS : State.CHUNK_DATA
    this.emit(chunks, takeOut(end))
  }

  /** @internal Serializes the end of a message. */
  writeEnd(chunks: Uint8Array[], given: Fields): void {
    const trailers = unfolded(given)
    switch (this.state) {
      case State.CHUNK_LINE:
      case State.TRAILERS:
        this.emit(chunks, this.writeTrailers(trailers))
        break
      case State.LENGTH_DATA:
      case State.CHUNK_DATA:
        if (this.remaining > 0) {
          throw localError(this.mismatch, this.offset, `${bytesOf(this.remaining)} missing`)
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
    else this.state = (this.facts & Fact.UPGRADES) !== 0 ? State.SWITCHING : State.HEAD
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
    const end = writeFields(section, start, trailers, Controls.TRAILERS)
    try {
      checkTrailers(section)
    } catch (error) {
      throw error instanceof HttpError ? error.asLocal() : error
    }
    return takeOut(end)
  }

  /** @internal */
  protected refuseEvent(what: string): never {
    throw stateError(this.offset, `${what} ${PARTS[this.state]}`)
  }
}

function bytesOf(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}

function lineEnd(): Uint8Array {
  startOutput(2)
  return takeOut(writeLineEnd(0))
}
