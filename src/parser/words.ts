/**
 * Bytes looked at four at a time, as a little-endian word: the first byte is the lowest.
 *
 * The tests are arithmetic on four bytes side by side. A borrow or carry only ever leaves a byte that is
 * itself found, so the first find is certain and later ones are not.
 */

/** What stands in start-lines and control fields, in words. */
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
  /** CRLF after another byte, and what of a word to compare with it */
  _CRLF = 0x0a0d00,
  AFTER_ONE = 0xffff00,
  COLON_SP = 0x203a,
}

/** The bits that make letters lower case: in each byte, and in each but the first. */
export const LOWER = 0x20202020
export const LOWER_AFTER = 0x20202000

/** The highest bit of each byte, which is what the tests set for a byte that is found. */
const FOUND = 0x80808080

/**
 * Whether a word may hold a byte that is no text in ASCII: a control (HTAB among them), DEL, or a byte
 * above. A byte below 0x20 borrows, DEL carries into bit 7.
 */
export function findOdd(word: number): number {
  return ((word - 0x20202020) | (word + 0x01010101)) & FOUND
}

/** The same for what a request-target is not made of: SP and `#` besides. */
export function findNoTarget(word: number): number {
  const hash = word ^ 0x23232323
  return ((word - 0x21212121) | (word + 0x01010101) | ((hash - 0x01010101) & ~hash)) & FOUND
}

/**
 * The same for what a host mostly is made of: a to z, and `&` to `9` without `/`. Of what it may be made
 * of, capital letters and a few signs are found, too.
 */
export function findNoHost(word: number): number {
  const slash = word ^ 0x2f2f2f2f
  const between = (word + 0x46464646) & ~(word + 0x1f1f1f1f)
  const outside = ~(word + 0x5a5a5a5a) | (word + 0x05050505) | word
  return (outside | between | ((slash - 0x01010101) & ~slash)) & FOUND
}

/**
 * The controls (HTAB among them) and DEL, and no byte else. Two additions tell, which carry into no
 * neighbour: with bit 7 of each byte cleared, adding 0x60 sets it again for 0x20 and above, adding 1
 * sets it for 0x7F.
 */
export function findControls(word: number): number {
  const low = word & 0x7f7f7f7f
  return (~(low + 0x60606060) | (low + 0x01010101)) & ~word & FOUND
}

/** Which byte, 0 to 3, was found first. */
export function firstFound(found: number): number {
  return (31 - Math.clz32(found & -found)) >> 3
}
