/**
 * Compares httpwire's parser with Node's own. They are not meant to agree on everything, so
 * `differences.json` explains every difference: the verdicts of both (in the words of `firstDifference`),
 * an optional pattern that the input must match (`when`), and examples that must show the difference.
 *
 * A difference without an entry fails, and so does an entry whose examples no longer show it.
 */

import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHeads } from '../fixtures/captures/load-captures.mjs'
import { anyStream, isFuzzing, runs, TIMEOUT, toBytes } from '../support/arbitraries.ts'
import { loadCases } from '../support/cases.ts'
import type { Kind } from '../support/run-parser.ts'
import { latin1 } from '../support/wire-text.ts'
import { type Difference, firstDifference, nodeVerdict, ourVerdict } from './verdicts.ts'

interface Input {
  readonly kind: Kind
  readonly text: string
  readonly requestMethods?: readonly string[]
}

interface Entry extends Difference {
  readonly when?: string
  readonly why: string
  /** One for each kind of message in which the difference may occur. */
  readonly examples: readonly Input[]
}

const entries: readonly Entry[] = JSON.parse(
  readFileSync(new URL('differences.json', import.meta.url), 'utf8'),
)

function difference({ kind, text, requestMethods = [] }: Input): Difference | null {
  const bytes = toBytes(text)
  return firstDifference(
    ourVerdict(kind, bytes, requestMethods),
    nodeVerdict(kind, bytes, requestMethods),
  )
}

/** The entries that explain why the two differ on `input`. */
function explanations({ kind, text }: Input, { ours, node }: Difference): Entry[] {
  return entries.filter(
    (entry) =>
      entry.ours === ours &&
      entry.node === node &&
      entry.examples.some((example) => example.kind === kind) &&
      (entry.when === undefined || new RegExp(entry.when, 'i').test(text)),
  )
}

/**
 * `text` without tabs after the field values that govern where a message ends and what follows it. Node
 * keeps such a tab in the value and then does not recognize it, so nothing after it can be compared.
 */
function comparable(text: string): string {
  const governing = /^((?:transfer-encoding|connection|upgrade):[^\r]*?)[ \t]*\t[ \t]*(?=\r)/gim
  return text.replace(governing, '$1')
}

/** Fails if the two differ on `input` and no entry explains it. */
function expectExplained(input: Input): void {
  const found = difference(input)
  if (found === null || explanations(input, found).length > 0) return
  expect.fail(`no entry explains: ${JSON.stringify({ ...found, ...input })}`)
}

describe('the examples in differences.json', () => {
  const examples = entries.flatMap((entry) =>
    entry.examples.map(
      (example) => [`${example.kind}: ${entry.ours}, Node: ${entry.node}`, entry, example] as const,
    ),
  )

  test.each(examples)('still show the explained difference: %s', (_, entry, example) => {
    const found = difference(example)
    expect(found).toEqual({ ours: entry.ours, node: entry.node })
    if (found !== null) expect(explanations(example, found)).toEqual([entry])
    expect(entry.why).toMatch(/\.$/)
  })
})

describe('differences between httpwire and Node', () => {
  test('are all explained in the readable cases', () => {
    const cases = loadCases()
    expect(cases.length).toBeGreaterThan(0)
    for (const { kind, input, requestMethods } of cases) {
      expectExplained({ kind, text: latin1(input), requestMethods })
    }
  })

  test('are all explained in the captured messages', () => {
    for (const { direction, holds, bytes } of loadHeads()) {
      if (holds === 'content') continue
      expectExplained({ kind: direction, text: latin1(bytes) })
    }
  })

  test(
    'are all explained in generated messages, valid and damaged',
    () => {
      const found: Input[] = []
      fc.assert(
        fc.property(anyStream, ({ kind, bytes, requestMethods }) => {
          const input = { kind, text: comparable(latin1(bytes)), requestMethods }
          found.push(input)
          expectExplained(input)
        }),
        // The same inputs every time, except when fuzzing.
        isFuzzing ? runs(4000) : { numRuns: 4000, seed: 9112 },
      )
      expect(found.length).toBeGreaterThan(0)
    },
    TIMEOUT,
  )
})

describe('the verdicts of httpwire and Node', () => {
  test.each([
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'request'],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'request',
    ],
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n',
      'response',
    ],
    ['HTTP/1.1 200 OK\r\n\r\nuntil the end', 'response'],
    ['CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\ntunnel', 'request'],
    [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nrest',
      'response',
    ],
  ] as const)('agree on %j', (text, kind) => {
    // Tests the comparison itself: both parsers find messages, and the same ones.
    const bytes = toBytes(text)
    const nodes = nodeVerdict(kind, bytes, [])
    expect(nodes.messages.length).toBeGreaterThan(0)
    expect(nodes.error).toBeNull()
    expect(ourVerdict(kind, bytes, [])).toEqual(nodes)
  })
})
