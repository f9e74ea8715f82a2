/**
 * Loads a module once more for each contestant, so that its functions are other functions to the engine.
 * A program has one loop around one parser; a loop that all contestants shared would be compiled for all
 * of them, and what is called from it not be inlined: a tiny GET took some 10 ns more, and as much more or
 * less from process to process.
 */

/** @returns The module at `url` that is loaded for `names` alone. */
export function ownModule(url, ...names) {
  const own = new URL(url)
  own.search = names.map(encodeURIComponent).join('-')
  return import(own.href)
}
