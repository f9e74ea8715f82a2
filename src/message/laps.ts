/**
 * Represents an offset in a stream of any length as two small integers: whole laps, and bytes in the
 * current lap.
 *
 * V8 stores integers below 2^31 in the object itself. A member that outgrows that changes the layout of
 * all objects of its class: once one connection had carried 2 GiB, every head in the process took a
 * fifth longer, and 2.5 times as long in processes that did not recover.
 */

/** Bytes in a lap. */
export const LAP = 2 ** 30

/** The number of whole laps in an offset. */
export function lapsIn(offset: number): number {
  return Math.floor(offset / LAP)
}

/** The bytes in the current lap, as an integer: to V8 the remainder of a large offset is a double. */
export function inLap(offset: number): number {
  return (offset % LAP) | 0
}
