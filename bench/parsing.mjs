/**
 * The parser against its peers: every shape and the corpus, in each mode. A peer that always creates all
 * strings is measured once, and has the same figure in all modes.
 */

import { excludeDiffering } from './check.mjs'
import { ownModule } from './own-module.mjs'
import { corpus, shapes } from './shapes.mjs'

const DRIVE = new URL('./drive.mjs', import.meta.url)

export const suite = 'parser'

export function prepare({ wire, peers }) {
  return Promise.all([...shapes(), ...corpus(wire)].map((workload) => prepareOne(workload, peers)))
}

async function prepareOne(workload, peers) {
  const { name, about, bytes, messages, kind, variants, reset } = workload
  const contestants = []
  for (const { name, modes, lossy, open } of peers) {
    for (const mode of modes) {
      const { eachConnection, oneConnection } = await ownModule(DRIVE, name, kind, mode)
      const parser = open(kind, mode)
      const run = (reset ? eachConnection : oneConnection)(parser, variants)
      contestants.push({ name, mode, lossy, run })
    }
  }
  const { present, leftOut } = excludeDiffering({ contestants, variants: variants.length })
  return {
    suite,
    name,
    about,
    bytes,
    messages,
    // Times are per message for the corpus, and for the whole of a shape.
    unit: reset ? messages : 1,
    reference: peers.find((peer) => peer.name !== 'httpwire')?.name ?? 'httpwire',
    contestants: present,
    leftOut,
  }
}
