/**
 * `uri-host [ ":" port ]` (RFC 9110 s. 4.1, 7.2; RFC 3986 s. 3.2.2): the Host field, CONNECT's
 * authority-form and the authority of an absolute-form target.
 *
 * Checks the grammar and that the port is at most 65535; does not resolve, normalize or compare hosts.
 */

import { Byte } from './bytes.ts'
import { CLASS, Class, HEX, isIn, NOT_A_DIGIT } from './classes.ts'
import { parseDecimal } from './numbers.ts'

/** What follows the host in a valid authority. */
export const enum Port {
  /** The text is not a valid authority. */
  INVALID = -1,
  /** No port, or a colon with nothing after it. */
  NONE = -2,
}

/** The port of the authority in `bytes[start, end)` (0-65535), or a {@link Port}. */
export function parseAuthority(bytes: Uint8Array, start: number, end: number): number {
  const hostEnd =
    start < end && bytes[start] === Byte.LEFT_BRACKET
      ? skipIpLiteral(bytes, start, end)
      : skipRegName(bytes, start, end)
  if (hostEnd < 0) return Port.INVALID
  if (hostEnd === end) return Port.NONE
  if (bytes[hostEnd] !== Byte.COLON) return Port.INVALID
  return parsePort(bytes, hostEnd + 1, end)
}

function parsePort(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return Port.NONE
  const port = parseDecimal(bytes, start, end)
  return port >= 0 && port <= 65535 ? port : Port.INVALID
}

/** The end of the reg-name at `p` (its grammar includes IPv4 addresses); -1 if invalid. */
function skipRegName(bytes: Uint8Array, p: number, end: number): number {
  const classes = CLASS
  for (;;) {
    while (
      p + 1 < end &&
      ((classes[bytes[p] as number] as number) &
        (classes[bytes[p + 1] as number] as number) &
        Class.REG_NAME) !==
        0
    ) {
      p = (p + 2) | 0
    }
    if (p < end && ((classes[bytes[p] as number] as number) & Class.REG_NAME) !== 0) p++
    if (p === end || bytes[p] === Byte.COLON) return p
    if (bytes[p] !== Byte.PERCENT || p + 2 >= end) return -1
    if (!isHex(bytes[p + 1]) || !isHex(bytes[p + 2])) return -1
    p += 3
  }
}

/** The end of the bracketed address that opens at `start`; -1 if invalid. */
function skipIpLiteral(bytes: Uint8Array, start: number, end: number): number {
  let close = start + 1
  while (close < end && bytes[close] !== Byte.RIGHT_BRACKET) close++
  if (close === end) return -1
  const first = bytes[start + 1] as number
  const valid =
    (first | 0x20) === 0x76 // "v": IPvFuture
      ? isIpvFuture(bytes, start + 2, close)
      : isIpv6(bytes, start + 1, close)
  return valid ? close + 1 : -1
}

/** `1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`, after the "v". */
function isIpvFuture(bytes: Uint8Array, p: number, end: number): boolean {
  const version = p
  while (p < end && isHex(bytes[p])) p++
  if (p === version || p >= end - 1 || bytes[p] !== Byte.DOT) return false
  for (p++; p < end; p++) {
    if (!isIn(bytes[p], Class.REG_NAME) && bytes[p] !== Byte.COLON) return false
  }
  return true
}

/** Eight groups of 1 to 4 digits; one `::` may replace one or more of them, an IPv4 address the last two. */
function isIpv6(bytes: Uint8Array, p: number, end: number): boolean {
  let groups = 0
  let elided = false
  if (bytes[p] === Byte.COLON) {
    if (bytes[p + 1] !== Byte.COLON) return false
    elided = true
    p += 2
  }
  while (p < end) {
    const start = p
    while (p < end && isHex(bytes[p])) p++
    if (p < end && bytes[p] === Byte.DOT) {
      groups += 2
      return isIpv4(bytes, start, end) && (elided ? groups <= 7 : groups === 8)
    }
    if (p === start || p - start > 4) return false
    groups++
    if (p === end) break
    if (bytes[p] !== Byte.COLON) return false
    p++
    if (bytes[p] === Byte.COLON && p < end) {
      if (elided) return false
      elided = true
      p++
    } else if (p === end) return false
  }
  return elided ? groups <= 7 : groups === 8
}

/** Four decimal octets without leading zeros. */
function isIpv4(bytes: Uint8Array, p: number, end: number): boolean {
  for (let octets = 0; octets < 4; octets++) {
    if (octets > 0 && bytes[p++] !== Byte.DOT) return false
    const start = p
    while (p < end && isIn(bytes[p], Class.DIGIT)) p++
    const octet = parseDecimal(bytes, start, p)
    if (octet < 0 || octet > 255 || (p - start > 1 && bytes[start] === Byte.ZERO)) return false
  }
  return p === end
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && HEX[byte] !== NOT_A_DIGIT
}
