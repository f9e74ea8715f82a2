/**
 * A generator refuses constraints that it does not know or cannot keep, when it is called: a misspelled
 * one would otherwise let a property pass that tests something else.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fieldLines,
  request,
  requests,
  response,
  responses,
  violation,
} from '../../src/arbitraries.ts'

const GENERATORS: Readonly<Record<string, (constraints: never) => unknown>> = {
  fieldLines,
  request,
  requests,
  response,
  responses,
  violation,
}

/** Calls a generator as JavaScript may: with anything. */
function call(generator: (constraints: never) => unknown, constraints: unknown): () => unknown {
  return () => generator(constraints as never)
}

describe.each(Object.entries(GENERATORS))('%s', (_, generator) => {
  test('names a constraint that it does not know, and those that it does', () => {
    expect(call(generator, { framin: 'none' })).toThrow(TypeError)
    expect(call(generator, { framin: 'none' })).toThrow(/^unknown constraint framin; known: \w+, /)
    expect(call(generator, { toString: 1 })).toThrow(/^unknown constraint toString; /)
  })

  test.each([[null], [5], ['none'], [['none']]])(
    'takes an object and nothing else: not %j',
    (given) => {
      expect(call(generator, given)).toThrow(TypeError)
      expect(call(generator, given)).toThrow(/^constraints must be an object, not /)
    },
  )

  test('takes undefined for a constraint that is not given', () => {
    const { message } = (() => {
      try {
        call(generator, { unknown: 1 })()
      } catch (error) {
        if (error instanceof Error) return error
      }
      return new Error('no error')
    })()
    const known = message.replace(/.*known: /, '').split(', ')
    const none = Object.fromEntries(known.map((name) => [name, undefined]))
    expect(fc.sample(call(generator, none)() as fc.Arbitrary<unknown>, 1)).toHaveLength(1)
  })
})

describe('request and requests', () => {
  test.each(['until-close', 'bogus', '', null, 1])('refuse the framing %j', (framing) => {
    const message = `framing must be one of 'none', 'length', 'chunked', not ${JSON.stringify(framing)}`
    for (const generator of [request, requests]) {
      expect(call(generator, { framing })).toThrow(new TypeError(message))
    }
  })
})

describe('response and responses', () => {
  test.each(['bogus', null])('refuse the framing %j', (framing) => {
    const message = `framing must be one of 'none', 'length', 'chunked', 'until-close', not ${JSON.stringify(framing)}`
    for (const generator of [response, responses]) {
      expect(call(generator, { framing })).toThrow(new TypeError(message))
    }
  })
})

test.each([
  ['request', request],
  ['requests', requests],
  ['response', response],
  ['responses', responses],
])('%s refuses upgrades that are neither true nor false', (_, generator) => {
  expect(call(generator, { upgrades: 'no' })).toThrow(
    new TypeError('upgrades must be true or false, not "no"'),
  )
})

describe.each([
  ['fieldLines', fieldLines, 0],
  ['requests', requests, 1],
  ['responses', responses, 1],
] as const)('%s', (_, generator, least) => {
  test.each(['minLength', 'maxLength'])(`refuses a %s below ${least}, or no integer`, (name) => {
    for (const length of [least - 1, -5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null]) {
      expect(call(generator, { [name]: length })).toThrow(RangeError)
      expect(call(generator, { [name]: length })).toThrow(
        `${name} must be an integer of at least ${least}, not ${fc.stringify(length)}`,
      )
    }
  })

  test('refuses a maxLength below minLength', () => {
    expect(() => generator({ minLength: 3, maxLength: 2 })).toThrow(
      new RangeError('maxLength must be an integer of at least 3, not 2'),
    )
  })

  test('takes any minimum, also above the default maximum', () => {
    expect(fc.sample<unknown>(generator({ minLength: 10 }), 1)).toHaveLength(1)
  })
})

describe('violation', () => {
  test('refuses a kind other than request and response, and a rule that is no string', () => {
    expect(call(violation, { kind: 'x' })).toThrow(
      new TypeError(`kind must be one of 'request', 'response', not "x"`),
    )
    expect(call(violation, { rule: 5 })).toThrow(new TypeError('rule must be a string, not 5'))
  })

  test('refuses a rule that VIOLATIONS does not have, or not for the kind', () => {
    const rule = 'an empty method'
    expect(() => violation({ rule: 'x' })).toThrow(
      new RangeError('rule must be one that VIOLATIONS has, not "x"'),
    )
    expect(() => violation({ kind: 'response', rule })).toThrow(
      new RangeError(`rule must be one that VIOLATIONS has for kind 'response', not "${rule}"`),
    )
  })
})
