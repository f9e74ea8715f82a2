/**
 * The results of parsing, counted by every contestant in the same way. Counting keeps an engine from
 * optimizing the work away; check.mjs compares the counts before anything is measured, so that no
 * contestant is fast by doing less.
 *
 * `text` depends on the mode: nothing with strings on demand; the lengths of the three values; or the
 * number of names and values, and the lengths of the parts of the start-line.
 */

export const tally = { heads: 0, ends: 0, bytes: 0, text: 0 }

/** Returns what `run` counts. */
export function counted(run) {
  Object.assign(tally, { heads: 0, ends: 0, bytes: 0, text: 0 })
  run()
  return { ...tally }
}
