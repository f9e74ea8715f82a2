/**
 * Runs serializers over messages and events, for tests that read the output back.
 */

import type { GeneratedRequests, GeneratedResponses } from '../../src/arbitraries.ts'
import { copyBytes } from '../../src/grammar/byte-arrays.ts'
import {
  type MessageInit,
  type ParserOptions,
  type RequestEventInit,
  type RequestHead,
  type RequestHeadInit,
  RequestSerializer,
  type ResponseEventInit,
  type ResponseHead,
  type ResponseHeadInit,
  ResponseSerializer,
  type SerializerOptions,
} from '../../src/index.ts'
import { type Kind, makeParser } from './run-parser.ts'

export type EventInit = RequestEventInit | ResponseEventInit

/** A serializer of `kind`; the responses answer requests with `requestMethods`. */
export function makeWriter(
  kind: Kind,
  requestMethods: readonly string[] = [],
  options: SerializerOptions = {},
): (event: EventInit) => Uint8Array[] {
  if (kind === 'request') {
    const serializer = new RequestSerializer(options)
    return (event) => serializer.write(event as RequestEventInit)
  }
  const serializer = new ResponseSerializer(options)
  for (const method of requestMethods) serializer.respondsTo(method)
  return (event) => serializer.write(event as ResponseEventInit)
}

/** The bytes of `events`. Throws if a later write has changed the bytes of an earlier one. */
export function write(
  kind: Kind,
  events: Iterable<EventInit>,
  requestMethods: readonly string[] = [],
  options: SerializerOptions = {},
): Uint8Array {
  const writer = makeWriter(kind, requestMethods, options)
  const chunks: Uint8Array[] = []
  const copies: Uint8Array[] = []
  for (const event of events) {
    for (const chunk of writer(event)) {
      chunks.push(chunk)
      copies.push(copyBytes(chunk, 0, chunk.length))
    }
  }
  const bytes = Buffer.concat(chunks)
  if (!bytes.equals(Buffer.concat(copies))) throw new Error('a chunk changed after it came out')
  return bytes
}

/** The parser's own events for `bytes`, views and heads included, chunk events among them. */
export function* readEvents(
  kind: Kind,
  bytes: Uint8Array,
  requestMethods: readonly string[] = [],
  options: ParserOptions = {},
): Generator<EventInit> {
  const parser = makeParser(kind, { ...options, chunkBoundaries: true }, requestMethods)
  yield* parser.push(bytes)
  yield* parser.finish()
}

/** Parses the head of `wire`; a response answers a request with `method`. */
export function readHead(
  wire: string,
  method = 'GET',
  options: ParserOptions = {},
): RequestHead | ResponseHead {
  const kind = wire.trimStart().startsWith('HTTP/') ? 'response' : 'request'
  const event = makeParser(kind, options, [method]).push(Buffer.from(wire, 'latin1')).read()
  if (event?.type !== 'request' && event?.type !== 'response') throw new Error('no head')
  return event
}

/** Writes a head as latin1; a response answers a request with `method`. */
export function writeHead(
  head: RequestHead | ResponseHead,
  options: SerializerOptions = {},
  method = 'GET',
): string {
  return Buffer.concat(makeWriter(head.type, [method], options)(head)).toString('latin1')
}

/** The messages of a generated stream as events, chunk by chunk. */
export function* eventsOf(stream: GeneratedRequests | GeneratedResponses): Generator<EventInit> {
  for (const { kind, message, framing, chunks } of stream.messages) {
    yield { type: kind, ...message.head } as EventInit
    if (framing === 'chunked') {
      let at = 0
      for (const { size, extensions } of chunks) {
        yield { type: 'chunk', size, extensions }
        yield { type: 'data', bytes: message.body.subarray(at, at + size) }
        at += size
      }
    } else yield { type: 'data', bytes: message.body }
    yield { type: 'end', trailers: message.trailers }
  }
}

/** The meaning of a message as plain values, for comparison. */
export function meaning({ head, body, trailers }: MessageInit<RequestHeadInit | ResponseHeadInit>) {
  const start =
    'status' in head
      ? { status: head.status, reason: head.reason }
      : { method: head.method, target: head.target }
  return {
    ...start,
    version: head.version,
    headers: [...(head.headers as Iterable<readonly [string, string]>)].map((pair) => [...pair]),
    body: Buffer.from(body ?? '').toString('latin1'),
    trailers: [...((trailers ?? []) as Iterable<readonly [string, string]>)].map((pair) => [
      ...pair,
    ]),
  }
}
