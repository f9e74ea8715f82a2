/**
 * Entries: the offsets of the lines of a section, and the memory that they are in.
 *
 * An entry has four numbers, counted from the section's first byte. Entry 0 is the start-line; a trailer
 * section has an unused one, so that readers treat both kinds alike.
 *
 *     request-line  0, method's end, target's start, target's end
 *     status-line   0, version's end, reason's start, reason's end
 *     field line    name's start, name's end (its colon), value's start, value's end
 *
 * Sections allocate their entries from one shared array, the arena, by advancing an index: a typed array
 * for each section costs about 100 ns, more than parsing a small request.
 */

/** Where the entries of a section are. */
export interface EntryRange {
  /** The array that holds the entries: entry 0 is at `first`, and the last one must end by `limit`. */
  offsets: Int32Array
  first: number
  limit: number
  /** The number of entries after entry 0. */
  count: number
}

/** The position of each number in an entry, and the size of an entry. */
export const enum Entry {
  NAME_START = 0,
  NAME_END = 1,
  VALUE_START = 2,
  VALUE_END = 3,
  SIZE = 4,
}

/** Numbers in one arena: 64 kB, enough for about 250 browser requests. */
export const ARENA_SIZE = 16_384

/** The arena, and the index in it where the next section begins. */
export let arena: Int32Array = new Int32Array(ARENA_SIZE)
export let arenaUsed = 0
/** Where the arena begins, counted in the numbers of all arenas so far. */
let arenaStart = 0

function useArena(next: Int32Array): void {
  arena = next
  arenaUsed = 0
  arenaStart += ARENA_SIZE
}

/** Makes room for `entries` in the arena: the plain path writes them before it creates the section. */
export function reserveEntries(entries: number): void {
  if (arenaUsed + entries * Entry.SIZE > ARENA_SIZE) useArena(new Int32Array(ARENA_SIZE))
}

/**
 * Claims the entries that were written for a section before it was cut, `entries` of them. Returns their place
 * for {@link reopenEntries}. That is no reference: a section that waits for its rest keeps no arena alive.
 */
export function claimCutEntries(entries: number): number {
  const place = arenaStart + arenaUsed
  arenaUsed = (arenaUsed + entries * Entry.SIZE) | 0
  return place
}

/**
 * Makes room for `room` entries, of which the first `entries` are those claimed at `place`. They stay where
 * they are unless others were claimed after them. Returns false if the arena has been replaced since.
 */
export function reopenEntries(place: number, entries: number, room: number): boolean {
  reserveEntries(room)
  const first = place - arenaStart
  if (first < 0) return false
  const end = first + entries * Entry.SIZE
  if (end === arenaUsed) arenaUsed = first
  else arena.copyWithin(arenaUsed, first, end)
  return true
}

/**
 * Numbers in one annex: 8 kB, for the entries of sections that arrive in pieces. Such a section may wait
 * for a long time, and keeps only its annex alive.
 */
const ANNEX_SIZE = 2_048

let annex: Int32Array = new Int32Array(ANNEX_SIZE)
let annexUsed = 0

export const NO_ENTRIES = new Int32Array(0)

/**
 * The least room for a section that arrives in pieces: entries for 23 field lines. One that outgrows its
 * room moves to its own array: when a browser's request in two chunks did, it took half as long again.
 */
const SMALL_SECTION = 24

/** Claims the entries of `range`, the last ones in the arena: the next section begins after them. */
export function claimEntries({ first, count }: EntryRange): void {
  arenaUsed = (first + (count + 1) * Entry.SIZE) | 0
}

/** Moves the entries before entry `n` to where there is room for more. Returns the index of entry `n`. */
export function growEntries(range: EntryRange, n: number): number {
  const isShared = range.offsets === arena
  moveEntries(range, n, Math.max(isShared ? ARENA_SIZE : 0, 2 * (n + 1) * Entry.SIZE))
  // A larger array stays private to its section, since an arena is never used beyond ARENA_SIZE.
  if (isShared && range.limit === ARENA_SIZE) useArena(range.offsets)
  return n * Entry.SIZE
}

/** Moves the entries of an incomplete section out of the arena, where the next section would overwrite them. */
export function leaveArena(range: EntryRange): void {
  if (range.offsets !== arena) return
  const used = range.count + 1
  const room = Math.max(SMALL_SECTION, 2 * range.count) * Entry.SIZE
  if (room > ANNEX_SIZE) {
    moveEntries(range, used, room)
    return
  }
  if (annexUsed + room > ANNEX_SIZE) {
    annex = new Int32Array(ANNEX_SIZE)
    annexUsed = 0
  }
  moveEntries(range, used, room, annex, annexUsed)
  annexUsed += room
}

/** Copies the first `used` entries to where there is room for `room` numbers: an array of their own unless given. */
export function moveEntries(
  range: EntryRange,
  used: number,
  room: number,
  target: Int32Array = new Int32Array(room),
  first = 0,
): void {
  const { offsets, first: from } = range
  for (let i = 0; i < used * Entry.SIZE; i++) target[first + i] = offsets[from + i] as number
  range.offsets = target
  range.first = first
  range.limit = first + room
}
