/**
 * Interprets the tables of `src/connection/rules.ts` directly, as the reference for the compiled machine
 * of `machine.ts` and for both ends of a connection.
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

/** The states of the two sides, and the known facts about the connection. */
export interface Situation {
  readonly requests: RequestState
  readonly responses: ResponseState
  /** Whether this exchange is the last one. */
  readonly last: boolean
  /** Whether further requests have been sent already. */
  readonly waiting: boolean
}

type Facts = Partial<Pick<Situation, 'last' | 'waiting'>>

export function show({ requests, responses, last, waiting }: Situation): string {
  return `${requests}/${responses}${last ? ', last' : ''}${waiting ? ', waiting' : ''}`
}

/** Whether the rule applies in this situation. */
export function holds(rule: JointRule, { requests, responses, last, waiting }: Situation): boolean {
  if (!rule.requests.some((state) => state === requests)) return false
  if (!rule.responses.some((state) => state === responses)) return false
  if (rule.persistent !== undefined && rule.persistent === last) return false
  return rule.waiting === undefined || rule.waiting === waiting
}

/** Applies the first rule that holds, over and over, until none does. */
export function settled(situation: Situation, onRule?: (rule: JointRule) => void): Situation {
  for (let steps = 0; steps < 100; steps++) {
    const rule = JOINT_RULES.find((rule) => holds(rule, situation))
    if (rule === undefined) return situation
    onRule?.(rule)
    situation = { ...situation, ...rule.become }
  }
  throw new Error(`the rules do not end: ${show(situation)}`)
}

/** A connection that follows the tables. */
export class Walk {
  at: Situation

  constructor(
    at: Situation = { requests: 'idle', responses: 'idle', last: false, waiting: false },
  ) {
    this.at = at
  }

  /** Whether the tables allow the event in the current state. */
  knows(side: 'requests' | 'responses', event: Event): boolean {
    const { requests, responses } = this.at
    const moves = side === 'requests' ? REQUEST_MOVES[requests] : RESPONSE_MOVES[responses]
    return moves[event] !== undefined
  }

  /**
   * Applies an event, along with the facts that it reveals about the connection. Returns false, and
   * changes nothing, if the tables do not allow the event.
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

  /** Applies facts about the connection that have become known without an event. */
  learn(facts: Facts): void {
    this.at = settled({ ...this.at, ...facts })
  }
}
