/**
 * The tables of `src/connection/rules.ts`, read slowly: what `machine.ts` compiles, and what both
 * ends of a connection are held against.
 */

import {
  type Event,
  JOINT_RULES,
  type JointRule,
  REQUEST_MOVES,
  RESPONSE_MOVES,
  type RequestState,
  type ResponseState,
} from '../../src/connection/rules.ts'

/** Where the two sides stand, and what is known of the connection. */
export interface Situation {
  readonly requests: RequestState
  readonly responses: ResponseState
  /** Whether nothing follows this exchange. */
  readonly last: boolean
  /** Whether further requests have been sent already. */
  readonly waiting: boolean
}

type Facts = Partial<Pick<Situation, 'last' | 'waiting'>>

export function show({ requests, responses, last, waiting }: Situation): string {
  return `${requests}/${responses}${last ? ', last' : ''}${waiting ? ', waiting' : ''}`
}

/** Whether the rule is for this situation. */
export function holds(rule: JointRule, { requests, responses, last, waiting }: Situation): boolean {
  if (!rule.requests.some((state) => state === requests)) return false
  if (!rule.responses.some((state) => state === responses)) return false
  if (rule.persistent !== undefined && rule.persistent === last) return false
  return rule.waiting === undefined || rule.waiting === waiting
}

/** What the rules make of a situation: the first that holds, over and over, until none does. */
export function settled(situation: Situation, onRule?: (rule: JointRule) => void): Situation {
  for (let steps = 0; steps < 100; steps++) {
    const rule = JOINT_RULES.find((rule) => holds(rule, situation))
    if (rule === undefined) return situation
    onRule?.(rule)
    situation = { ...situation, ...rule.become }
  }
  throw new Error(`the rules do not end: ${show(situation)}`)
}

/** A connection as the tables see it. */
export class Walk {
  at: Situation

  constructor(
    at: Situation = { requests: 'idle', responses: 'idle', last: false, waiting: false },
  ) {
    this.at = at
  }

  /** Whether the tables know the event here. */
  knows(side: 'requests' | 'responses', event: Event): boolean {
    const { requests, responses } = this.at
    const moves = side === 'requests' ? REQUEST_MOVES[requests] : RESPONSE_MOVES[responses]
    return moves[event] !== undefined
  }

  /**
   * Goes on with an event, and with what it tells of the connection. False where the tables do not
   * know it: nothing changes then.
   */
  move(side: 'requests' | 'responses', event: Event, facts: Facts = {}): boolean {
    if (!this.knows(side, event)) return false
    const { requests, responses } = this.at
    const next =
      side === 'requests'
        ? { requests: REQUEST_MOVES[requests][event] ?? requests }
        : { responses: RESPONSE_MOVES[responses][event] ?? responses }
    this.at = settled({ ...this.at, ...facts, ...next })
    return true
  }

  /** Notes what has become known of the connection. */
  learn(facts: Facts): void {
    this.at = settled({ ...this.at, ...facts })
  }
}
