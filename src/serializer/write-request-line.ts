/**
 * Writes the request-line: `method SP request-target SP HTTP-version CRLF` (RFC 9112 s. 3). Once the
 * line is complete, the parser's own rule checks the form of the target.
 */

import { Byte } from '../grammar/bytes.ts'
import { Class } from '../grammar/classes.ts'
import type { Version } from '../message/heads.ts'
import { checkTarget } from '../message/target.ts'
import type { WireSection } from '../message/wire-section.ts'
import { output } from './output.ts'
import { refuseText, writeLineEnd, writeText } from './write-text.ts'
import { writeVersion } from './write-version.ts'

/** Bytes of a request-line besides its method and target. */
export const AROUND_TARGET = 12

/**
 * Writes the request-line at the start of `section`. Returns the position after it.
 *
 * @throws HttpError (local) for an invalid method, target or version.
 */
export function writeRequestLine(
  section: WireSection,
  method: string,
  target: string,
  version: Version,
): number {
  const { start } = section
  const methodEnd = writeText(start, method, Class.TCHAR)
  if (methodEnd <= start) {
    const unit = method.charCodeAt(~methodEnd)
    refuseText(section, 'INVALID_METHOD', start, methodEnd, unit, 'the method')
  }
  output.bytes[methodEnd] = Byte.SP

  const targetStart = methodEnd + 1
  const targetEnd = writeText(targetStart, target, Class.TARGET)
  if (targetEnd <= targetStart) {
    const unit = target.charCodeAt(~targetEnd)
    refuseText(section, 'INVALID_TARGET', targetStart, targetEnd, unit, 'the target')
  }
  output.bytes[targetEnd] = Byte.SP
  const p = writeLineEnd(writeVersion(section, targetEnd + 1, version))
  section.write(0, 0, methodEnd - start, targetStart - start, targetEnd - start)
  section.length = p - start
  checkTarget(section)
  return p
}
