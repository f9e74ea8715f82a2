/**
 * Who takes part. What cannot be loaded (packages that are not installed, Node's parser where a runtime
 * has none) is left out, and said to be.
 *
 * Each module here is one of them, with `name`, the `modes` that it has (one, if it makes every string
 * anyhow), `notAsked` (what it leaves undone that httpwire does, each found by giving it such a
 * message) and `load`, which gives `open(kind, mode)`: a parser with `feed(chunk)` and, for the next
 * connection, `reset()`. What it finds, it counts in `tally.mjs`.
 */

import { createRequire } from 'node:module'
import { ownModule } from '../own-module.mjs'

/** In the order of the tables: we, the one that all is compared with, the others. */
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
    const { name, modes, notAsked = [], lossy = false } = await import(`./${peer}.mjs`)
    try {
      const drivers = new Map()
      for (const kind of KINDS) {
        for (const mode of modes) {
          const { load } = await ownModule(new URL(`./${peer}.mjs`, import.meta.url), kind, mode)
          const driver = await load({ wire, peers })
          // One that can be loaded may still do nothing: Bun and Deno have names without contents.
          driver.open(kind, mode).reset()
          drivers.set(`${kind} ${mode}`, driver)
        }
      }
      const [{ version: itsVersion = version }] = drivers.values()
      const open = (kind, mode) => drivers.get(`${kind} ${mode}`).open(kind, mode)
      present.push({ name, version: itsVersion, modes, notAsked, lossy, open })
    } catch (error) {
      leftOut.push({ name, why: error.message.split('\n')[0] })
    }
  }
  return { present, leftOut }
}
