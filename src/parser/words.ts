/**
 * Tests bytes four at a time, as a little-endian word: the first byte is the lowest.
 *
 * The tests do arithmetic on all four bytes at once. Only a byte that is itself found can borrow from the
 * next byte or carry into it, so the first find is certain and later ones are not.
 */

/** Parts of start-lines and control fields, as words. */
export const enum Word {
  /** `GET `, `CONN` */
  GET_ = 0x20544547,
  CONN = 0x4e4e4f43,
  /** `HTTP`, `/1.1`, `/1.0` */
  HTTP = 0x50545448,
  _1_1 = 0x312e312f,
  _1_0 = 0x302e312f,
  /** `keep`, `-ali`, `live`, `clos`, `lose`, `chun`, `nked` */
  KEEP = 0x7065656b,
  _ALI = 0x696c612d,
  LIVE = 0x6576696c,
  CLOS = 0x736f6c63,
  LOSE = 0x65736f6c,
  CHUN = 0x6e756863,
  NKED = 0x64656b6e,
  /** CRLF, and `: `, as half a word */
  CRLF = 0x0a0d,
  /** CRLF after another byte, and the mask for comparing a word with it */
  _CRLF = 0x0a0d00,
  AFTER_ONE = 0xffff00,
  COLON_SP = 0x203a,
}

/** The bits that make letters lower case: in each byte, and in each but the first. */
export const LOWER = 0x20202020
export const LOWER_AFTER = 0x20202000

/** The highest bit of each byte: the tests set it for a byte that is found. */
const FOUND = 0x80808080

/**
 * Finds bytes that are not ASCII text: controls (including HTAB), DEL, and bytes above DEL. A byte below
 * 0x20 borrows, DEL carries into bit 7.
 */
export function findOdd(word: number): number {
  return ((word - 0x20202020) | (word + 0x01010101)) & FOUND
}

/** Finds the same bytes and also SP and `#`, none of which a request-target may contain. */
export function findNoTarget(word: number): number {
  const hash = word ^ 0x23232323
  return ((word - 0x21212121) | (word + 0x01010101) | ((hash - 0x01010101) & ~hash)) & FOUND
}

/**
 * Finds bytes other than those most frequent in a host: a to z, and `&` to `9` without `/`. This includes
 * capital letters and a few marks, which a host may contain, too.
 */
export function findNoHost(word: number): number {
  const slash = word ^ 0x2f2f2f2f
  const between = (word + 0x46464646) & ~(word + 0x1f1f1f1f)
  const outside = ~(word + 0x5a5a5a5a) | (word + 0x05050505) | word
  return (outside | between | ((slash - 0x01010101) & ~slash)) & FOUND
}

/**
 * Finds the controls (including HTAB) and DEL, and no other byte. The two additions carry into no
 * neighbour: with bit 7 of each byte cleared, adding 0x60 sets it for 0x20 and above, adding 1 sets it
 * for 0x7F.
 */
export function findControls(word: number): number {
  const low = word & 0x7f7f7f7f
  return (~(low + 0x60606060) | (low + 0x01010101)) & ~word & FOUND
}

/** The index, 0 to 3, of the first byte found. */
export function firstFound(found: number): number {
  return (31 - Math.clz32(found & -found)) >> 3
}
