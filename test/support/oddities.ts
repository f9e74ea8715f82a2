/**
 * What is wrong or odd in captured traffic, as `captures/oddities.json` has it.
 */

import { readFileSync } from 'node:fs'
import type { Anomaly, ErrorCode } from '../../src/index.ts'
import type { CapturedConnection } from '../fixtures/captures/load-captures.mjs'

export interface Oddity {
  /** Identifiers of connections; `*` stands for anything but a slash. */
  readonly connections: readonly string[]
  readonly direction: 'request' | 'response'
  /** What the strict parser refuses it as; `null` if it does not. */
  readonly refusal?: ErrorCode
  /** What is repaired and reported. */
  readonly anomalies?: readonly Anomaly[]
  readonly rfc: string
  readonly why: string
}

export const ODDITIES: readonly Oddity[] = JSON.parse(
  readFileSync(new URL('../fixtures/captures/oddities.json', import.meta.url), 'utf8'),
)

/** What is odd in one direction of a connection: at most one thing is written down. */
export function oddityOf(
  { id }: CapturedConnection,
  direction: Oddity['direction'],
): Partial<Oddity> {
  const found = ODDITIES.filter((oddity) => oddity.direction === direction && matches(oddity, id))
  if (found.length > 1) throw new Error(`${found.length} oddities are about ${direction} of ${id}`)
  return found[0] ?? {}
}

/** How many connections each identifier of an oddity is about: the least of them. */
export function usesOf(oddity: Oddity, connections: readonly CapturedConnection[]): number {
  const uses = oddity.connections.map(
    (pattern) =>
      connections.filter(({ id }) => matches({ ...oddity, connections: [pattern] }, id)).length,
  )
  return Math.min(...uses)
}

function matches({ connections }: Oddity, id: string): boolean {
  return connections.some((pattern) =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`).test(id),
  )
}
