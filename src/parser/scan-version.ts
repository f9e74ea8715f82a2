/**
 * `HTTP-version = HTTP-name "/" DIGIT "." DIGIT` with major version 1 (RFC 9112 s. 2.3), in the
 * window. The name is case-sensitive.
 */

import type { ErrorCode } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { Class, isIn } from '../grammar/classes.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { VERSION_LENGTH } from '../message/version.ts'
import type { WireSection } from '../message/wire-section.ts'
import { windowBytes } from './window.ts'

/** Where in the version its major digit stands. */
const MAJOR = 5

/** After the version at window position `p`, or where what stands there stops being one. */
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

/** What is wrong with the version at `version`, which stops being one at `p`. */
export function judgeVersion(version: number, p: number): ErrorCode {
  const major = p === version + MAJOR && isIn(windowBytes[p], Class.DIGIT)
  return major ? 'UNSUPPORTED_VERSION' : 'INVALID_VERSION'
}

/** RFC 9110 s. 6.2: a minor version above ours is read as ours. */
export function noteVersion(section: WireSection, version: number): void {
  if ((windowBytes[version + VERSION_LENGTH - 1] as number) > Byte.ONE) {
    section.anomalies |= AnomalyBit.HIGHER_MINOR_VERSION
  }
}
