/**
 * Scans the line that opens a chunk: `chunk-size [ chunk-ext ] CRLF` (RFC 9112 s. 7.1). It is scanned
 * in place, not in the window, since it is a handful of bytes between kilobytes of data.
 *
 * CRLF always ends the line, even in quotes: a line end inside a quoted-string is an error, and so is
 * a bare CR anywhere in the line, or a bare LF without `allowBareLf`.
 */

import { type ErrorCode, protocolError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { HEX, NOT_A_DIGIT } from '../grammar/classes.ts'
import { decodeLatin1 } from '../grammar/latin1.ts'
import { skipOws, skipQuotedString, skipToken } from '../grammar/lists.ts'
import type { ChunkExtension } from '../message/events.ts'
import type { Rules } from './options.ts'
import { NEED_MORE, NOT_PLAIN } from './scan-limits.ts'

/** The most digits of a chunk size, leading zeros included. */
export const MAX_SIZE_DIGITS = 16

const NO_EXTENSIONS: readonly ChunkExtension[] = Object.freeze([])

/** The result of the last line that was scanned to its end. */
export const chunkLine = {
  /** Bytes of chunk data that follow; 0 for the last chunk. */
  size: 0,
  /** Bytes between the size and the line end. */
  extensionLength: 0,
  /** The extensions in order, if the rules ask for chunk boundaries. */
  extensions: NO_EXTENSIONS,
}

/** The most digits of a plain size: V8 computes with any such number as a small integer. */
const MAX_PLAIN_DIGITS = 7

/** The largest source in which plain lines are scanned: its positions are small integers, too. */
const MAX_PLAIN_SOURCE = 2 ** 30

/**
 * Scans a line that is only a size and CRLF, at `start` of `source[0, end)`; writes the size to
 * {@link chunkLine}. Returns the position after it; {@link NOT_PLAIN} if it is another line, or cut.
 */
export function scanPlainChunkLine(source: Uint8Array, start: number, end: number): number {
  if (end > MAX_PLAIN_SOURCE) return NOT_PLAIN
  const digitsEnd = Math.min(start + MAX_PLAIN_DIGITS, end)
  let p = start | 0
  let size = 0
  for (; p < digitsEnd; p = (p + 1) | 0) {
    const digit = HEX[source[p] as number] as number
    if (digit === NOT_A_DIGIT) break
    size = (size << 4) | digit
  }
  const isPlain = p > start && p + 2 <= end && source[p] === Byte.CR && source[p + 1] === Byte.LF
  if (!isPlain) return NOT_PLAIN
  chunkLine.size = size
  return p + 2
}

/**
 * Scans the line that starts at `start` of `source[0, end)` into {@link chunkLine}. Returns the
 * position after its line end, or {@link NEED_MORE}. `base` is the offset in the stream of
 * `source[0]`, `extensionsLeft` the bytes of extensions that the message may still have.
 *
 * @throws HttpError for the first byte that breaks a rule or passes a limit.
 */
export function scanChunkLine(
  source: Uint8Array,
  start: number,
  end: number,
  base: number,
  extensionsLeft: number,
  rules: Rules,
): number {
  let p = start
  let size = 0
  for (; p < end; p++) {
    const digit = HEX[source[p] as number] as number
    if (digit === NOT_A_DIGIT) break
    if (p - start === MAX_SIZE_DIGITS) throw protocolError('CHUNK_SIZE_OVERFLOW', base + p)
    size = size * 16 + digit
  }
  if (p === end) return NEED_MORE
  if (p === start) throw protocolError('INVALID_CHUNK_SIZE', base + p)
  if (size > Number.MAX_SAFE_INTEGER) {
    throw protocolError('CHUNK_SIZE_OVERFLOW', base + start)
  }
  chunkLine.size = size
  chunkLine.extensionLength = 0
  chunkLine.extensions = NO_EXTENSIONS
  if (source[p] === Byte.CR && p + 1 < end && source[p + 1] === Byte.LF) return p + 2
  return scanExtensions(source, p, end, base, extensionsLeft, rules)
}

/** Scans what follows a size, at `start`, if it is not just CRLF. */
function scanExtensions(
  source: Uint8Array,
  start: number,
  end: number,
  base: number,
  extensionsLeft: number,
  rules: Rules,
): number {
  const mayPad = rules.kind === 'response' && rules.leniency.allowSpaceAfterChunkSize
  const padded = mayPad ? skipOws(source, start, end) : start
  const extensions: ChunkExtension[] = []
  let stop = skipExtensions(source, start, end, rules.chunkBoundaries ? extensions : undefined)
  if (stop === start) stop = padded
  const p = stop < 0 ? ~stop : stop

  // Whitespace may belong to an extension; only the byte after it decides.
  const seen = skipOws(source, p, end)
  const isPadding = mayPad && seen === padded
  const { maxChunkExtension } = rules.limits
  // Padding does not count for the whole message: a sender may pad every line.
  const ofLine =
    isPadding || padded - start > maxChunkExtension || maxChunkExtension <= extensionsLeft
  if (seen - start > (ofLine ? maxChunkExtension : extensionsLeft)) {
    throw protocolError(
      ofLine ? 'CHUNK_EXTENSION_TOO_LONG' : 'CHUNK_EXTENSIONS_TOO_LARGE',
      base + start + (ofLine ? maxChunkExtension : extensionsLeft),
    )
  }

  if (p === end) return NEED_MORE
  const byte = source[p]
  if (byte === Byte.CR && p + 1 === end) return NEED_MORE
  const crlf = byte === Byte.CR && source[p + 1] === Byte.LF
  const lineEnds = crlf || (byte === Byte.LF && rules.leniency.allowBareLf)
  if (lineEnds && stop >= 0) {
    chunkLine.extensionLength = isPadding ? 0 : p - start
    chunkLine.extensions = extensions
    return p + (crlf ? 2 : 1)
  }
  let code: ErrorCode = p === start ? 'INVALID_CHUNK_SIZE' : 'INVALID_CHUNK_EXTENSION'
  if (!lineEnds && byte === Byte.CR) code = 'BARE_CR'
  if (!lineEnds && byte === Byte.LF) code = 'BARE_LF'
  throw protocolError(code, base + p)
}

/**
 * `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )` (RFC 9112 s. 7.1.1) at `p`.
 * Returns the position after it; `end` if it may continue; `~q` if the byte at `q` cannot be part of it.
 */
function skipExtensions(
  source: Uint8Array,
  p: number,
  end: number,
  found: ChunkExtension[] | undefined,
): number {
  for (;;) {
    const element = p
    p = skipOws(source, p, end)
    if (p === end) return end
    if (source[p] !== Byte.SEMICOLON) return element
    const name = skipOws(source, p + 1, end)
    const nameEnd = skipToken(source, name, end)
    if (nameEnd === end) return end
    if (nameEnd === name) return ~name
    p = skipOws(source, nameEnd, end)
    if (p === end) return end
    if (source[p] !== Byte.EQUALS) {
      found?.push({ name: decodeLatin1(source, name, nameEnd), value: null })
      p = nameEnd
      continue
    }
    const value = skipOws(source, p + 1, end)
    if (value === end) return end
    const quoted = source[value] === Byte.DQUOTE
    p = quoted ? skipQuotedString(source, value, end) : skipToken(source, value, end)
    if (p === end || p === ~end) return end
    if (p < 0) return p
    if (p === value) return ~value
    found?.push({
      name: decodeLatin1(source, name, nameEnd),
      value: quoted ? unquote(source, value, p) : decodeLatin1(source, value, p),
    })
  }
}

/** The text of the quoted-string in `source[start, end)`, quotes included (RFC 9110 s. 5.6.4). */
function unquote(source: Uint8Array, start: number, end: number): string {
  let text = ''
  let copied = start + 1
  for (let p = copied; p < end - 1; p++) {
    if (source[p] !== Byte.BACKSLASH) continue
    text += decodeLatin1(source, copied, p)
    copied = ++p
  }
  return text + decodeLatin1(source, copied, end - 1)
}
