/**
 * What was really sent, written again: byte for byte where it is to stay as it is, with the same
 * names, values, order, case, duplicates and body in canonical form, which no second writing changes.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/index.ts'
import { loadHeads } from '../fixtures/captures/load-captures.mjs'
import type { Kind } from '../support/run-parser.ts'
import { readEvents, write } from '../support/run-serializer.ts'
import { expectSurvival } from '../support/survival.ts'

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

interface Sample {
  readonly kind: Kind
  readonly bytes: Uint8Array
  readonly requestMethods: readonly string[]
}

const captures: [string, Sample][] = loadHeads()
  .filter(({ holds }) => holds !== 'content')
  .map(({ file, direction, holds, bytes }) => {
    // A head without its content is what HEAD is answered with.
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

/** The one capture without Host is let in and out as it is. */
function optionsOf(bytes: Uint8Array) {
  const hostless = !/^Host:/m.test(latin1(bytes)) && !latin1(bytes).startsWith('HTTP/')
  return hostless
    ? { parser: { leniency: { allowMissingHost: true } }, serializer: { allowAnomalies: true } }
    : { parser: {}, serializer: {} }
}

function messagesOf({ kind, bytes, requestMethods }: Sample) {
  return parse(bytes, { kind, requestMethods, ...optionsOf(bytes).parser }).messages
}

describe('one by one', () => {
  test.each([...captures, ...sessions])('%s survives', (_, sample) => {
    const messages = messagesOf(sample)
    expect(messages).not.toHaveLength(0)
    for (const [i, message] of messages.entries()) {
      expectSurvival(message, sample.requestMethods[i], optionsOf(sample.bytes))
    }
  })
})

describe('as a stream', () => {
  test.each([...captures, ...sessions])('%s comes out byte for byte, verbatim', (_, sample) => {
    const { kind, bytes, requestMethods } = sample
    const { parser, serializer } = optionsOf(bytes)
    const events = readEvents(kind, bytes, requestMethods, parser)
    const written = write(kind, events, requestMethods, { ...serializer, verbatim: true })
    expect(latin1(written)).toBe(latin1(bytes))
  })
})
