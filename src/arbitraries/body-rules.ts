/**
 * Violations of the chunked coding (RFC 9112 s. 7.1), each made by inserting one chunk, and of message
 * completeness (RFC 9112 s. 8), each made by ending the input too early.
 */

import * as fc from 'fast-check'
import type { ErrorCode } from 'httpwire'
import { type AnyDraft, broken, brokenBytes, drafts, type Kind, type Rule } from './broken.ts'
import { assemble } from './messages.ts'
import { CONTROLS } from './text.ts'
import { toBytes } from './wire.ts'

/** A rule, the error code, and chunks that each break the rule. */
type BadChunk = readonly [rule: string, code: ErrorCode, ...chunks: string[]]

/** Chunks of five bytes, each with an extension that breaks the rule. */
function extended(rule: string, code: ErrorCode, ...extensions: string[]): BadChunk {
  return [rule, code, ...extensions.map((extension) => `5${extension}\r\nhello\r\n`)]
}

/** Chunks of five bytes, each with a size that breaks the rule. */
function sized(rule: string, code: ErrorCode, ...sizes: string[]): BadChunk {
  return [rule, code, ...sizes.map((size) => `${size}\r\nhello\r\n`)]
}

const BAD_CHUNKS: readonly BadChunk[] = [
  sized('no chunk size', 'INVALID_CHUNK_SIZE', '', ';a=b'),
  sized('a chunk size with 0x before it', 'INVALID_CHUNK_SIZE', '0x5', '0X5'),
  sized('a chunk size with a sign', 'INVALID_CHUNK_SIZE', '+5', '-5'),
  sized('a chunk size with an underscore', 'INVALID_CHUNK_SIZE', '5_0', '_5', '5_'),
  sized('whitespace before a chunk size', 'INVALID_CHUNK_SIZE', ' 5', '\t5'),
  sized('whitespace after a chunk size', 'INVALID_CHUNK_SIZE', '5 ', '5\t', '5  '),
  sized(
    'a chunk size that is not hexadecimal',
    'INVALID_CHUNK_SIZE',
    'g',
    '5g',
    '5h',
    '"5"',
    '5.0',
  ),
  sized(
    'a chunk size above 2^53-1',
    'CHUNK_SIZE_OVERFLOW',
    ...['20000000000000', 'ffffffffffffffff', 'FFFFFFFFFFFFFFFE', '8000000000000005'],
  ),
  sized(
    'a chunk size of more than 16 digits',
    'CHUNK_SIZE_OVERFLOW',
    ...['00000000000000005', '10000000000000005', '0'.repeat(40)],
  ),

  [
    'a bare LF ends a chunk line',
    'BARE_LF',
    '5\nhello\r\n',
    '5;a=b\nhello\r\n',
    '5;a="b"\nhello\r\n',
  ],
  [
    'a bare CR ends a chunk line',
    'BARE_CR',
    '5\rhello\r\n',
    '5;a=b\rhello\r\n',
    '5;a="b"\rhello\r\n',
  ],

  extended(
    'a chunk extension without a name',
    'INVALID_CHUNK_EXTENSION',
    ';',
    ';=b',
    ';;a',
    ';"a"',
  ),
  extended(
    'a chunk extension without its value',
    'INVALID_CHUNK_EXTENSION',
    ';a=',
    ';a= ',
    ';a=;b',
  ),
  extended(
    'a chunk extension that is no token',
    'INVALID_CHUNK_EXTENSION',
    ';a=b@c',
    ';a@b',
    ';a,b',
  ),
  extended(
    'whitespace after a chunk extension',
    'INVALID_CHUNK_EXTENSION',
    ';a ',
    ';a=b\t',
    ';a="b" ',
  ),
  extended('text after a quoted-string', 'INVALID_CHUNK_EXTENSION', ';a="b"c', ';a="b""c"'),
  extended(
    'a control in a chunk extension',
    'INVALID_CHUNK_EXTENSION',
    ...[...CONTROLS].flatMap((char) => [`;a${char}`, `;a="${char}"`, `;a="\\${char}"`]),
  ),
  extended('a bare LF in a quoted-string', 'BARE_LF', ';a="\n"', ';a="b\n5;c="', ';a="\\\n"'),
  extended('a bare CR in a quoted-string', 'BARE_CR', ';a="\r"', ';a="b\r5;c="', ';a="\\\r"'),
  extended(
    'a line end in a quoted-string',
    'INVALID_CHUNK_EXTENSION',
    ';a="',
    ';a="b\r\n"',
    ';a="\\',
  ),

  ['no CRLF after chunk data', 'MISSING_CHUNK_END', '5\r\nhello'],
  ['a bare LF after chunk data', 'MISSING_CHUNK_END', '5\r\nhello\n'],
  ['a bare CR after chunk data', 'MISSING_CHUNK_END', '5\r\nhello\r'],
  ['chunk data longer than its size', 'MISSING_CHUNK_END', '4\r\nhello\r\n', '1\r\nhello\r\n'],
  ['chunk data shorter than its size', 'MISSING_CHUNK_END', '6\r\nhello\r\n'],
]

function chunkRule(kind: Kind, [rule, code, ...chunks]: BadChunk): Rule {
  const messages = fc
    .tuple(drafts(kind, 'chunked'), fc.constantFrom(...chunks), fc.nat(20))
    .map(([draft, chunk, place]) => broken(withChunk(draft, toBytes(chunk), place), null))
  return { kind, rule, code, broken: messages }
}

/** Inserts a chunk with these bytes before the last chunk. */
function withChunk(draft: AnyDraft, bytes: Uint8Array, place: number): AnyDraft {
  const { chunks } = draft.body
  const at = place % chunks.length
  const chunk = { size: 0, extensions: [], data: new Uint8Array(0), bytes }
  const changed = [...chunks.slice(0, at), chunk, ...chunks.slice(at)]
  return { ...draft, body: { ...draft.body, chunks: changed } }
}

/** The framing a message must have, and the part of it in which the input ends. */
const CUTS = [
  ['the input ends in the head', undefined, 'head'],
  ['the input ends before Content-Length bytes of content', 'length', 'body'],
  ['the input ends before the chunked coding does', 'chunked', 'body'],
] as const

function truncated(kind: Kind, [rule, framing, part]: (typeof CUTS)[number]): Rule {
  const messages = fc
    .tuple(drafts(kind, framing).filter(hasContent(part)), fc.nat(10_000))
    .map(([draft, place]) => {
      const { bytes, headLength } = assemble(draft)
      const [start, end] = part === 'head' ? [1, headLength] : [headLength, bytes.length]
      return brokenBytes(draft, bytes.slice(0, start + (place % (end - start))))
    })
  return { kind, rule, code: 'TRUNCATED', broken: messages }
}

/** A body with Content-Length: 0 cannot be cut short. */
function hasContent(part: 'head' | 'body'): (draft: AnyDraft) => boolean {
  return ({ body }) => part === 'head' || body.framing === 'chunked' || body.content.length > 0
}

const KINDS = ['request', 'response'] as const

export const BODY_RULES: readonly Rule[] = KINDS.flatMap((kind) => [
  ...BAD_CHUNKS.map((chunk) => chunkRule(kind, chunk)),
  ...CUTS.map((cut) => truncated(kind, cut)),
])
