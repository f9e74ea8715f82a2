/**
 * Loads a module again for each contestant, so that the engine compiles its functions separately. A
 * program has one loop around one parser; a loop shared by all contestants would be compiled for all of
 * them, without inlining what it calls. With a shared loop a tiny GET took some 10 ns longer, and
 * varied by as much from process to process.
 */

/** @returns The module at `url`, in an instance for `names` alone. */
export function ownModule(url, ...names) {
  const own = new URL(url)
  own.search = names.map(encodeURIComponent).join('-')
  return import(own.href)
}
