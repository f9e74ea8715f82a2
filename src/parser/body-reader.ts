/**
 * Reads what follows a head: content, as delimited by the message framing, chunk lines and trailers.
 *
 * Content is copied only if `copy` is set: otherwise a data event is a view into the pushed chunk. Chunk
 * lines and trailer sections that arrive in pieces wait in the carry.
 *
 * Heads, and when the next one may begin, are handled in `message-parser.ts`.
 */

import { protocolError } from '../errors.ts'
import { copyBytes } from '../grammar/byte-arrays.ts'
import { Byte } from '../grammar/bytes.ts'
import { checkTrailers } from '../message/control-fields.ts'
import type { Chunk, Data } from '../message/events.ts'
import { Fact, Frame, judgement } from '../message/judgement.ts'
import { refuseValue } from '../message/refuse.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { chunkLine, MAX_SIZE_DIGITS, scanChunkLine, scanPlainChunkLine } from './scan-chunk-line.ts'
import { NEED_MORE, NOT_PLAIN } from './scan-limits.ts'
import { SectionReader } from './section-reader.ts'
import { State } from './state.ts'

export abstract class BodyReader extends SectionReader {
  /** @internal */
  protected state = State.HEAD
  /** @internal The trailer section for the next {@link End} event. */
  protected trailers: WireSection | undefined = undefined
  /** Bytes of the body or chunk that are still to be read. */
  private remaining = 0
  private bodyLength = 0
  private extensionsLength = 0

  // Explicit, since the constructor that the compiler would add spreads `arguments`: captured requests, with
  // one parser created per 1.35 of them, took a fifth longer.
  /** @internal */
  constructor(rules: Rules) {
    super(rules)
  }

  /** @internal Begins the body of the message whose head, `section`, was just judged. */
  protected beginBody(section: WireSection): void {
    const { facts, contentLength } = judgement
    switch (facts & Fact.FRAME) {
      case Frame.NONE:
        this.state = State.END
        break
      case Frame.LENGTH:
        this.remaining = contentLength
        if (contentLength > this.rules.limits.maxBody) {
          refuseValue(section, section.find('Content-Length', 1), 'BODY_TOO_LARGE')
        }
        this.state = contentLength === 0 ? State.END : State.LENGTH_DATA
        break
      case Frame.CHUNKED:
        this.bodyLength = 0
        this.extensionsLength = 0
        this.state = State.CHUNK_LINE
        break
      case Frame.UNTIL_CLOSE:
        this.bodyLength = 0
        this.state = State.CLOSE_DATA
        break
    }
  }

  /** @internal Returns the next event of the body; `null` if this step yields none. */
  protected readBody(): Chunk | Data | null {
    switch (this.state) {
      case State.LENGTH_DATA:
        return this.readData(State.END)
      case State.CHUNK_DATA:
        return this.readData(State.CHUNK_END)
      case State.CLOSE_DATA:
        return this.readCloseData()
      case State.CHUNK_END:
        if (!this.readPlainChunkLine()) this.readChunkEnd()
        else if (this.remaining > 0 && this.position < this.end) {
          // Usually the data is in the same chunk: reading it here, not in another step, saves 3 %.
          return this.readData(State.CHUNK_END)
        }
        break
      case State.CHUNK_END_LF:
        this.readChunkEnd()
        break
      case State.CHUNK_LINE:
        return this.readPlainChunkLine() ? null : this.readChunkLine()
      case State.TRAILERS:
        this.readTrailers()
        break
    }
    return null
  }

  /** Reads the available part of the `remaining` bytes, at least one; after the last one goes to `next`. */
  private readData(next: State): Data {
    const available = this.end - this.position
    const taken = Math.min(available, this.remaining)
    this.remaining -= taken
    if (this.remaining === 0) this.state = next
    return this.take(taken)
  }

  private readCloseData(): Data {
    const taken = this.end - this.position
    const room = this.rules.limits.maxBody - this.bodyLength
    if (room === 0) throw protocolError('BODY_TOO_LARGE', this.offset)
    this.bodyLength += Math.min(taken, room)
    return this.take(Math.min(taken, room))
  }

  private take(length: number): Data {
    const view = this.takeView(length)
    return { type: 'data', bytes: this.rules.copy ? copyBytes(view, 0, length) : view }
  }

  /**
   * Reads a chunk line that is only a size, and the CRLF after the data before it, if the pushed chunk has
   * all of them. Returns whether it did; if not, nothing has changed. 4 kB chunks take a sixth less time.
   */
  private readPlainChunkLine(): boolean {
    const { chunk, position, rules } = this
    if (this.carried > 0 || rules.chunkBoundaries) return false
    let line = position
    if (this.state !== State.CHUNK_LINE) {
      const isPlain = chunk[position] === Byte.CR && chunk[position + 1] === Byte.LF
      if (!isPlain) return false
      line += 2
    }
    const next = scanPlainChunkLine(chunk, line, this.end)
    if (next === NOT_PLAIN) return false
    const { size } = chunkLine
    if (this.bodyLength + size > rules.limits.maxBody) return false
    this.bodyLength += size
    this.remaining = size
    this.position = next
    this.state = size === 0 ? State.TRAILERS : State.CHUNK_DATA
    return true
  }

  private readChunkLine(): Chunk | null {
    const isCut = this.carried > 0
    if (isCut && !this.gather()) return null
    const source = isCut ? this.carry : this.chunk
    const from = isCut ? 0 : this.position
    const end = isCut ? this.carried : this.end
    const start = this.offset
    const left = this.rules.limits.maxChunkExtensions - this.extensionsLength
    const next = scanChunkLine(source, from, end, start - from, left, this.rules)
    if (next === NEED_MORE) {
      if (!isCut) this.carryOver(from)
      this.planLook(0, MAX_SIZE_DIGITS + Math.min(left, this.rules.limits.maxChunkExtension))
      return null
    }
    if (isCut) this.giveBack(next)
    else this.position = next
    const { size, extensionLength, extensions } = chunkLine
    this.extensionsLength += extensionLength
    this.bodyLength += size
    if (this.bodyLength > this.rules.limits.maxBody) throw protocolError('BODY_TOO_LARGE', start)
    this.remaining = size
    this.state = size === 0 ? State.TRAILERS : State.CHUNK_DATA
    return this.rules.chunkBoundaries ? { type: 'chunk', size, extensions } : null
  }

  private readChunkEnd(): void {
    if (this.state === State.CHUNK_END) {
      const byte = this.chunk[this.position]
      if (byte === Byte.CR) this.position++
      else if (byte !== Byte.LF || !this.rules.leniency.allowBareLf) {
        throw protocolError('MISSING_CHUNK_END', this.offset)
      }
      this.state = State.CHUNK_END_LF
      if (this.position === this.end) return
    }
    if (this.chunk[this.position] !== Byte.LF) throw protocolError('MISSING_CHUNK_END', this.offset)
    this.position++
    this.state = State.CHUNK_LINE
  }

  private readTrailers(): void {
    const empty =
      this.carried === 0 &&
      this.chunk[this.position] === Byte.CR &&
      this.chunk[this.position + 1] === Byte.LF &&
      this.rules.limits.maxTrailer >= 2
    if (empty) this.position += 2
    else {
      const section = this.readSection(this.rules.trailerBound)
      if (section === undefined) return
      checkTrailers(section)
      if (this.rules.copy) section.detach()
      this.trailers = section
    }
    this.state = State.END
  }

  /** @internal Scans the chunk line that the end of input cut, and throws if it is already invalid. */
  protected checkCutChunkLine(): void {
    const left = this.rules.limits.maxChunkExtensions - this.extensionsLength
    scanChunkLine(this.carry, 0, this.carried, this.offset, left, this.rules)
  }
}
