/**
 * Writes the line that opens a chunk: `chunk-size [ chunk-ext ] CRLF` (RFC 9112 s. 7.1). In canonical
 * form, digits are lower case without leading zeros, extensions have no whitespace, and only values
 * that are not tokens are quoted.
 */

import { requireObject, requireString, show, wrongType } from '../checks.ts'
import { localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { Class, isIn } from '../grammar/classes.ts'
import { isToken } from '../grammar/list-text.ts'
import type { ChunkExtension } from '../message/events.ts'
import { startOutput } from './output.ts'
import { writeLineEnd, writeText } from './write-text.ts'

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
 * Writes the line to the output. Returns the position after it. `offset` is the line's offset in the
 * stream.
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
  let line = size.toString(16)
  for (const { name, value } of extensions) {
    if (!isToken(name))
      throw localError('INVALID_CHUNK_EXTENSION', offset, `the name ${show(name)}`)
    line += `;${name}`
    if (value !== null) line += `=${isToken(value) ? value : quote(value, offset)}`
  }
  startOutput(line.length + 2)
  return writeLineEnd(writeText(0, line, Class.TEXT))
}

/** A quoted-string (RFC 9110 s. 5.6.4), with a backslash only where one is needed. */
function quote(value: string, offset: number): string {
  let quoted = '"'
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (!isIn(unit, Class.TEXT)) {
      throw localError('INVALID_CHUNK_EXTENSION', offset, `the value ${show(value)}`)
    }
    if (unit === Byte.DQUOTE || unit === Byte.BACKSLASH) quoted += '\\'
    quoted += value.charAt(i)
  }
  return `${quoted}"`
}
