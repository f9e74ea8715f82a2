/**
 * `parse(bytes)`, which creates a parser for each call, against peers that are set up anew for each message.
 */

import { excludeDiffering } from './check.mjs'
import { eachConnection } from './drive.mjs'
import { shapes } from './shapes.mjs'
import { tally } from './tally.mjs'

export const suite = 'one shot'

const SHAPES = ['tiny GET', 'browser request', 'POST with 1 kB', 'response, 12 fields']

export function prepare({ wire, peers }) {
  return shapes()
    .filter(({ name }) => SHAPES.includes(name))
    .map((workload) => prepareOne(workload, wire, peers))
}

function prepareOne({ name, kind, bytes, variants }, wire, peers) {
  const others = peers.filter((peer) => peer.name !== 'httpwire')
  const contestants = [
    ...Object.entries(READERS).map(([mode, read]) => ({
      name: 'httpwire',
      mode,
      run: eachConnection(oneShot(wire, read), variants),
    })),
    ...others.map(({ name, lossy, open }) => ({
      name,
      mode: 'all',
      lossy,
      run: eachConnection(open(kind, 'all'), variants),
    })),
  ]
  const { present, leftOut } = excludeDiffering({ contestants, variants: variants.length })
  return {
    suite,
    name: `${name}, parse(bytes)`,
    about: 'a call, or a parser set up anew, for each message',
    bytes,
    unit: 1,
    reference: others[0]?.name ?? 'httpwire',
    contestants: present,
    leftOut,
  }
}

/** What is read of a message in each mode; see `modes.mjs`. */
const READERS = {
  demand() {},
  all({ head, trailers }) {
    tally.text += head.headers.raw().length + trailers.raw().length
    if (head.type === 'request') tally.text += head.method.length + head.target.length
    else tally.text += head.status + head.reason.length
  },
}

function oneShot({ parse }, read) {
  return {
    reset() {},
    feed(bytes) {
      for (const message of parse(bytes).messages) {
        tally.heads++
        tally.ends++
        tally.bytes += message.body.length
        read(message)
      }
    },
  }
}
