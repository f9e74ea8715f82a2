/**
 * Writes the protocol version: `HTTP/1.0` or `HTTP/1.1`, the only ones that this library supports
 * (RFC 9112 s. 2.3).
 */

import { show } from '../checks.ts'
import { localError } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import type { Version } from '../message/heads.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import { output } from './output.ts'

/**
 * Writes `version` at `p`. Returns the position after it.
 *
 * @throws HttpError (local) for any other version.
 */
export function writeVersion(section: WireSection, p: number, version: Version): number {
  if (version !== '1.1' && version !== '1.0') {
    const offset = section.offset + p - section.start
    throw localError('INVALID_VERSION', offset, `'1.1' or '1.0' is expected, not ${show(version)}`)
  }
  const { bytes } = output
  bytes[p] = Byte.H
  bytes[p + 1] = Byte.T
  bytes[p + 2] = Byte.T
  bytes[p + 3] = Byte.P
  bytes[p + 4] = Byte.SLASH
  bytes[p + 5] = Byte.ONE
  bytes[p + 6] = Byte.DOT
  bytes[p + 7] = version === '1.1' ? Byte.ONE : Byte.ZERO
  return p + VERSION_LENGTH
}
