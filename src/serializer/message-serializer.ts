/**
 * The base of both serializers: events in, chunks of bytes out. It mirrors the parser's state machine.
 *
 * A head is written into the output buffer and then judged by the parser's own rules. The same code
 * thus decides where received and sent messages end, and a head that breaks a rule is refused before
 * any byte of it leaves. A call that throws has changed nothing.
 *
 * Bodies are written by the base class, start-lines and what is specific to a kind of head by the subclasses.
 */

import { HttpError, localError, stateError } from '../errors.ts'
import type { MessageKind } from '../grammar/kind.ts'
import type { Fields } from '../message/fields.ts'
import type {
  ChunkInit,
  DataInit,
  EndInit,
  RequestHeadInit,
  ResponseHeadInit,
} from '../message/init.ts'
import { Fact, type Judgement } from '../message/judgement.ts'
import { ParsedHead } from '../message/parsed-head.ts'
import type { WireSection } from '../message/wire-section.ts'
import { readBodyEvent } from './body-event.ts'
import { BodyWriter } from './body-writer.ts'
import { requireHead, UNKNOWN_LENGTH } from './head-init.ts'
import type { SerializerRules } from './options.ts'
import { takeOut } from './output.ts'
import { IN_LINES, refuseAnomalies } from './repair.ts'
import { State } from './state.ts'

/** What both serializers share; see {@link RequestSerializer} and {@link ResponseSerializer}. */
export abstract class MessageSerializer<
  HeadInit extends RequestHeadInit | ResponseHeadInit,
> extends BodyWriter {
  /** @internal */
  protected readonly rules: SerializerRules

  /** @internal */
  constructor(kind: MessageKind, rules: SerializerRules) {
    super(kind)
    this.rules = rules
  }

  /** @internal Writes a head into the output in canonical form; `length` is that of `writeHead`. */
  protected abstract encode(init: HeadInit, length: number): WireSection

  /** @internal Judges the section as the parser would. */
  protected abstract judge(section: WireSection): Judgement

  /** @internal Whether the message must not have content although its framing allows it. */
  protected abstract forbidsContent(judged: Judgement, section: WireSection): boolean

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
    const body = readBodyEvent(event, 'write')
    if (body !== undefined) return this.writeBody(body)
    const head = event as HeadInit
    requireHead(head, this.kind)
    return [this.writeHead(head, UNKNOWN_LENGTH)]
  }

  /**
   * @internal Serializes a whole message. A head that needs a framing field and has none is given
   * Content-Length. If this throws, even for the trailers, nothing has changed.
   */
  writeMessage(head: HeadInit, content: Uint8Array, trailers: Fields): Uint8Array[] {
    const { written } = this
    const chunks = [this.writeHead(head, content.length)]
    try {
      this.writeData(chunks, content)
      this.writeEnd(chunks, trailers)
    } catch (error) {
      this.state = State.HEAD
      this.written = written
      throw error
    }
    return chunks
  }

  /** @internal Whether the last head written allows another message to follow. */
  get keepAlive(): boolean {
    return (this.facts & Fact.KEEP_ALIVE) !== 0
  }

  /** @internal Whether that message offers or makes a switch of protocols. */
  get upgrades(): boolean {
    return (this.facts & Fact.UPGRADES) !== 0
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
      // A head keeps its own section: here it may answer a request with another method. Of its anomalies,
      // judging it again finds those in its fields.
      const section = parsed
        ? init.section.rejudgedAt(this.offset, IN_LINES)
        : this.encode(init, length)
      // Checked only now: the caller's getters, which have just run, may have used this serializer.
      if (this.state !== State.HEAD) this.refuseEvent('a head')
      const judged = this.judge(section)
      if (!this.rules.allowAnomalies) refuseAnomalies(section)
      const contentForbidden = this.forbidsContent(judged, section)
      if (contentForbidden && judged.contentLength > 0)
        throw localError('CONTENT_NOT_ALLOWED', section.offset)
      const bytes = parsed ? section.bytes : takeOut(section.length)
      this.beginBody(judged, contentForbidden)
      this.written += bytes.length
      return bytes
    } catch (error) {
      throw error instanceof HttpError ? error.asLocal() : error
    }
  }
}
