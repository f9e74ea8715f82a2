/**
 * Loads the contestants. Those that cannot be loaded (packages that are not installed, Node's parser in
 * a runtime without one) are left out, and reported.
 *
 * Each module here is a contestant. It exports `name`, `modes` (only one if it always creates all
 * strings), `exceptions` (what it does not do but httpwire does, each verified with such a message) and
 * `load`, which returns `open(kind, mode)`: a parser with `feed(chunk)` and, for the next connection,
 * `reset()`. It counts what it finds in `tally.mjs`.
 */

import { createRequire } from 'node:module'
import { ownModule } from '../own-module.mjs'

/** In the order of the tables: httpwire, the reference, the others. */
const PEERS = ['httpwire', 'node', 'http-parser-js', 'llhttp-wasm', 'bare-http-parser', 'milo']

const KINDS = ['request', 'response']

/**
 * @param wire The built package.
 * @param version Its version.
 */
export async function loadPeers(wire, version) {
  const peers = createRequire(new URL('../package.json', import.meta.url))
  const packages = peers('./package.json').dependencies
  peers.version = (name) => packages[name]
  const present = []
  const leftOut = []
  for (const peer of PEERS) {
    const { name, modes, exceptions = [], lossy = false } = await import(`./${peer}.mjs`)
    try {
      const drivers = new Map()
      for (const kind of KINDS) {
        for (const mode of modes) {
          const { load } = await ownModule(new URL(`./${peer}.mjs`, import.meta.url), kind, mode)
          const driver = await load({ wire, peers })
          // Loading is not enough: Bun and Deno export some names without an implementation.
          driver.open(kind, mode).reset()
          drivers.set(`${kind} ${mode}`, driver)
        }
      }
      const [{ version: itsVersion = version }] = drivers.values()
      const open = (kind, mode) => drivers.get(`${kind} ${mode}`).open(kind, mode)
      present.push({ name, version: itsVersion, modes, exceptions, lossy, open })
    } catch (error) {
      leftOut.push({ name, why: error.message.split('\n')[0] })
    }
  }
  return { present, leftOut }
}
