/**
 * Scans `HTTP-version = HTTP-name "/" DIGIT "." DIGIT` with major version 1 (RFC 9112 s. 2.3) in the
 * window. The name is case-sensitive.
 */

import type { ErrorCode } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { Class, isIn } from '../grammar/classes.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import { windowBytes } from './window.ts'

/** The position of the major digit in the version. */
const MAJOR = 5

/** The end of the version at window position `p`, or the first byte that cannot be part of it. */
export function skipVersion(p: number): number {
  if (windowBytes[p] !== Byte.H) return p
  if (windowBytes[++p] !== Byte.T) return p
  if (windowBytes[++p] !== Byte.T) return p
  if (windowBytes[++p] !== Byte.P) return p
  if (windowBytes[++p] !== Byte.SLASH) return p
  if (windowBytes[++p] !== Byte.ONE) return p
  if (windowBytes[++p] !== Byte.DOT) return p
  return isIn(windowBytes[++p], Class.DIGIT) ? p + 1 : p
}

/** The error in the version at `version`, whose first invalid byte is at `p`. */
export function versionError(version: number, p: number): ErrorCode {
  const major = p === version + MAJOR && isIn(windowBytes[p], Class.DIGIT)
  return major ? 'UNSUPPORTED_VERSION' : 'INVALID_VERSION'
}

/** Records a minor version above 1, which is read as 1 (RFC 9110 s. 6.2). */
export function noteVersion(section: WireSection, version: number): void {
  if ((windowBytes[version + VERSION_LENGTH - 1] as number) > Byte.ONE) {
    section.anomalies |= AnomalyBit.HIGHER_MINOR_VERSION
  }
}
