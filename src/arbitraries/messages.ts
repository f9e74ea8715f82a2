/**
 * The shape of generated messages, and how one is assembled from its parts: the start-line, the lines
 * of the header section, the body.
 *
 * A draft is a message in parts: `violations` change one of them. Whether the parts fit together is up
 * to the code that makes the draft.
 */

import * as fc from 'fast-check'
import type { Framing, MessageInit, RequestHeadInit, ResponseHeadInit, Version } from 'httpwire'
import {
  type ChunkedContent,
  chunkedContent,
  type GeneratedChunk,
  plainChunks,
  renderChunked,
} from './chunked-body.ts'
import { type FieldLine, type Line, pairsOf } from './fields.ts'
import { mostly, oneOf } from './text.ts'
import { joinBytes, toBytes } from './wire.ts'

/** A message as plain data: what a parser must report, and what a serializer accepts. */
export interface PlainMessage<Head extends RequestHeadInit | ResponseHeadInit>
  extends MessageInit<Head> {
  readonly head: Head & {
    readonly version: Version
    readonly headers: readonly FieldLine[]
  }
  /** The content, without the chunked coding; empty if there is none. */
  readonly body: Uint8Array
  readonly trailers: readonly FieldLine[]
}

/** What generated requests and responses have in common. */
export interface GeneratedMessage<Head extends RequestHeadInit | ResponseHeadInit> {
  /** The message on the wire. */
  readonly bytes: Uint8Array
  /** Length of the head in bytes, including the empty line after it. */
  readonly headLength: number
  readonly message: PlainMessage<Head>
  /** What determines where the body ends. */
  readonly framing: Framing
  /** The chunks of a chunked body, including the last one; empty for other framings. */
  readonly chunks: readonly GeneratedChunk[]
  /** Whether another message may follow on the connection (RFC 9112 s. 9.3). */
  readonly keepAlive: boolean
  /** Whether another protocol may follow: an offer in a request, a fact in a response. */
  readonly upgrades: boolean
}

/** The content of a message and its framing. The framing fields are among the lines of the draft. */
export interface BodyDraft extends ChunkedContent {
  readonly framing: Framing
}

/** A message in parts. */
export interface Draft<Head extends RequestHeadInit | ResponseHeadInit> {
  readonly head: Head & { readonly version: Version }
  /** The start-line as written, including its line end. */
  readonly startLine: string
  readonly lines: readonly Line[]
  readonly body: BodyDraft
}

const NOTHING = new Uint8Array(0)

export const NO_BODY: BodyDraft = { framing: 'none', content: NOTHING, chunks: [], trailers: [] }

const content = fc.uint8Array({ maxLength: 30, size: 'max' })

const BODIES: Readonly<Record<Framing, fc.Arbitrary<BodyDraft>>> = {
  none: fc.constant(NO_BODY),
  length: content.map((content) => ({ ...NO_BODY, framing: 'length' as const, content })),
  'until-close': content.map((content) => ({
    ...NO_BODY,
    framing: 'until-close' as const,
    content,
  })),
  chunked: chunkedContent.map((coded) => ({ ...coded, framing: 'chunked' as const })),
}

/** A body with one of the framings. */
export function bodyOf(...framings: readonly Framing[]): fc.Arbitrary<BodyDraft> {
  return oneOf(...framings.map((framing) => BODIES[framing]))
}

/** Transfer-Encoding of a chunked body. Codings other than chunked are named but not applied. */
export const transferCodings = mostly(
  'chunked',
  fc.constantFrom('gzip, chunked', 'deflate\t,  gzip ,chunked', 'x-compress,chunked'),
  2,
)

function renderBody(body: BodyDraft): Uint8Array {
  return body.framing === 'chunked' ? renderChunked(body) : body.content
}

function renderHead({ startLine, lines }: Draft<RequestHeadInit | ResponseHeadInit>): Uint8Array {
  return toBytes(`${startLine}${lines.map(({ text }) => text).join('')}\r\n`)
}

/** The message that a draft describes. */
function plainMessage<Head extends RequestHeadInit | ResponseHeadInit>({
  head,
  lines,
  body,
}: Draft<Head>): PlainMessage<Head> {
  return {
    head: { ...head, headers: pairsOf(lines) },
    body: body.content,
    trailers: pairsOf(body.trailers),
  }
}

/** The bytes of a message, and the properties that requests and responses share. */
export function assemble<Head extends RequestHeadInit | ResponseHeadInit>(draft: Draft<Head>) {
  const head = renderHead(draft)
  return {
    bytes: joinBytes([head, renderBody(draft.body)]),
    headLength: head.length,
    message: plainMessage(draft),
    framing: draft.body.framing,
    chunks: plainChunks(draft.body.chunks),
  }
}
