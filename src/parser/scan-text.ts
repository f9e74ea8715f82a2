/**
 * Scans text and line ends in the window. Text (field values and reason phrases) is the bulk of every
 * head, and is scanned four bytes at a time.
 */

import type { ErrorCode } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { NEED_MORE } from './scan-limits.ts'
import { shown, windowBytes, windowView } from './window.ts'
import { findControls, findOdd, firstFound } from './words.ts'

/**
 * The first window position at or after `start` whose byte is not text: a control other than HTAB, or
 * DEL. There always is one: the window's sentinel, if no other.
 *
 * It scans 5.5 bytes/ns; with the class table, byte by byte, it was 1.9 bytes/ns.
 */
export function skipText(start: number): number {
  let p = start | 0
  for (;;) {
    let word = windowView.getInt32(p, true)
    while (findOdd(word) === 0) {
      p = (p + 4) | 0
      word = windowView.getInt32(p, true)
    }
    const controls = findControls(word)
    if (controls === 0) p = (p + 4) | 0
    else {
      p = (p + firstFound(controls)) | 0
      if (windowBytes[p] !== Byte.HTAB) return p
      p = (p + 1) | 0
    }
  }
}

/**
 * The position after the line end at `p`, or 0 if there is none. A line end is CRLF or, with
 * `allowBareLf`, LF alone, which is recorded as an anomaly of the section (RFC 9112 s. 2.2).
 */
export function skipLineEnd(section: WireSection, p: number, rules: Rules): number {
  const byte = windowBytes[p]
  if (byte === Byte.CR && windowBytes[p + 1] === Byte.LF) return p + 2
  if (byte === Byte.LF && rules.leniency.allowBareLf) {
    section.anomalies |= AnomalyBit.BARE_LF
    return p + 1
  }
  return 0
}

/**
 * The error at `p`, where a line should end but does not: `otherwise` for a byte other than CR and LF;
 * {@link NEED_MORE} for a CR that is the last available byte.
 */
export function lineEndError<Code extends ErrorCode>(
  p: number,
  otherwise: Code,
): Code | 'BARE_CR' | 'BARE_LF' | typeof NEED_MORE {
  if (windowBytes[p] === Byte.LF) return 'BARE_LF'
  if (windowBytes[p] !== Byte.CR) return otherwise
  return p + 1 === shown.end ? NEED_MORE : 'BARE_CR'
}
