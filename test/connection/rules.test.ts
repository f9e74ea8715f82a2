/**
 * The tables of the state machine of a connection: consistent in themselves, and compiled
 * faithfully into `machine.ts`.
 *
 * The reference is a slow interpreter of the tables, `walk.ts`, which uses nothing of
 * `machine.ts`.
 */

import { describe, expect, test } from 'vitest'
import {
  Bits,
  type Move,
  moved,
  REFUSED,
  requestState,
  responseState,
  START,
  settle,
} from '../../src/connection/machine.ts'
import {
  EVENTS,
  JOINT_RULES,
  type JointRule,
  REQUEST_MOVES,
  REQUEST_STATES,
  RESPONSE_MOVES,
  RESPONSE_STATES,
} from '../../src/connection/rules.ts'
import { holds, type Situation, settled, show, Walk } from '../support/walk.ts'

const SITUATIONS: readonly Situation[] = REQUEST_STATES.flatMap((requests) =>
  RESPONSE_STATES.flatMap((responses) =>
    [false, true].flatMap((last) =>
      [false, true].map((waiting) => ({ requests, responses, last, waiting })),
    ),
  ),
)

/** The number of a situation in `machine.ts`. */
function numberOf({ requests, responses, last, waiting }: Situation): number {
  return (
    REQUEST_STATES.indexOf(requests) |
    (RESPONSE_STATES.indexOf(responses) << 3) |
    (last ? Bits.LAST : 0) |
    (waiting ? Bits.WAITING : 0)
  )
}

function situationOf(state: number): Situation {
  return {
    requests: requestState(state),
    responses: responseState(state),
    last: (state & Bits.LAST) !== 0,
    waiting: (state & Bits.WAITING) !== 0,
  }
}

/** Every situation that is reachable from the first one, and the rules applied on the way. */
function explore() {
  const reached = new Map<string, Situation>()
  const applied = new Set<JointRule>()
  const visit = (situation: Situation): void => {
    const end = settled(situation, (rule) => applied.add(rule))
    if (reached.has(show(end))) return
    reached.set(show(end), end)
    for (const next of nextOf(end)) visit(next)
  }
  visit(situationOf(START))
  return { reached, applied }
}

/** The situations that may follow: any move in the tables, with the facts that may change. */
function* nextOf(situation: Situation): Generator<Situation> {
  // At any time it may turn out, or be decided, that the connection does not persist.
  yield { ...situation, last: true }
  for (const event of EVENTS) {
    const requests = REQUEST_MOVES[situation.requests][event]
    if (requests !== undefined) {
      // One more request, never after the last one. If the client pipelines, the request before it
      // need not be answered yet.
      const after = event === 'head' && situation.requests === 'complete'
      if (!(event === 'head' && situation.last)) {
        yield { ...situation, requests, waiting: situation.waiting || after }
      }
    }
    const responses = RESPONSE_MOVES[situation.responses][event]
    if (responses !== undefined) {
      yield { ...situation, responses }
      // One request less: perhaps none is waiting any longer.
      if (event === 'end' && situation.waiting && situation.responses === 'content') {
        yield { ...settled({ ...situation, responses }), waiting: false }
      }
    }
  }
}

describe('the move tables', () => {
  test('have an entry for each state, and only known events and states', () => {
    expect(Object.keys(REQUEST_MOVES)).toEqual([...REQUEST_STATES])
    expect(Object.keys(RESPONSE_MOVES)).toEqual([...RESPONSE_STATES])
    for (const [moves, states] of [
      [REQUEST_MOVES, REQUEST_STATES],
      [RESPONSE_MOVES, RESPONSE_STATES],
    ] as const) {
      for (const to of Object.values(moves)) {
        expect(EVENTS).toEqual(expect.arrayContaining(Object.keys(to)))
        expect(states).toEqual(expect.arrayContaining(Object.values(to)))
      }
    }
  })

  test.each([
    ['requests', REQUEST_MOVES],
    ['responses', RESPONSE_MOVES],
  ])(
    'of the %s leave neither switched, closed nor failed, and lead from closing to closed only',
    (_, moves) => {
      expect(moves.switched).toEqual({})
      expect(Object.values(moves.closed)).toEqual(['closed'])
      expect(Object.values(moves.failed)).toEqual(['failed'])
      expect(Object.values(moves.closing)).toEqual(['closed'])
    },
  )

  test.each([
    ['requests', REQUEST_MOVES],
    ['responses', RESPONSE_MOVES],
  ])('of the %s lead to closed or failed on close from every state but switched', (_, moves) => {
    for (const [state, to] of Object.entries(moves)) {
      const { close } = to as { close?: string }
      if (state !== 'switched') expect(['closed', 'failed']).toContain(close)
    }
  })

  test('enter content on head only, and leave it on end, switch, close and error only', () => {
    for (const moves of [REQUEST_MOVES, RESPONSE_MOVES]) {
      for (const [state, to] of Object.entries(moves)) {
        const into = Object.entries(to).filter(([, next]) => next === 'content')
        const events = into.map(([event]) => event)
        if (state === 'content') expect(events).toEqual(['data'])
        else expect(events.filter((event) => event !== 'head')).toEqual([])
      }
      const { data, ...out } = moves.content
      expect(data).toBe('content')
      expect(Object.keys(out).sort()).toEqual(['close', 'end', 'error', 'switch'])
    }
  })
})

describe('the joint rules', () => {
  test.each(JOINT_RULES)(
    'change every situation to which they apply: requests $requests, responses $responses',
    (rule) => {
      for (const situation of SITUATIONS.filter((situation) => holds(rule, situation))) {
        expect(show({ ...situation, ...rule.become })).not.toBe(show(situation))
      }
    },
  )

  test('settle in three steps at most', () => {
    for (const situation of SITUATIONS) {
      let steps = 0
      const end = settled(situation, () => steps++)
      expect(steps, show(situation)).toBeLessThanOrEqual(3)
      expect(JOINT_RULES.filter((rule) => holds(rule, end))).toEqual([])
    }
  })

  test('never change a side that has ended or is closing, nor the facts last and waiting', () => {
    const over = ['switched', 'closed', 'failed']
    for (const situation of SITUATIONS) {
      const end = settled(situation)
      for (const side of ['requests', 'responses'] as const) {
        if (over.includes(situation[side])) expect(end[side], show(situation)).toBe(situation[side])
        if (situation[side] === 'closing') expect(end[side], show(situation)).toBe('closing')
      }
      expect([end.last, end.waiting]).toEqual([situation.last, situation.waiting])
    }
  })

  test('are each applied in some reachable situation', () => {
    const { applied } = explore()
    expect(JOINT_RULES.filter((rule) => !applied.has(rule))).toEqual([])
  })

  /** The settled situations if any rule that holds may be applied, not only the first. */
  function ends(situation: Situation): Set<string> {
    const rules = JOINT_RULES.filter((rule) => holds(rule, situation))
    if (rules.length === 0) return new Set([show(situation)])
    return new Set(rules.flatMap((rule) => [...ends({ ...situation, ...rule.become })]))
  }

  test('settle alike in any order, except that a failed request with idle responses makes one due', () => {
    const ambiguous = SITUATIONS.filter((situation) => ends(situation).size > 1)
    for (const situation of ambiguous) {
      const { requests, responses } = settled(situation)
      expect([situation.requests, situation.responses]).toEqual(['failed', 'idle'])
      expect([requests, responses]).toEqual(['failed', 'due'])
    }
    expect(ambiguous).toHaveLength(2)
  })
})

describe('the states', () => {
  const { reached } = explore()

  test('are all reachable, on both sides', () => {
    const all = [...reached.values()]
    expect(new Set(all.map(({ requests }) => requests))).toEqual(new Set(REQUEST_STATES))
    expect(new Set(all.map(({ responses }) => responses))).toEqual(new Set(RESPONSE_STATES))
  })

  test('of both sides occur together in the listed pairs only', () => {
    const pairs = REQUEST_STATES.map((requests) => {
      const with_ = RESPONSE_STATES.filter((responses) =>
        [...reached.values()].some((at) => at.requests === requests && at.responses === responses),
      )
      return `${requests}: ${with_.join(' ')}`
    })
    expect(pairs).toEqual([
      // A server that answers no request (408). The tables even let such a response switch.
      'idle: idle content complete switched',
      'content: due content complete switched closing closed failed',
      'complete: due content switched',
      // closing: the last response, which answered an offer before the offer was complete.
      'offering: due content closing',
      'switched: switched',
      'closing: closing closed failed',
      'closed: due content switched closing closed failed',
      'failed: due content switched closing closed failed',
    ])
  })

  test('have requests switched only if responses are switched', () => {
    for (const at of reached.values()) {
      if (at.requests === 'switched') expect(at.responses).toBe('switched')
    }
  })
})

describe('machine.ts', () => {
  test('numbers the 256 situations uniquely, and starts where the reference starts', () => {
    expect(SITUATIONS).toHaveLength(256)
    expect(new Set(SITUATIONS.map(numberOf)).size).toBe(256)
    expect(situationOf(START)).toEqual(new Walk().at)
    for (const situation of SITUATIONS) expect(situationOf(numberOf(situation))).toEqual(situation)
  })

  test('settles each situation as the reference does', () => {
    for (const situation of SITUATIONS) {
      expect(show(situationOf(settle(numberOf(situation)))), show(situation)).toBe(
        show(settled(situation)),
      )
    }
  })

  test.each(EVENTS.map((event, move) => [event, move] as const))(
    'moves on %s as the reference does, on both sides',
    (event, move) => {
      for (const situation of SITUATIONS) {
        for (const side of ['requests', 'responses'] as const) {
          const to = moved(side, numberOf(situation), move as Move)
          const walk = new Walk(situation)
          const knows = walk.move(side, event)
          const found = to === REFUSED ? 'refused' : show(situationOf(to))
          expect(found, `${side} of ${show(situation)}`).toBe(knows ? show(walk.at) : 'refused')
        }
      }
    },
  )
})
