/**
 * Ownership of memory: body bytes are views into the very chunk that was pushed, heads borrow it, and
 * after `detach()`, or with `copy: true`, the chunk is no longer needed.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cuts } from '../../src/arbitraries.ts'
import type { Fields, RequestHead, ResponseHead } from '../../src/index.ts'
import { runs, TIMEOUT, validStream } from '../support/arbitraries.ts'
import { OVERWRITTEN, PushedChunks } from '../support/pushed-chunks.ts'
import { makeParser } from '../support/run-parser.ts'
import { latin1 } from '../support/wire-text.ts'

/** What was read from a parser. */
interface Read {
  heads: (RequestHead | ResponseHead)[]
  data: Uint8Array[]
  trailers: Fields[]
}

function nothing(): Read {
  return { heads: [], data: [], trailers: [] }
}

type Parser = ReturnType<typeof makeParser>

function readInto(parser: Parser, read: Read): void {
  for (const event of parser) {
    if (event.type === 'request' || event.type === 'response') read.heads.push(event)
    else if (event.type === 'data') read.data.push(event.bytes)
    else if (event.type === 'end') read.trailers.push(event.trailers)
  }
}

/** Everything that heads, data and trailers provide. */
function tellAll({ heads, data, trailers }: Read): unknown {
  return {
    heads: heads.map((head) => ({
      json: head.toJSON(),
      raw: head.headers.raw(),
      bytes: latin1(head.bytes),
      contentCodings: head.contentCodings,
      transferCodings: head.transferCodings,
      object: head.headers.toObject(),
    })),
    body: Buffer.concat(data).toString('latin1'),
    trailers: trailers.map((fields) => fields.raw()),
  }
}

test(
  'data events are views into the chunk that is being read, and never empty',
  () => {
    fc.assert(
      fc.property(validStream, cuts(), ({ kind, bytes: all, requestMethods }, cut) => {
        const parser = makeParser(kind, {}, requestMethods)
        for (const chunk of cut(all)) {
          const read = nothing()
          readInto(parser.push(chunk), read)
          for (const bytes of read.data) {
            expect(bytes.buffer).toBe(chunk.buffer)
            expect(bytes.length).toBeGreaterThan(0)
            expect(bytes.byteOffset).toBeGreaterThanOrEqual(chunk.byteOffset)
            expect(bytes.byteOffset + bytes.length).toBeLessThanOrEqual(
              chunk.byteOffset + chunk.length,
            )
          }
        }
      }),
      runs(500),
    )
  },
  TIMEOUT,
)

test(
  'a head in one chunk is a view into it, and each piece of content is one data event',
  () => {
    fc.assert(
      fc.property(validStream, ({ kind, bytes: all, messages, requestMethods }) => {
        const chunk = all.slice()
        const read = nothing()
        readInto(makeParser(kind, {}, requestMethods).push(chunk).finish(), read)
        for (const head of read.heads) {
          expect(head.bytes.buffer).toBe(chunk.buffer)
          expect(head.bytes.byteOffset).toBe(head.offset)
        }
        const pieces = messages.map(({ framing, message, chunks }) => {
          if (message.body.length === 0) return 0
          return framing === 'chunked' ? chunks.length - 1 : 1
        })
        expect(read.data).toHaveLength(pieces.reduce((sum, count) => sum + count, 0))
      }),
      runs(500),
    )
  },
  TIMEOUT,
)

test(
  'with copy: true, heads, data and trailers survive the overwriting of their chunks',
  () => {
    fc.assert(
      fc.property(validStream, cuts(), ({ kind, bytes: all, requestMethods }, cut) => {
        const expected = nothing()
        readInto(makeParser(kind, {}, requestMethods).push(all.slice()).finish(), expected)

        const read = nothing()
        const parser = makeParser(kind, { copy: true }, requestMethods)
        for (const chunk of cut(all)) {
          const before = read.data.length
          const heads = read.heads.length
          readInto(parser.push(chunk), read)
          for (const bytes of read.data.slice(before)) expect(bytes.buffer).not.toBe(chunk.buffer)
          for (const head of read.heads.slice(heads)) {
            expect(head.bytes.buffer).not.toBe(chunk.buffer)
          }
          chunk.fill(OVERWRITTEN)
        }
        readInto(parser.finish(), read)
        expect(tellAll(read)).toEqual(tellAll(expected))
      }),
      runs(500),
    )
  },
  TIMEOUT,
)

test(
  'a detached head and its fields survive the overwriting of chunks that `offset` has passed',
  () => {
    fc.assert(
      fc.property(
        validStream,
        cuts(),
        fc.boolean(),
        ({ kind, bytes: all, requestMethods }, cut, early) => {
          const expected = nothing()
          readInto(makeParser(kind, {}, requestMethods).push(all.slice()).finish(), expected)

          const read = nothing()
          const parser = makeParser(kind, {}, requestMethods)
          const headers: Fields[] = []
          const pushed = new PushedChunks()
          for (const chunk of cut(all)) {
            pushed.add(chunk)
            const known = read.heads.length
            readInto(parser.push(chunk), read)
            for (const head of read.heads.slice(known)) {
              // `detach()` covers the head's fields, whether they were obtained before or after it.
              if (early) headers.push(head.headers)
              expect(head.detach()).toBe(head)
              if (!early) headers.push(head.headers)
              expect(head.bytes.buffer).not.toBe(chunk.buffer)
            }
            pushed.overwriteUpTo(parser.offset)
          }
          const told = { heads: read.heads, data: [], trailers: [] }
          expect(tellAll(told)).toEqual(tellAll({ ...told, heads: expected.heads }))
          expect(headers.map((fields) => fields.raw())).toEqual(
            expected.heads.map((head) => head.headers.raw()),
          )
        },
      ),
      runs(500),
    )
  },
  TIMEOUT,
)

test(
  'a head whose text was read gives the same text after detach()',
  () => {
    fc.assert(
      fc.property(validStream, ({ kind, bytes: all, requestMethods }) => {
        const read = nothing()
        readInto(makeParser(kind, {}, requestMethods).push(all.slice()).finish(), read)
        const before = tellAll(read)
        for (const head of read.heads) head.detach()
        expect(tellAll(read)).toEqual(before)
      }),
      runs(200),
    )
  },
  TIMEOUT,
)
