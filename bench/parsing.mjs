/**
 * The parser against its peers: every shape and the corpus, in each mode. A peer that makes every
 * string anyhow is measured once, and stands in all modes with the same figure.
 */

import { leaveOutWhoDiffers } from './check.mjs'
import { corpus, shapes } from './shapes.mjs'

export const suite = 'parser'

export function prepare({ wire, peers }) {
  return [...shapes(), ...corpus(wire)].map((workload) => {
    const { name, about, bytes, messages, variants, reset } = workload
    const contestants = peers.flatMap((peer) =>
      peer.modes.map((mode) => ({
        name: peer.name,
        mode,
        lossy: peer.lossy,
        run: reset ? eachConnection(peer, mode, workload) : oneConnection(peer, mode, workload),
      })),
    )
    const { present, leftOut } = leaveOutWhoDiffers({ contestants, variants: variants.length })
    return {
      suite,
      name,
      about,
      bytes,
      messages,
      // The corpus by message; of a shape the whole, as its name says.
      unit: reset ? messages : 1,
      reference: peers.find((peer) => peer.name !== 'httpwire')?.name ?? 'httpwire',
      contestants: present,
      leftOut,
    }
  })
}

function oneConnection(peer, mode, { kind, variants }) {
  const parser = peer.open(kind, mode)
  const connections = variants.map(([chunks]) => chunks)
  let turn = 0
  return () => {
    const chunks = connections[turn]
    turn = turn + 1 === connections.length ? 0 : turn + 1
    for (let i = 0; i < chunks.length; i++) parser.feed(chunks[i])
  }
}

function eachConnection(peer, mode, { kind, variants }) {
  const parser = peer.open(kind, mode)
  let turn = 0
  return () => {
    for (const chunks of variants[turn++ % variants.length]) {
      parser.reset()
      for (let i = 0; i < chunks.length; i++) parser.feed(chunks[i])
    }
  }
}
