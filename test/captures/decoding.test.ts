/**
 * Every captured response with a content coding, decoded as it arrives: it gives the served
 * content, however it is cut. Responses with the same coded bytes are decoded once.
 */

import { describe, expect, test } from 'vitest'
import { CODINGS, ContentDecoder, decodeContent } from '../../src/codings.ts'
import type { ResponseHead } from '../../src/index.ts'
import { loadConnections, loadContent } from '../fixtures/captures/load-captures.mjs'
import { eachByte, splitsInTwo } from '../support/chunkings.ts'
import { readsOf, replay } from '../support/replay.ts'

interface Coded {
  readonly ids: string[]
  readonly head: ResponseHead
  readonly body: Uint8Array
  readonly served: Uint8Array
}

const content = loadContent()
const coded = new Map<string, Coded>()
for (const connection of loadConnections()) {
  const { requests, responses } = replay(readsOf(connection))
  const finals = responses.messages.filter(({ head }) => !head.informational)
  for (const [i, { head, body, whole }] of finals.entries()) {
    const request = requests.messages[i]?.head
    const served = content.get(request?.target.split('/').at(-1) ?? '')
    const known = head.contentCodings.every((name) => CODINGS.some((coding) => coding === name))
    if (request?.method !== 'GET' || head.status !== 200 || served === undefined) continue
    if (!whole || !known || head.contentCodings.length === 0) continue
    const key = `${head.contentCodings} ${Buffer.from(body).toString('base64')}`
    const same = coded.get(key)
    if (same === undefined) coded.set(key, { ids: [connection.id], head, body, served })
    else same.ids.push(connection.id)
  }
}

const all = [...coded.values()]

/** Cuts at every place; in a long body only near its ends, where headers and checksums are. */
function* splits(body: Uint8Array): Generator<Uint8Array[]> {
  if (body.length <= LONG) yield* splitsInTwo(body)
  else {
    for (let at = 1; at < NEAR; at++) {
      yield [body.subarray(0, at), body.subarray(at)]
      yield [body.subarray(0, -at), body.subarray(-at)]
    }
  }
}

const LONG = 1_000
const NEAR = 60

async function pulled(head: ResponseHead, chunks: readonly Uint8Array[]): Promise<string> {
  return collect(decodeContent(chunks, head))
}

async function pushed(head: ResponseHead, chunks: readonly Uint8Array[]): Promise<string> {
  const decoder = new ContentDecoder(head)
  let text = ''
  for (const chunk of chunks) text += await collect(decoder.decode(chunk))
  return text + (await collect(decoder.end()))
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const piece of pieces) parts.push(piece)
  return Buffer.concat(parts).toString('latin1')
}

describe('captured coded content', () => {
  test('has each coding that this Node supports, in more than 100 responses', () => {
    const seen = new Set(all.flatMap(({ head }) => head.contentCodings))
    expect(seen).toEqual(new Set(CODINGS))
    expect(all.reduce((sum, { ids }) => sum + ids.length, 0)).toBeGreaterThan(100)
  })

  test.each(all.map((one) => [`${one.head.contentCodings} of ${one.ids[0]}`, one] as const))(
    '%s decodes to the served content whole, byte by byte and cut in two',
    async (_, { head, body, served }) => {
      const expected = Buffer.from(served).toString('latin1')
      for (const decode of [pulled, pushed]) {
        expect(await decode(head, [body])).toBe(expected)
        expect(await decode(head, eachByte(body))).toBe(expected)
      }
      for (const chunks of splits(body)) {
        if ((await pulled(head, chunks)) !== expected) expect.fail(`cut at ${chunks[0]?.length}`)
      }
    },
  )
})
