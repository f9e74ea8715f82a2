/**
 * The errors and oddities in captured traffic, as listed in `captures/oddities.json`.
 */

import { readFileSync } from 'node:fs'
import type { Anomaly, ErrorCode } from '../../src/index.ts'
import type { CapturedConnection } from '../fixtures/captures/load-captures.mjs'

/** The facts that an oddity states about one direction of a connection. */
interface Facts {
  /** The error code with which the strict parser refuses it. */
  readonly refusal?: ErrorCode
  /** The anomalies that are repaired and reported. */
  readonly anomalies?: readonly Anomaly[]
  /** Whether writing it again verbatim changes the spelling of something between the heads. */
  readonly respelled?: boolean
  /** The number of responses without a request. */
  readonly unasked?: number
}

export interface Oddity extends Facts {
  /** Identifiers of connections; `*` matches anything but a slash. */
  readonly connections: readonly string[]
  readonly direction: 'request' | 'response'
  readonly rfc: string
  readonly why: string
}

export const ODDITIES: readonly Oddity[] = JSON.parse(
  readFileSync(new URL('../fixtures/captures/oddities.json', import.meta.url), 'utf8'),
)

/** All facts listed about one direction of a connection. */
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

/** The least number of connections that an identifier of `oddity` matches. */
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
