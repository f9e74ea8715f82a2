/**
 * The figures that all reports derive from a result.
 */

import { ratioOf } from '../measure.mjs'

export const OURS = 'httpwire'

/** The rows of httpwire in a workload, in order. */
export const ours = ({ results }) => results.filter(({ name }) => name === OURS)

export const others = ({ results }) => [
  ...new Set(results.map(({ name }) => name).filter((name) => name !== OURS)),
]

/** A peer's figures in `mode`, or its only ones, if it does the same in all modes. */
export function find({ results }, name, mode) {
  const all = results.filter((one) => one.name === name)
  return all.find((one) => one.mode === mode) ?? (all.length === 1 ? all[0] : undefined)
}

/** How many times as fast `row` is as a peer, and the spread of this ratio between rounds. */
export function against(workload, row, name) {
  const peer = find(workload, name, row.mode)
  return peer === undefined ? undefined : ratioOf(row.times, peer.times)
}

/** The fastest peer at the work of `row`, and the ratio of `row` to it. */
export function fastest(workload, row) {
  let best
  for (const name of others(workload)) {
    const found = against(workload, row, name)
    if (found !== undefined && !(found.ratio > best?.ratio)) best = { name, ...found }
  }
  return best
}

export const percent = (share) => `${Math.round(100 * share)} %`

export function nanoseconds(ns) {
  if (ns >= 1e6) return `${(ns / 1e6).toPrecision(3)} ms`
  return ns >= 1e4 ? `${(ns / 1e3).toPrecision(3)} us` : `${ns.toFixed(0)} ns`
}

export const times = (ratio) => (ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2))
