/**
 * What came of parsing, counted by every contestant in the same way: it keeps results alive, so that
 * no engine may leave the work out, and it is compared between the contestants before anything is
 * measured (see check.mjs), so that nobody is fast by doing less.
 *
 * `text` depends on the mode: nothing with strings on demand; the lengths of the three values; or the
 * number of names and values, and the lengths of what the start-line says.
 */

export const tally = { heads: 0, ends: 0, bytes: 0, text: 0 }

/** Runs `run`, and gives what it counted. */
export function counted(run) {
  Object.assign(tally, { heads: 0, ends: 0, bytes: 0, text: 0 })
  run()
  return { ...tally }
}
