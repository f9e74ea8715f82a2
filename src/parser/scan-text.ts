/**
 * Text and line ends in the window: field values and reason phrases, which are the bulk of every
 * head, four bytes a step; and what ends a line.
 */

import type { ErrorCode } from '../errors.ts'
import { Byte } from '../grammar/bytes.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import type { WireSection } from '../message/wire-section.ts'
import type { Rules } from './options.ts'
import { NEED_MORE } from './scan-limits.ts'
import { shown, window8, window32 } from './window.ts'

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * The first window position at or after `p` whose byte is not text: a control other than HTAB, or
 * DEL. There is one, the window's sentinel at the latest.
 *
 * Measured against the table byte by byte: 5.5 to 1.9 bytes/ns. The word that `p` stands in is
 * looked at like the others, what is before `p` masked out: a loop up to the next word costs 2 %.
 */
export function skipText(p: number): number {
  const bytes = window8
  const words = window32
  let w = p >> 2
  let controls = findControls(words[w] as number) & fromByte(p & 3)
  for (;;) {
    while (controls === 0) {
      let word: number
      do word = words[++w] as number
      while (!isOdd(word))
      controls = findControls(word)
    }
    const stop = ((w << 2) + firstByte(controls)) | 0
    if (bytes[stop] !== Byte.HTAB) return stop
    controls &= behindByte(stop & 3)
  }
}

/**
 * Whether a word may hold a control or DEL: it does, or a byte above 0x7F. Half the work of telling
 * which: a browser's request takes some 5 % less.
 *
 * A byte below 0x20 borrows, DEL carries into bit 7, and nothing else in ASCII reaches it.
 */
function isOdd(word: number): boolean {
  return (((word - 0x20202020) | (word + 0x01010101)) & 0x80808080) !== 0
}

/**
 * Which bytes of a word are controls (HTAB among them) or DEL: bit 7 is set in those, and no other.
 *
 * Two additions tell, which carry into no neighbour: with bit 7 of each byte cleared, adding 0x60
 * sets it again for 0x20 and above, adding 1 sets it for 0x7F.
 */
function findControls(word: number): number {
  const low = word & 0x7f7f7f7f
  return (~(low + 0x60606060) | (low + 0x01010101)) & ~word & 0x80808080
}

/** The bytes of a word from byte `n`, 0 to 3, on. */
function fromByte(n: number): number {
  return LITTLE_ENDIAN ? -1 << (n << 3) : -1 >>> (n << 3)
}

/** The bytes of a word behind byte `n`, 0 to 3. */
function behindByte(n: number): number {
  return LITTLE_ENDIAN ? fromByte(n) << 8 : fromByte(n) >>> 8
}

/** Which byte of a word, 0 to 3, is the first one with a bit set. */
function firstByte(word: number): number {
  return (LITTLE_ENDIAN ? 31 - Math.clz32(word & -word) : Math.clz32(word)) >> 3
}

/**
 * The position behind the line end at `p`, or 0 where there is none: CRLF, or LF alone under
 * `allowBareLf`, which is noted in the section (RFC 9112 s. 2.2).
 */
export function skipLineEnd(section: WireSection, p: number, rules: Rules): number {
  const byte = window8[p]
  if (byte === Byte.CR && window8[p + 1] === Byte.LF) return p + 2
  if (byte === Byte.LF && rules.leniency.allowBareLf) {
    section.anomalies |= AnomalyBit.BARE_LF
    return p + 1
  }
  return 0
}

/**
 * What is wrong at `p`, where a line should end and does not: `otherwise`, where it is no line end
 * gone wrong; {@link NEED_MORE} for a CR that is the last byte there is.
 */
export function judgeLineEnd<Code extends ErrorCode>(
  p: number,
  otherwise: Code,
): Code | 'BARE_CR' | 'BARE_LF' | typeof NEED_MORE {
  if (window8[p] === Byte.LF) return 'BARE_LF'
  if (window8[p] !== Byte.CR) return otherwise
  return p + 1 === shown.end ? NEED_MORE : 'BARE_CR'
}
