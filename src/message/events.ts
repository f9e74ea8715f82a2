/**
 * The events that parsers emit and serializers take: a head, then the body, then the end.
 */

import { Fields } from './fields.ts'
import type { RequestHead, ResponseHead } from './heads.ts'
import { INSPECT, type Inspect } from './inspect.ts'
import type { WireSection } from './wire-section.ts'

/** A piece of the body, with the chunked coding removed; never empty. */
export interface Data {
  readonly type: 'data'
  /** A view into the chunk that was pushed, or a copy with `copy: true`. */
  readonly bytes: Uint8Array
}

/** One chunk extension (RFC 9112 s. 7.1.1). */
export interface ChunkExtension {
  /** A token, in the case in which it was sent. */
  readonly name: string
  /** The value, unquoted if it was a quoted-string; `null` if there is none. */
  readonly value: string | null
}

/** The beginning of a chunk; its data follows. Emitted only with `chunkBoundaries: true`. */
export interface Chunk {
  readonly type: 'chunk'
  /** Bytes of chunk data; 0 for the last chunk. */
  readonly size: number
  /** In order; usually none. */
  readonly extensions: readonly ChunkExtension[]
}

/** The end of a message. */
export interface End {
  readonly type: 'end'
  /** The trailer section; empty unless the content is chunked. Never merged into `headers`. */
  readonly trailers: Fields
}

/** The end of a parsed message. `trailers` is created on access, since few programs read it. */
export class ParsedEnd implements End {
  private readonly section: WireSection | undefined
  private fields: Fields | undefined = undefined

  constructor(section: WireSection | undefined) {
    this.section = section
  }

  get type(): 'end' {
    return 'end'
  }

  get trailers(): Fields {
    this.fields ??= new Fields(this.section)
    return this.fields
  }

  toJSON(): End {
    const { type, trailers } = this
    return { type, trailers }
  }

  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return inspect(this.toJSON(), options)
  }
}

/** What a {@link RequestParser} emits: a head, data (and chunk) events, an end. */
export type RequestEvent = RequestHead | Data | Chunk | End

/** What a {@link ResponseParser} emits: a head, data (and chunk) events, an end. */
export type ResponseEvent = ResponseHead | Data | Chunk | End

/** A complete message, as returned by `parse`. */
export interface Message<Head extends RequestHead | ResponseHead = RequestHead | ResponseHead> {
  /** Its start-line and header section. */
  readonly head: Head
  /**
   * The body without the chunked coding: a view if it arrived in one piece, else a copy. Without `copy`, all empty
   * bodies of one `parse` are the same view.
   */
  readonly body: Uint8Array
  /** The trailer section; empty unless the content is chunked. */
  readonly trailers: Fields
}

/** Iterates over the events that `source` has available. */
export function iterateEvents<Event>(source: { read(): Event | null }): Iterator<Event> {
  return {
    next: () => {
      const value = source.read()
      return value === null ? { done: true, value: undefined } : { done: false, value }
    },
  }
}
