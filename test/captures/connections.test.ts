/**
 * Every connection that `npm run capture` recorded: parsed strictly from both ends, in the
 * recorded reads and in others; responses compared with their requests; content compared with what
 * was served; and written again. `oddities.json` lists what is odd in a connection, with the RFC
 * section.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cut, cuts } from '../../src/arbitraries.ts'
import { ZstdFrames } from '../../src/codings/zstd-frames.ts'
import { CODINGS, decodeBodySync } from '../../src/codings.ts'
import type { Message, RequestHead, ResponseHead } from '../../src/index.ts'
import {
  type CapturedConnection,
  listFiles,
  loadConnections,
  loadContent,
} from '../fixtures/captures/load-captures.mjs'
import { eachByte } from '../support/chunkings.ts'
import { ODDITIES, oddityOf, usesOf } from '../support/oddities.ts'
import {
  cutReads,
  plainReplay,
  type Replay,
  type ReplayedMessage,
  readsOf,
  replay,
} from '../support/replay.ts'
import { readEvents, write } from '../support/run-serializer.ts'
import { expectSurvival } from '../support/survival.ts'
import { latin1 } from '../support/wire-text.ts'

const connections = loadConnections()
const content = loadContent()
const replays = new Map(connections.map((one) => [one.id, replay(readsOf(one))]))

const replayOf = ({ id }: CapturedConnection) => replays.get(id) as Replay

/** Connections by folder: a run does not list a thousand tests, a failure names the connection. */
const byProgram = new Map<string, CapturedConnection[]>()
for (const one of connections) {
  const [program = ''] = one.id.split('/')
  byProgram.set(program, [...(byProgram.get(program) ?? []), one])
}

/** Random cuts as in the property tests: a different one each time, and the same in each run. */
const cutsInTurn = fc.sample(cuts(), { numRuns: 97, seed: 4 })
let turn = 0
const anyCut: Cut = (bytes) => (cutsInTurn[turn++ % cutsInTurn.length] as Cut)(bytes)

/** Both directions of a connection, with the messages and errors of its replay. */
function directionsOf(one: CapturedConnection) {
  const { requests, responses } = replayOf(one)
  return [
    { kind: 'request' as const, bytes: one.request, ...requests },
    { kind: 'response' as const, bytes: one.response, ...responses },
  ]
}

type Exchange = {
  readonly request: ReplayedMessage<RequestHead>
  readonly response: ReplayedMessage<ResponseHead>
}

/** Requests with the final responses that answer them. */
function exchangesOf({ requests, responses }: Replay): Exchange[] {
  const finals = responses.messages.filter(({ head }) => !head.informational || head.status === 101)
  return finals.flatMap((response, i) => {
    const request = requests.messages[i]
    return request === undefined ? [] : [{ request, response }]
  })
}

describe('the corpus', () => {
  const programs = (end: 'client' | 'server', recorded: readonly string[]) =>
    new Set(
      connections.filter((one) => recorded.includes(one.recorded)).map((one) => one[end].program),
    )
  const clients = programs('client', ['client'])
  const servers = programs('server', ['server', 'proxy-front'])
  const scenarios = new Set(connections.map(({ scenario }) => scenario))

  test('has at least 14 clients and at least 14 servers and proxies', () => {
    console.log(
      `captured: ${connections.length} connections, ${scenarios.size} scenarios\n` +
        `${clients.size} clients: ${[...clients].sort().join(', ')}\n` +
        `${servers.size} servers and proxies: ${[...servers].sort().join(', ')}`,
    )
    expect(clients.size).toBeGreaterThanOrEqual(14)
    expect(servers.size).toBeGreaterThanOrEqual(14)
  })

  test('has an entry for every recorded file, and for no other', () => {
    const listed = connections.flatMap(({ id, request, response }) => [
      ...(request === null ? [] : [`${id}.request.http`]),
      ...(response === null ? [] : [`${id}.response.http`]),
    ])
    expect(listFiles().connections).toEqual(listed.sort())
  })

  test('is smaller than 5 MB', () => {
    const bytes = connections.reduce(
      (sum, { request, response }) => sum + (request?.length ?? 0) + (response?.length ?? 0),
      0,
    )
    expect(bytes).toBeLessThan(5_000_000)
  })

  test('has reads whose lengths add up to the bytes that each side sent', () => {
    for (const { id, reads, request, response } of connections) {
      const sum = (side: string) =>
        reads.reduce((sum, [from, length]) => sum + (from === side ? length : 0), 0)
      expect([sum('client'), sum('server')], id).toEqual([
        request?.length ?? 0,
        response?.length ?? 0,
      ])
    }
  })

  test('has only loopback, .test and .example names in Host fields', () => {
    for (const { id, request } of connections) {
      const hosts = latin1(request ?? new Uint8Array(0)).matchAll(/^host: *(.*)\r$/gim)
      for (const [, host = ''] of hosts) {
        expect(host, id).toMatch(/^(127\.0\.0\.1|localhost|[a-z-]+\.(test|example))(:\d+)?$|^$/)
      }
    }
  })
})

describe.each([...byProgram])('%s', (_, own) => {
  test('parses strictly, except for the errors and anomalies listed in oddities.json', () => {
    const found = own.flatMap((one) =>
      directionsOf(one).map(({ kind, messages, error }) => ({
        id: one.id,
        kind,
        refusal: error?.code ?? null,
        anomalies: [...new Set(messages.flatMap(({ head }) => [...head.anomalies]))],
      })),
    )
    const written = own.flatMap((one) =>
      directionsOf(one).map(({ kind }) => {
        const { refusal, anomalies } = oddityOf(one, kind)
        return { id: one.id, kind, refusal, anomalies }
      }),
    )
    expect(found).toEqual(written)
  })

  test('gives the same events in the recorded reads, byte by byte, cut at random and joined', () => {
    for (const one of own) {
      const reads = readsOf(one)
      const expected = plainReplay(replayOf(one))
      const other = {
        'byte by byte': cutReads(reads, eachByte),
        'at random': cutReads(reads, (bytes) => (bytes.length === 0 ? [] : anyCut(bytes))),
        'in one piece each': joinReads(reads),
      }
      for (const [how, cut] of Object.entries(other)) {
        if (plainReplay(replay(cut)) !== expected) expect.fail(`${one.id} ${how}`)
      }
    }
  })

  test('has a request for each final response, and framing and tunnels that fit', () => {
    for (const one of own) {
      const { requests, responses } = replayOf(one)
      const exchanges = exchangesOf({ requests, responses })
      const finals = responses.messages.filter(
        ({ head }) => !head.informational || head.status === 101,
      )
      // A request that the parser refuses may have been answered all the same.
      const refused = requests.error === null ? 0 : 1
      const { unasked } = oddityOf(one, 'response')
      expect(finals.length - unasked, one.id).toBeLessThanOrEqual(
        requests.messages.length + refused,
      )
      for (const { request, response } of exchanges) {
        const bodiless = request.head.method === 'HEAD' || [204, 304].includes(response.head.status)
        if (bodiless) expect(response.head.framing, one.id).toBe('none')
      }
      expect(requests.tunnel === null, one.id).toBe(responses.tunnel === null)
      const last = exchanges.at(-1)
      if (responses.tunnel !== null && last !== undefined) {
        const { method } = last.request.head
        const { status } = last.response.head
        expect(status === 101 || (method === 'CONNECT' && status < 300), one.id).toBe(true)
      }
    }
  })

  test('decodes to the content that was served', () => {
    for (const one of own) {
      for (const { request, response } of exchangesOf(replayOf(one))) {
        const { head, body, whole } = response
        const name = request.head.target.split(/[?#]/)[0]?.split('/').at(-1) ?? ''
        const served = content.get(name)
        if (request.head.method !== 'GET' || served === undefined || !whole) continue
        if (head.status === 200) expect(decoded(head, body, name), one.id).toBe(latin1(served))
        const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(head.headers.get('content-range') ?? '')
        if (head.status === 206 && range !== null) {
          const [, first, last, length] = range.map(Number)
          expect(length, one.id).toBe(served.length)
          expect(latin1(body), one.id).toBe(latin1(served.subarray(first, (last ?? 0) + 1)))
        }
      }
    }
  })

  test('survives writing: messages keep their meaning, directions their bytes unless respelled', () => {
    for (const one of own) {
      const { requests, responses } = replayOf(one)
      const exchanges = exchangesOf({ requests, responses })
      for (const { whole, ...message } of requests.messages) {
        if (whole) survive(one.id, message)
      }
      for (const { request, response } of exchanges) {
        const { whole, ...message } = response
        if (whole) survive(one.id, message, request.head.method)
      }
      if (requests.messages.some(({ head }) => head.upgrades)) continue
      const methods = requests.messages.map(({ head }) => head.method)
      for (const { kind, bytes, error, tunnel } of directionsOf(one)) {
        if (bytes === null || error !== null || tunnel !== null) continue
        const requestMethods = kind === 'request' ? [] : methods
        const events = readEvents(kind, bytes, requestMethods)
        const written = write(kind, events, requestMethods, { verbatim: true })
        const same = latin1(written) === latin1(bytes)
        expect(same, `${one.id}, ${kind}`).toBe(!oddityOf(one, kind).respelled)
      }
    }
  })
})

test('every entry of oddities.json occurs in a connection and has an RFC section and a reason', () => {
  expect(ODDITIES.filter((oddity) => usesOf(oddity, connections) === 0)).toEqual([])
  for (const { rfc, why } of ODDITIES) {
    expect(rfc).toMatch(/^RFC (9110|9112) s\. \d/)
    expect(why.length).toBeGreaterThan(20)
  }
})

function survive(id: string, message: Message, requestMethod?: string): void {
  try {
    expectSurvival(message, requestMethod)
  } catch (error) {
    throw new Error(`${id}, ${message.head.type} at ${message.head.offset}`, { cause: error })
  }
}

/** The decoded content. If this Node lacks the coding, the served content if the data is whole. */
function decoded(head: ResponseHead, body: Uint8Array, name: string): string {
  if (head.contentCodings.includes('zstd') && !CODINGS.includes('zstd')) {
    const frames = new ZstdFrames()
    for (let at = 0; at < body.length; ) at = frames.next(body, at)
    return frames.between ? latin1(content.get(name) ?? new Uint8Array(0)) : ''
  }
  return latin1(decodeBodySync({ head, body }))
}

/** Joins consecutive reads of the same side. */
function joinReads(reads: ReturnType<typeof readsOf>): ReturnType<typeof readsOf> {
  const joined: [side: 'client' | 'server', bytes: Uint8Array][] = []
  for (const [side, bytes] of reads) {
    const last = joined.at(-1)
    if (last?.[0] === side) last[1] = new Uint8Array(Buffer.concat([last[1], bytes]))
    else joined.push([side, bytes])
  }
  return joined
}
