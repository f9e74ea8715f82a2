/**
 * All parsers of a process share one window and one arena. No parser may see data of another one, however
 * many are in use at once.
 */

import { describe, expect, test } from 'vitest'
import { type Fields, HttpError, parse, type RequestHead, RequestParser } from '../../src/index.ts'
import { ARENA_SIZE, Entry } from '../../src/message/entries.ts'
import { toBytes } from '../support/arbitraries.ts'
import { expectIntact, request } from '../support/numbered-requests.ts'
import { makeParser, type PlainEvent, readAll, runParser } from '../support/run-parser.ts'

/** Pseudo-random numbers from 0 to 1, the same in every run. */
function* scattered(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

describe('parsers in use at the same time', () => {
  test('give the same events for 300 interleaved connections as for each one alone', () => {
    const random = scattered(1)
    const draw = (below: number) => Math.floor(random.next().value * below)
    const connections = Array.from({ length: 300 }, (_, n) => {
      const kind = n % 3 === 0 ? ('response' as const) : ('request' as const)
      const text =
        kind === 'request'
          ? request(n) + request(n + 1)
          : `HTTP/1.1 200 OK\r\nX-${n}: ${n}\r\nTransfer-Encoding: chunked\r\n\r\n` +
            `${'5;a=b\r\nhello\r\n'.repeat(n % 4)}0\r\nTrailer-${n}: ${n}\r\n\r\n`
      const events: PlainEvent[] = []
      return { kind, bytes: toBytes(text), at: 0, parser: makeParser(kind), events }
    })
    const open = [...connections]
    while (open.length > 0) {
      const i = draw(open.length)
      const connection = open[i]
      if (connection === undefined) throw new Error('no connection')
      const { bytes, at, parser, events } = connection
      const length = 1 + draw(40)
      parser.push(bytes.slice(at, at + length))
      // Some chunks are read at once, others later.
      if (draw(3) > 0) readAll(parser, events)
      connection.at += length
      if (connection.at >= bytes.length) open.splice(i, 1)
    }
    for (const { kind, bytes, parser, events } of connections) {
      readAll(parser.finish(), events)
      expect(events).toEqual(runParser(kind, [bytes]).events)
    }
  })

  test('can read the same chunk in turn', () => {
    const chunk = toBytes(Array.from({ length: 50 }, (_, n) => request(n)).join(''))
    const one = new RequestParser().push(chunk)
    const other = new RequestParser().push(chunk)
    for (let n = 0; n < 50; n++) {
      for (const parser of [one, other]) {
        const head = parser.read()
        if (head?.type !== 'request') throw new Error('no head')
        expectIntact(head, n)
        expect(parser.read()?.type).toBe('end')
      }
    }
  })

  test('keep their incomplete heads when another parser fails inside a head', () => {
    const parsers = Array.from({ length: 20 }, () => new RequestParser())
    for (const [n, parser] of parsers.entries()) {
      const text = request(n, 11)
      expect([...parser.push(toBytes(text.slice(0, 60)))]).toEqual([])
      expect(() => [
        ...new RequestParser().push(toBytes(`${request(99, 5).slice(0, -2)}\0`)),
      ]).toThrow(HttpError)
    }
    for (const [n, parser] of parsers.entries()) {
      const [head] = parser.push(toBytes(request(n, 11).slice(60)))
      if (head?.type !== 'request') throw new Error('no head')
      expectIntact(head, n, 11)
    }
  })

  test('are not disturbed by a parser that runs while their events are iterated', () => {
    const targets: string[] = []
    for (const event of new RequestParser().push(toBytes(request(1) + request(2) + request(3)))) {
      if (event.type !== 'request') continue
      const inner = parse(toBytes(request(7) + request(8)), { kind: 'request' })
      targets.push(event.target, ...inner.messages.map(({ head }) => head.target))
    }
    expect(targets).toEqual(['/1', '/7', '/8', '/2', '/7', '/8', '/3', '/7', '/8'])
  })
})

describe('many heads in use at the same time', () => {
  test('stay intact when they fill more than four arenas and are read only afterwards', () => {
    const count = 3_000
    const heads: RequestHead[] = []
    const parser = new RequestParser()
    for (let n = 0; n < count; n++) {
      for (const event of parser.push(toBytes(request(n))))
        if (event.type === 'request') heads.push(event)
    }
    expect(heads).toHaveLength(count)
    expect(count * 7 * Entry.SIZE).toBeGreaterThan(4 * ARENA_SIZE)
    for (const [n, head] of heads.entries()) expectIntact(head, n)
    // Again in reverse order, now that the text of every head has been decoded.
    for (let n = count - 1; n >= 0; n--) expectIntact(heads[n] as RequestHead, n)
  })

  test('stay intact when some arrive in pieces, some are detached and some have trailers', () => {
    const heads: RequestHead[] = []
    const trailers: Fields[] = []
    const parser = new RequestParser()
    for (let n = 0; n < 2_000; n++) {
      const text =
        n % 5 === 0
          ? `POST /${n} HTTP/1.1\r\nHost: host-${n}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ${n}\r\n\r\n`
          : request(n)
      const cut = n % 3 === 0 ? (n * 7) % text.length : text.length
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        for (const event of parser.push(toBytes(part))) {
          if (event.type === 'request') heads.push(n % 7 === 0 ? event.detach() : event)
          if (event.type === 'end') trailers.push(event.trailers)
        }
      }
    }
    for (const [n, head] of heads.entries()) {
      if (n % 5 !== 0) expectIntact(head, n)
      expect(trailers[n]?.raw()).toEqual(n % 5 === 0 ? ['T', `${n}`] : [])
    }
    expect(heads).toHaveLength(2_000)
  })

  test('stay intact wherever in the arena a section ends', () => {
    // Whatever the arena contains before, one of these heads ends exactly at its end.
    const heads: RequestHead[] = []
    const count = Math.ceil((3 * ARENA_SIZE) / Entry.SIZE / 3)
    const parser = new RequestParser()
    for (let n = 0; n < count; n++) {
      const fields = n % 2
      for (const event of parser.push(toBytes(request(n, fields)))) {
        if (event.type === 'request') heads.push(event)
      }
    }
    for (const [n, head] of heads.entries()) {
      if (head.target !== `/${n}` || head.headers.size !== (n % 2) + 1) expectIntact(head, n, n % 2)
    }
    expect(heads).toHaveLength(count)
  })
})
