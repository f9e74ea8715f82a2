/**
 * Writes the status-line: `HTTP-version SP status-code SP [ reason-phrase ] CRLF` (RFC 9112 s. 4).
 * The second space is required even without a reason phrase.
 */

import { show } from '../checks.ts'
import { localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { Class } from '../grammar/classes.ts'
import type { Version } from '../message/heads.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import { output } from './output.ts'
import { refuseText, writeLineEnd, writeText } from './write-text.ts'
import { writeVersion } from './write-version.ts'

/** Bytes of a status-line besides its reason phrase. */
export const AROUND_REASON = 15

/**
 * Writes the status-line at the start of `section`. Returns the position after it.
 *
 * @throws HttpError (local) for an invalid version, status or reason phrase.
 */
export function writeStatusLine(
  section: WireSection,
  version: Version,
  status: number,
  reason: string,
): number {
  const { start, offset } = section
  const { bytes } = output
  let p = writeVersion(section, start, version)
  bytes[p++] = Byte.SP
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw localError('INVALID_STATUS', offset + p - start, `not ${show(status)}`)
  }
  bytes[p++] = Byte.ZERO + ((status / 100) | 0)
  bytes[p++] = Byte.ZERO + (((status / 10) | 0) % 10)
  bytes[p++] = Byte.ZERO + (status % 10)
  bytes[p++] = Byte.SP
  const reasonEnd = writeText(p, reason, Class.TEXT)
  if (reasonEnd < 0) {
    refuseText(section, 'INVALID_REASON', p, reasonEnd, reason.charCodeAt(~reasonEnd), 'the reason')
  }
  const lineEnd = writeLineEnd(reasonEnd)
  section.write(0, 0, VERSION_LENGTH, p - start, reasonEnd - start)
  section.length = lineEnd - start
  return lineEnd
}
