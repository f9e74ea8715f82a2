/**
 * The tables that decide whose turn it is: sound in themselves, and compiled to what they say.
 *
 * A slow reading of them, string by string, is the measure; nothing of `machine.ts` is in it.
 */

import { describe, expect, test } from 'vitest'
import {
  Bits,
  type Move,
  moveRequests,
  moveResponses,
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

/** Every situation that can be reached from the first one, and the rules that were applied. */
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

/** What may follow: any move that the tables know, and the facts that may change with it. */
function* nextOf(situation: Situation): Generator<Situation> {
  // That the connection is not to persist may turn out, or be decided, at any time.
  yield { ...situation, last: true }
  for (const event of EVENTS) {
    const requests = REQUEST_MOVES[situation.requests][event]
    if (requests !== undefined) {
      // One more request: after one that is not answered yet, if the client pipelines. Never after
      // the last one.
      const after = event === 'head' && situation.requests === 'complete'
      if (!(event === 'head' && situation.last)) {
        yield { ...situation, requests, waiting: situation.waiting || after }
      }
    }
    const responses = RESPONSE_MOVES[situation.responses][event]
    if (responses !== undefined) {
      yield { ...situation, responses }
      // One request less: perhaps none waits any longer.
      if (event === 'end' && situation.waiting && situation.responses === 'content') {
        yield { ...settled({ ...situation, responses }), waiting: false }
      }
    }
  }
}

describe('the moves', () => {
  test('are there for each state, and lead to states that there are', () => {
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
  ])('of the %s lead nowhere from switched, closed and failed', (_, moves) => {
    expect(moves.switched).toEqual({})
    expect(Object.values(moves.closed)).toEqual(['closed'])
    expect(Object.values(moves.failed)).toEqual(['failed'])
    expect(Object.values(moves.closing)).toEqual(['closed'])
  })

  test.each([
    ['requests', REQUEST_MOVES],
    ['responses', RESPONSE_MOVES],
  ])('of the %s let every state but switched come to an end', (_, moves) => {
    for (const [state, to] of Object.entries(moves)) {
      const { close } = to as { close?: string }
      if (state !== 'switched') expect(['closed', 'failed']).toContain(close)
    }
  })

  test('that begin and end a message are the only ones into content and out of it', () => {
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
  test.each(JOINT_RULES.map((rule) => [rule.why, rule] as const))(
    'change something: %s',
    (_, rule) => {
      for (const situation of SITUATIONS.filter((situation) => holds(rule, situation))) {
        expect(show({ ...situation, ...rule.become })).not.toBe(show(situation))
      }
    },
  )

  test('end, in three steps at most', () => {
    for (const situation of SITUATIONS) {
      let steps = 0
      const end = settled(situation, () => steps++)
      expect(steps, show(situation)).toBeLessThanOrEqual(3)
      expect(JOINT_RULES.filter((rule) => holds(rule, end))).toEqual([])
    }
  })

  test('never bring a side back from its end, nor change a fact', () => {
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

  test('are all needed', () => {
    const { applied } = explore()
    expect(JOINT_RULES.filter((rule) => !applied.has(rule)).map(({ why }) => why)).toEqual([])
  })

  /** Where the rules end if any that holds is applied, not only the first. */
  function ends(situation: Situation): Set<string> {
    const rules = JOINT_RULES.filter((rule) => holds(rule, situation))
    if (rules.length === 0) return new Set([show(situation)])
    return new Set(rules.flatMap((rule) => [...ends({ ...situation, ...rule.become })]))
  }

  test('lead to the same end in any order, but for a request that failed: it is answered', () => {
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

  test('are all reached, on both sides', () => {
    const all = [...reached.values()]
    expect(new Set(all.map(({ requests }) => requests))).toEqual(new Set(REQUEST_STATES))
    expect(new Set(all.map(({ responses }) => responses))).toEqual(new Set(RESPONSE_STATES))
  })

  test('of both sides go together in these ways, and in no other', () => {
    const pairs = REQUEST_STATES.map((requests) => {
      const with_ = RESPONSE_STATES.filter((responses) =>
        [...reached.values()].some((at) => at.requests === requests && at.responses === responses),
      )
      return `${requests}: ${with_.join(' ')}`
    })
    expect(pairs).toEqual([
      // A server that answers nobody (408), or so it says.
      'idle: idle content complete switched',
      'content: due content complete switched closing closed failed',
      'complete: due content switched',
      // Closing: the response to an offer that was the last one, before the offer was complete.
      'offering: due content closing',
      'switched: switched',
      'closing: closing closed failed',
      'closed: due content switched closing closed failed',
      'failed: due content switched closing closed failed',
    ])
  })

  test('of requests are switched only where those of responses are', () => {
    for (const at of reached.values()) {
      if (at.requests === 'switched') expect(at.responses).toBe('switched')
    }
  })
})

describe('the machine', () => {
  test('numbers the situations from the first one on', () => {
    expect(SITUATIONS).toHaveLength(256)
    expect(new Set(SITUATIONS.map(numberOf)).size).toBe(256)
    expect(situationOf(START)).toEqual(new Walk().at)
    for (const situation of SITUATIONS) expect(situationOf(numberOf(situation))).toEqual(situation)
  })

  test('settles each as a slow reading of the rules does', () => {
    for (const situation of SITUATIONS) {
      expect(show(situationOf(settle(numberOf(situation)))), show(situation)).toBe(
        show(settled(situation)),
      )
    }
  })

  test.each(EVENTS.map((event, move) => [event, move] as const))(
    'moves on %s as a slow reading of the tables does, on both sides',
    (event, move) => {
      for (const situation of SITUATIONS) {
        for (const [side, moves] of [
          ['requests', moveRequests],
          ['responses', moveResponses],
        ] as const) {
          const to = moves(numberOf(situation), move as Move)
          const walk = new Walk(situation)
          const knows = walk.move(side, event)
          const found = to === REFUSED ? 'refused' : show(situationOf(to))
          expect(found, `${side} of ${show(situation)}`).toBe(knows ? show(walk.at) : 'refused')
        }
      }
    },
  )
})
