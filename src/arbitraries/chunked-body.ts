/**
 * Bodies in the chunked coding (RFC 9112 s. 7.1), with sizes in any spelling, extensions and trailers.
 */

import * as fc from 'fast-check'
import type { ChunkExtension } from 'httpwire'
import { type FieldLine, type Line, pairsOf, trailerLine } from './fields.ts'
import { FIELD_TEXT, mostly, oddWhitespace, oneOf, text, token } from './text.ts'
import { joinBytes, toBytes } from './wire.ts'

/** The size and the extensions of a chunk, which precede its data. */
export interface GeneratedChunk {
  /** Bytes of data; 0 only for the last chunk. */
  readonly size: number
  readonly extensions: readonly ChunkExtension[]
}

/** A body in the chunked coding and what it contains. */
export interface GeneratedChunkedBody {
  /** All of it on the wire, from the first chunk size to the empty line after the trailers. */
  readonly bytes: Uint8Array
  /** The content: the data of all chunks, joined. */
  readonly body: Uint8Array
  /** The chunks in order, the last one included. */
  readonly chunks: readonly GeneratedChunk[]
  readonly trailers: readonly FieldLine[]
}

/** A chunk with its data and its bytes on the wire. */
interface WireChunk extends GeneratedChunk {
  readonly data: Uint8Array
  readonly bytes: Uint8Array
}

/** A chunked body before it is joined, so that violations can add to it. */
export interface ChunkedContent {
  readonly content: Uint8Array
  readonly chunks: readonly WireChunk[]
  readonly trailers: readonly Line[]
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/

const extension = fc
  .record({
    name: token,
    value: oneOf(fc.constant(null), token, text(FIELD_TEXT, 0, 10)),
    quoted: fc.boolean(),
    escaped: fc.boolean(),
    spaces: fc.tuple(oddWhitespace, oddWhitespace, oddWhitespace, oddWhitespace),
  })
  .map(({ name, value, quoted, escaped, spaces: [a, b, c, d] }) => {
    const plain = !quoted && TOKEN.test(value ?? '')
    // A quoted-pair may also escape a character that needs no escape.
    const text = value?.replace(escaped ? /["\\ a-z]/g : /["\\]/g, '\\$&')
    return {
      name,
      value,
      text:
        value === null
          ? `${a};${b}${name}`
          : `${a};${b}${name}${c}=${d}${plain ? value : `"${text}"`}`,
    }
  })

const style = fc.record({
  /** Leading zeros in the size. */
  zeros: mostly(0, fc.nat(8), 4),
  upper: fc.boolean(),
  extensions: mostly([], fc.array(extension, { minLength: 1, maxLength: 3 }), 3),
})

function chunkOf(data: fc.Arbitrary<Uint8Array>): fc.Arbitrary<WireChunk> {
  return fc.tuple(data, style).map(([data, { zeros, upper, extensions }]) => {
    const digits = data.length.toString(16)
    const size = '0'.repeat(zeros) + (upper ? digits.toUpperCase() : digits)
    const line = toBytes(`${size}${extensions.map(({ text }) => text).join('')}\r\n`)
    return {
      size: data.length,
      extensions: extensions.map(({ name, value }) => ({ name, value })),
      data,
      bytes: joinBytes(data.length === 0 ? [line] : [line, data, toBytes('\r\n')]),
    }
  })
}

const chunks = fc
  .tuple(
    fc.array(chunkOf(fc.uint8Array({ minLength: 1, maxLength: 30, size: 'max' })), {
      maxLength: 4,
    }),
    chunkOf(fc.constant(new Uint8Array(0))),
  )
  .map(([chunks, last]) => [...chunks, last])

export const chunkedContent: fc.Arbitrary<ChunkedContent> = fc
  .record({ chunks, trailers: mostly([], fc.array(trailerLine, { maxLength: 3 }), 2) })
  .map(({ chunks, trailers }) => ({
    content: joinBytes(chunks.map(({ data }) => data)),
    chunks,
    trailers,
  }))

export function renderChunked({ chunks, trailers }: ChunkedContent): Uint8Array {
  const section = `${trailers.map(({ text }) => text).join('')}\r\n`
  return joinBytes([...chunks.map(({ bytes }) => bytes), toBytes(section)])
}

/** The public properties of the chunks alone. */
export function plainChunks(chunks: readonly GeneratedChunk[]): GeneratedChunk[] {
  return chunks.map(({ size, extensions }) => ({ size, extensions }))
}

const chunkedBodies = chunkedContent.map((coded) => ({
  bytes: renderChunked(coded),
  body: coded.content,
  chunks: plainChunks(coded.chunks),
  trailers: pairsOf(coded.trailers),
}))

/**
 * A body in the chunked coding: up to four chunks and the last one; sizes with leading zeros and digits
 * in either case; extensions with and without values, quoted and with whitespace around them; and often
 * a trailer section.
 */
export function chunkedBody(): fc.Arbitrary<GeneratedChunkedBody> {
  return chunkedBodies
}
