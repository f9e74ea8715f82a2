/**
 * Writes the line that opens a chunk: `chunk-size [ chunk-ext ] CRLF` (RFC 9112 s. 7.1). In canonical
 * form, digits are lower case without leading zeros, extensions have no whitespace, and only values
 * that are not tokens are quoted.
 */

import { requireObject, requireString, show, wrongType } from '../checks.ts'
import { localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { CLASS, Class } from '../grammar/classes.ts'
import type { ChunkExtension } from '../message/events.ts'
import { output, startOutput } from './output.ts'
import { writeLineEnd, writeText } from './write-text.ts'

/** Hexadecimal digits of the largest size, 2^53-1. */
const MAX_DIGITS = 14

/** Bytes of an extension besides its name and value: `;`, `=` and two quotes. */
const AROUND = 4

const NONE: readonly ChunkExtension[] = []

/**
 * Copies the extensions of a chunk. Their members are read once: a getter may return a new value each time.
 *
 * @throws TypeError naming what has the wrong type.
 */
export function copyExtensions(
  extensions: readonly ChunkExtension[] | undefined,
): readonly ChunkExtension[] {
  if (extensions === undefined) return NONE
  if (!Array.isArray(extensions)) {
    throw wrongType('the extensions of a chunk', 'an array', extensions)
  }
  const copies: ChunkExtension[] = []
  for (const extension of extensions) copies.push(copyExtension(extension))
  return copies
}

function copyExtension(extension: ChunkExtension): ChunkExtension {
  requireObject('a chunk extension', extension)
  const { name, value } = extension
  requireString('the name of a chunk extension', name)
  if (value !== null) requireString('the value of a chunk extension', value)
  return { name, value }
}

/**
 * Writes the line at the beginning of the output. Returns the position after it. `offset` is the
 * line's offset in the stream.
 *
 * @throws HttpError (local) for an invalid size, extension name or extension value.
 */
export function writeChunkLine(
  size: number,
  offset: number,
  extensions: readonly ChunkExtension[] = NONE,
): number {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw localError('INVALID_CHUNK_SIZE', offset, `not ${show(size)}`)
  }
  startOutput(MAX_DIGITS + boundOf(extensions) + 2)
  let p = writeText(0, size.toString(16), Class.TCHAR)
  for (const { name, value } of extensions) p = writeExtension(p, name, value, offset)
  return writeLineEnd(p)
}

function boundOf(extensions: readonly ChunkExtension[]): number {
  let bound = 0
  // Each code unit of a value may need a backslash.
  for (const { name, value } of extensions) bound += name.length + 2 * (value?.length ?? 0) + AROUND
  return bound
}

/** `";" chunk-ext-name [ "=" chunk-ext-val ]` (RFC 9112 s. 7.1.1). */
function writeExtension(p: number, name: string, value: string | null, offset: number): number {
  const { bytes } = output
  bytes[p++] = Byte.SEMICOLON
  const nameEnd = writeText(p, name, Class.TCHAR)
  if (nameEnd <= p) {
    throw localError('INVALID_CHUNK_EXTENSION', offset, `the name ${show(name)}`)
  }
  if (value === null) return nameEnd
  bytes[nameEnd] = Byte.EQUALS
  const valueStart = nameEnd + 1
  const valueEnd = writeText(valueStart, value, Class.TCHAR)
  return valueEnd > valueStart ? valueEnd : writeQuoted(valueStart, value, offset)
}

/** A quoted-string (RFC 9110 s. 5.6.4), with a backslash only where one is needed. */
function writeQuoted(p: number, value: string, offset: number): number {
  const { bytes } = output
  bytes[p++] = Byte.DQUOTE
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit > 0xff || ((CLASS[unit] as number) & Class.TEXT) === 0) {
      throw localError('INVALID_CHUNK_EXTENSION', offset, `the value ${show(value)}`)
    }
    if (unit === Byte.DQUOTE || unit === Byte.BACKSLASH) bytes[p++] = Byte.BACKSLASH
    bytes[p++] = unit
  }
  bytes[p++] = Byte.DQUOTE
  return p
}
