/**
 * What is wrong or odd in captured traffic, as `captures/oddities.json` has it.
 */

import { readFileSync } from 'node:fs'
import type { Anomaly, ErrorCode } from '../../src/index.ts'
import type { CapturedConnection } from '../fixtures/captures/load-captures.mjs'

/** What an oddity says of one direction of a connection. */
interface Facts {
  /** What the strict parser refuses it as. */
  readonly refusal?: ErrorCode
  /** What is repaired and reported. */
  readonly anomalies?: readonly Anomaly[]
  /** Whether writing it again, verbatim, spells something between the heads otherwise. */
  readonly respelled?: boolean
  /** Responses beyond those that were asked for. */
  readonly unasked?: number
}

export interface Oddity extends Facts {
  /** Identifiers of connections; `*` stands for anything but a slash. */
  readonly connections: readonly string[]
  readonly direction: 'request' | 'response'
  readonly rfc: string
  readonly why: string
}

export const ODDITIES: readonly Oddity[] = JSON.parse(
  readFileSync(new URL('../fixtures/captures/oddities.json', import.meta.url), 'utf8'),
)

/** What is odd in one direction of a connection. */
export function oddityOf(
  { id }: CapturedConnection,
  direction: Oddity['direction'],
): Required<Omit<Facts, 'refusal'>> & { readonly refusal: ErrorCode | null } {
  const found = ODDITIES.filter((oddity) => oddity.direction === direction && matches(oddity, id))
  return Object.assign(
    { refusal: null, anomalies: [], respelled: false, unasked: 0 },
    ...found.map(({ connections, direction, rfc, why, ...facts }) => facts),
  )
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
