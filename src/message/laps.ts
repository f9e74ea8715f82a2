/**
 * Offsets in a stream of any length, in two small integers: whole laps, and bytes in the last one.
 *
 * V8 keeps integers below 2^31 in the object itself. A member that outgrows that changes the layout of
 * all objects of its kind: once one connection had carried 2 GiB, every head in the process took a
 * fifth more time, and 2.5 times as much in processes that did not recover.
 */

/** Bytes in a lap. */
export const LAP = 2 ** 30

/** The whole laps in an offset. */
export function lapsIn(offset: number): number {
  return Math.floor(offset / LAP)
}

/** The bytes of an offset in its last lap: as an integer, which the remainder of a large one is not to V8. */
export function inLap(offset: number): number {
  return (offset % LAP) | 0
}
