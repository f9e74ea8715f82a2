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
import * as bareHttpParser from './bare-http-parser.mjs'
import * as httpParserJs from './http-parser-js.mjs'
import * as httpwire from './httpwire.mjs'
import * as llhttpWasm from './llhttp-wasm.mjs'
import * as milo from './milo.mjs'
import * as node from './node.mjs'

/** In the order of the tables: we, the one that all is compared with, the others. */
const PEERS = [httpwire, node, httpParserJs, llhttpWasm, bareHttpParser, milo]

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
    const { name, modes, notAsked = [], lossy = false } = peer
    try {
      const loaded = await peer.load({ wire, peers })
      // One that can be loaded may still do nothing: Bun and Deno have names without contents.
      loaded.open('request', modes[0]).reset()
      present.push({ version, ...loaded, name, modes, notAsked, lossy })
    } catch (error) {
      leftOut.push({ name, why: error.message.split('\n')[0] })
    }
  }
  return { present, leftOut }
}
