/**
 * Captured traffic in the form that the generator takes: heads, and the beginnings of connections. Only
 * the first kilobytes of a connection are used: the rest is content, which every input would compare.
 */

import type { CapturedConnection, CapturedHead } from '../../fixtures/captures/load-captures.mjs'
import { latin1 } from '../../support/wire-text.ts'
import type { Samples } from './inputs.ts'
import type { Kind } from './parser.ts'

const MOST = 3_000

export function makeSamples(captures: {
  readonly heads: readonly CapturedHead[]
  readonly connections: readonly CapturedConnection[]
}): Samples {
  const sent = (kind: Kind): [string, ...string[]] => {
    const texts: string[] = []
    for (const { direction, holds, bytes } of captures.heads) {
      if (direction === kind && holds !== 'content') texts.push(latin1(bytes))
    }
    for (const connection of captures.connections) {
      const bytes = connection[kind]
      if (bytes !== null) texts.push(latin1(bytes.subarray(0, MOST)))
    }
    const [first, ...others] = texts
    if (first === undefined) throw new Error(`no capture of a ${kind}`)
    return [first, ...others]
  }
  return { request: sent('request'), response: sent('response') }
}
