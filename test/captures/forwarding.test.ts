/**
 * Captured messages, written again: verbatim byte for byte, and in canonical form with the same
 * names, values, order, case, duplicates and body. Writing the canonical form again does not
 * change it.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/index.ts'
import { loadHeads } from '../fixtures/captures/load-captures.mjs'
import type { Kind } from '../support/run-parser.ts'
import { readEvents, write } from '../support/run-serializer.ts'
import { expectSurvival } from '../support/survival.ts'
import { latin1 } from '../support/wire-text.ts'

interface Sample {
  readonly kind: Kind
  readonly bytes: Uint8Array
  readonly requestMethods: readonly string[]
}

const captures: [string, Sample][] = loadHeads()
  .filter(({ holds }) => holds !== 'content')
  .map(({ file, direction, holds, bytes }) => {
    // A head without its content is parsed as the response to HEAD.
    const answersHead = direction === 'response' && holds === 'head'
    return [file, { kind: direction, bytes, requestMethods: answersHead ? ['HEAD'] : [] }]
  })

const session = (file: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/sessions/${file}`, import.meta.url)))
const asked = parse(session('keep-alive.http'), { kind: 'request' }).messages
const requestMethods = asked.map(({ head }) => head.method)
const sessions: [string, Sample][] = [
  ['keep-alive.http', { kind: 'request', bytes: session('keep-alive.http'), requestMethods: [] }],
  [
    'keep-alive.response.http',
    { kind: 'response', bytes: session('keep-alive.response.http'), requestMethods },
  ],
]

/** The one capture without Host needs a leniency in the parser and an option in the serializer. */
function optionsOf(bytes: Uint8Array) {
  const hostless = !/^Host:/m.test(latin1(bytes)) && !latin1(bytes).startsWith('HTTP/')
  return hostless
    ? { parser: { leniency: { allowMissingHost: true } }, serializer: { allowAnomalies: true } }
    : { parser: {}, serializer: {} }
}

function messagesOf({ kind, bytes, requestMethods }: Sample) {
  return parse(bytes, { kind, requestMethods, ...optionsOf(bytes).parser }).messages
}

describe('captured messages, written one by one', () => {
  test.each([...captures, ...sessions])('%s keeps its meaning when written again', (_, sample) => {
    const messages = messagesOf(sample)
    expect(messages).not.toHaveLength(0)
    for (const [i, message] of messages.entries()) {
      expectSurvival(message, sample.requestMethods[i], optionsOf(sample.bytes))
    }
  })
})

describe('captured messages, written as a stream', () => {
  test.each([...captures, ...sessions])('%s has the same bytes with verbatim', (_, sample) => {
    const { kind, bytes, requestMethods } = sample
    const { parser, serializer } = optionsOf(bytes)
    const events = readEvents(kind, bytes, requestMethods, parser)
    const written = write(kind, events, requestMethods, { ...serializer, verbatim: true })
    expect(latin1(written)).toBe(latin1(bytes))
  })
})
