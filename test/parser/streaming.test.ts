/**
 * The life cycle of a parser: push, read, finish, protocol switches, and which calls each state refuses.
 */

import { describe, expect, test } from 'vitest'
import {
  HttpError,
  type RequestEvent,
  RequestParser,
  type ResponseEvent,
  ResponseParser,
} from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { text, thrown } from '../support/refusals.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const CHUNKED = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'
const CONNECT = 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'

function types(events: Iterable<RequestEvent | ResponseEvent>): string[] {
  return Array.from(events, ({ type }) => type)
}

function expectWrongState(run: () => unknown): void {
  const error = thrown(run)
  expect(error).toBeInstanceOf(HttpError)
  expect(error).toMatchObject({ code: 'WRONG_STATE', side: 'local', status: 500 })
}

describe('push and read', () => {
  test('read returns null before the first push', () => {
    const parser = new RequestParser()
    expect(parser.read()).toBeNull()
    expect([...parser]).toEqual([])
    expect(parser.offset).toBe(0)
  })

  test('push returns the parser without parsing: an error is thrown by read', () => {
    const parser = new RequestParser()
    expect(parser.push(toBytes('\0'))).toBe(parser)
    expect(thrown(() => parser.read())).toMatchObject({ code: 'INVALID_METHOD', offset: 0 })
  })

  test('read returns one event at a time, or null until more input is pushed', () => {
    const parser = new RequestParser().push(toBytes(`${GET}GET / HT`))
    expect(parser.read()?.type).toBe('request')
    expect(parser.read()?.type).toBe('end')
    expect(parser.read()).toBeNull()
    expect(parser.read()).toBeNull()
    expect(types(parser.push(toBytes('TP/1.1\r\nHost: a\r\n\r\n')))).toEqual(['request', 'end'])
  })

  test('push ignores empty chunks at any place', () => {
    const parser = new RequestParser()
    const events: RequestEvent[] = []
    const nothing = new Uint8Array(0)
    for (const byte of toBytes(`${CHUNKED}1\r\nx\r\n0\r\nA: b\r\n\r\n`)) {
      parser.push(nothing).push(Uint8Array.of(byte)).push(nothing)
      events.push(...parser)
    }
    expect(types(events)).toEqual(['request', 'data', 'end'])
    parser.finish()
    expect(parser.read()).toBeNull()
  })

  test('single bytes pushed after an incomplete line count as unread', () => {
    const parser = new RequestParser().push(toBytes('GET / H'))
    expect(parser.read()).toBeNull()
    for (const byte of toBytes('TTP/1.1')) parser.push(Uint8Array.of(byte))
    expect(parser.offset).toBe(0)
    expect(text(parser.takeRest())).toBe('GET / HTTP/1.1')
    expect(parser.offset).toBe('GET / HTTP/1.1'.length)
  })

  test('read reports an invalid byte as soon as it arrives after an incomplete head', () => {
    const parser = new RequestParser()
    for (const byte of toBytes(GET)) Array.from(parser.push(Uint8Array.of(byte)))
    expect(parser.push(toBytes('GET / HTTP/1.1\r\nHost:')).read()).toBeNull()
    parser.push(toBytes('\0'))
    expect(thrown(() => parser.read())).toMatchObject({ code: 'INVALID_FIELD_VALUE' })
  })

  test('iteration can be stopped by break and continued later', () => {
    const parser = new RequestParser().push(toBytes(GET + GET + GET))
    let first: RequestEvent | undefined
    for (const event of parser) {
      first = event
      break
    }
    expect(first?.type).toBe('request')
    expect(types(parser)).toEqual(['end', 'request', 'end', 'request', 'end'])
    expect(types(parser)).toEqual([])
  })

  test('two iterators share one stream of events', () => {
    const parser = new RequestParser().push(toBytes(GET + GET))
    const one = parser[Symbol.iterator]()
    const other = parser[Symbol.iterator]()
    expect(one.next().value?.type).toBe('request')
    expect(other.next().value?.type).toBe('end')
    expect(one.next().value?.type).toBe('request')
    expect(parser.read()?.type).toBe('end')
    expect(one.next()).toEqual({ done: true, value: undefined })
    // `done` is not final: more input yields more events.
    parser.push(toBytes(GET))
    expect(one.next().value?.type).toBe('request')
  })

  test('iteration yields the valid events, then throws the error, and throws it again', () => {
    const parser = new RequestParser().push(toBytes(`${GET}\0`))
    const events: string[] = []
    const error = thrown(() => {
      for (const { type } of parser) events.push(type)
    })
    expect(events).toEqual(['request', 'end'])
    expect(error).toMatchObject({ code: 'INVALID_METHOD', offset: GET.length })
    expect(thrown(() => parser[Symbol.iterator]().next())).toBe(error)
  })

  test('chunks pushed ahead are parsed only when they are read', () => {
    const parser = new RequestParser()
    for (let i = 0; i < 1000; i++) parser.push(toBytes(GET))
    expect(parser.offset).toBe(0)
    expect(types(parser)).toHaveLength(2000)
    expect(parser.offset).toBe(1000 * GET.length)
  })

  test('offset is the end of the last event read', () => {
    const parser = new RequestParser().push(toBytes(`${CHUNKED}2\r\nab\r\n0\r\n\r\n${GET}`))
    const offsets: number[] = []
    for (const event of parser) {
      expect(event.type).not.toBe('chunk')
      offsets.push(parser.offset)
    }
    const head = CHUNKED.length
    const end = head + '2\r\nab\r\n0\r\n\r\n'.length
    expect(offsets).toEqual([head, head + 5, end, end + GET.length, end + GET.length])
  })

  test('offset does not include an incomplete head', () => {
    const parser = new RequestParser().push(toBytes(GET + GET.slice(0, 10)))
    expect(types(parser)).toHaveLength(2)
    expect(parser.offset).toBe(GET.length)
    expect(types(parser.push(toBytes(GET.slice(10, 20))))).toEqual([])
    expect(parser.offset).toBe(GET.length)
    const [head] = parser.push(toBytes(GET.slice(20)))
    expect(head).toMatchObject({ type: 'request', offset: GET.length })
    expect(parser.offset).toBe(2 * GET.length)
  })
})

describe('finish', () => {
  test('ends cleanly between messages, also if called again', () => {
    const parser = new RequestParser().push(toBytes(GET))
    expect(types(parser)).toHaveLength(2)
    expect(parser.finish()).toBe(parser)
    expect(parser.read()).toBeNull()
    expect(parser.finish().read()).toBeNull()
  })

  test('ends cleanly without any input', () => {
    expect(new RequestParser().finish().read()).toBeNull()
    expect(new ResponseParser().finish().read()).toBeNull()
  })

  test('may be called before the input is read', () => {
    const parser = new RequestParser().push(toBytes(GET)).push(toBytes(GET)).finish()
    expect(types(parser)).toHaveLength(4)
    expect(parser.read()).toBeNull()
  })

  test('ends cleanly after empty lines', () => {
    expect(new RequestParser().push(toBytes('\r\n\r\n')).finish().read()).toBeNull()
  })

  test.each([
    ['in a start-line', 'GET / HT'],
    ['in a head', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['in a body with Content-Length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab'],
    ['in a chunk-size line', CHUNKED],
    ['in a chunk-size line', `${CHUNKED}5;a`],
    ['in chunk data', `${CHUNKED}5\r\nab`],
    ['after chunk data', `${CHUNKED}2\r\nab`],
    ['after chunk data', `${CHUNKED}2\r\nab\r`],
    ['in a trailer section', `${CHUNKED}0\r\n`],
    ['in a trailer section', `${CHUNKED}0\r\nA: b\r\n`],
  ])('throws TRUNCATED at the end of the input and names the place: %s', (part, input) => {
    const parser = new RequestParser().push(toBytes(input)).finish()
    const error = thrown(() => [...parser])
    expect(error).toMatchObject({ code: 'TRUNCATED', offset: input.length, status: 400 })
    expect((error as HttpError).message).toContain(part)
  })

  test('ends a close-delimited body, even an empty one', () => {
    for (const body of ['', 'x', 'two parts']) {
      const parser = new ResponseParser().push(toBytes('HTTP/1.1 200 OK\r\n\r\n'))
      for (const byte of toBytes(body)) parser.push(Uint8Array.of(byte))
      expect(types(parser)).not.toContain('end')
      expect(types(parser.finish())).toEqual(['end'])
      expect(parser.read()).toBeNull()
    }
  })

  test('makes a later push throw WRONG_STATE without losing earlier input', () => {
    const parser = new RequestParser().finish()
    expectWrongState(() => parser.push(toBytes(GET)))
    expectWrongState(() => parser.push(new Uint8Array(0)))
    // The parser has not failed: what was pushed before can still be read.
    const late = new RequestParser().push(toBytes(GET)).finish()
    expectWrongState(() => late.push(toBytes(GET)))
    expect(types(late)).toEqual(['request', 'end'])
  })
})

describe('switching protocols', () => {
  test.each([
    ['CONNECT', CONNECT],
    ['an Upgrade that Connection names', UPGRADE],
  ])('%s makes a request parser wait after the message', (_, head) => {
    const parser = new RequestParser().push(toBytes(`${head}\x16\x03\x01`))
    expect(parser.read()).toMatchObject({ type: 'request', upgrades: true })
    expect(parser.switching).toBe(false)
    expect(parser.read()?.type).toBe('end')
    expect(parser.switching).toBe(true)
    expect(parser.read()).toBeNull()
    expect(types(parser)).toEqual([])
    parser.push(toBytes('more'))
    expect(parser.read()).toBeNull()
    expect(parser.offset).toBe(head.length)
    expect(text(parser.takeRest())).toBe('\x16\x03\x01more')
    expect(parser.switching).toBe(true)
    expect(parser.offset).toBe(head.length + 7)
    expect(text(parser.push(toBytes('late')).takeRest())).toBe('late')
    expect(parser.takeRest()).toHaveLength(0)
  })

  test('begins after the content of the request', () => {
    const head =
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\n'
    const parser = new RequestParser().push(toBytes(`${head}okrest`))
    expect(types(parser)).toEqual(['request', 'data', 'end'])
    expect(parser.switching).toBe(true)
    expect(text(parser.takeRest())).toBe('rest')
  })

  test.each([
    ['101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'GET'],
    ['2xx to CONNECT', 'HTTP/1.1 299 Fine\r\nContent-Length: 5\r\n\r\n', 'CONNECT'],
  ])('%s makes a response parser wait after the message', (_, head, method) => {
    const parser = new ResponseParser().respondsTo(method).push(toBytes(`${head}HTTP/1.1 200 OK`))
    expect(types(parser)).toEqual(['response', 'end'])
    expect(parser.switching).toBe(true)
    expect(text(parser.takeRest())).toBe('HTTP/1.1 200 OK')
  })

  test.each([
    ['Upgrade that Connection does not name', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n'],
    ['upgrade without Upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n'],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
  ])('does not begin for %s', (_, head) => {
    const parser = new RequestParser().push(toBytes(head))
    expect(types(parser)).toEqual(['request', 'end'])
    expect(parser.switching).toBe(false)
  })

  test('ends with resume, which continues to read HTTP', () => {
    const parser = new RequestParser().push(toBytes(UPGRADE + GET))
    expect(types(parser)).toEqual(['request', 'end'])
    expect(parser.resume()).toBe(parser)
    expect(parser.switching).toBe(false)
    expect(types(parser)).toEqual(['request', 'end'])
    expect(parser.offset).toBe(UPGRADE.length + GET.length)
  })

  test('does not end with takeRest: resume still works and continues with later input', () => {
    const parser = new RequestParser().push(toBytes(`${UPGRADE}rest`))
    expect(types(parser)).toHaveLength(2)
    expect(text(parser.takeRest())).toBe('rest')
    const offset = UPGRADE.length + 4
    const [head] = parser.resume().push(toBytes(GET))
    expect(head).toMatchObject({ type: 'request', offset })
  })

  test('lets the input end cleanly and keeps the rest', () => {
    const parser = new RequestParser().push(toBytes(`${UPGRADE}rest`)).finish()
    expect(types(parser)).toHaveLength(2)
    expect(parser.read()).toBeNull()
    expect(text(parser.takeRest())).toBe('rest')
    expect(parser.read()).toBeNull()
  })

  test('is required by resume, which otherwise throws WRONG_STATE', () => {
    const parser = new RequestParser()
    expectWrongState(() => parser.resume())
    parser.push(toBytes(GET))
    expectWrongState(() => parser.resume())
    expect(types(parser)).toEqual(['request', 'end'])
    expectWrongState(() => parser.resume())
    expect(types(parser.push(toBytes(GET)))).toEqual(['request', 'end'])
  })
})

describe('takeRest', () => {
  test('returns all unread bytes in order between messages', () => {
    const parser = new RequestParser()
      .push(toBytes(`${GET}a`))
      .push(toBytes('b'))
      .push(toBytes('c'))
    parser.read()
    parser.read()
    expect(text(parser.takeRest())).toBe('abc')
    expect(parser.offset).toBe(GET.length + 3)
  })

  test('returns an empty array if nothing is unread', () => {
    expect(new RequestParser().takeRest()).toHaveLength(0)
    expect(new RequestParser().finish().takeRest()).toHaveLength(0)
  })

  test('returns a view if the unread bytes are in one chunk', () => {
    const chunk = toBytes(`${UPGRADE}rest`)
    const parser = new RequestParser().push(chunk)
    expect(types(parser)).toHaveLength(2)
    expect(parser.takeRest().buffer).toBe(chunk.buffer)
  })

  test('returns an incomplete head after an empty line, before the parser reads a new head', () => {
    const parser = new RequestParser().push(toBytes('\r\nGET / HTTP/1.1\r\nHo'))
    expect(parser.read()).toBeNull()
    expect(text(parser.takeRest())).toBe('GET / HTTP/1.1\r\nHo')
    expect(types(parser.push(toBytes(GET)))).toEqual(['request', 'end'])
  })

  test('returns an incomplete head that arrived in pieces, before the parser reads a new head', () => {
    const parser = new RequestParser()
    for (const byte of toBytes(GET.slice(0, 20)))
      expect(types(parser.push(Uint8Array.of(byte)))).toEqual([])
    expect(text(parser.push(toBytes('!')).takeRest())).toBe(`${GET.slice(0, 20)}!`)
    expect(types(parser.push(toBytes(GET)))).toEqual(['request', 'end'])
    expect(parser.offset).toBe(21 + GET.length)
  })

  test('discards empty lines, which leave no anomaly in the next head', () => {
    const parser = new RequestParser({ limits: { maxEmptyLines: 2 } })
    expect(types(parser.push(toBytes('\r')))).toEqual([])
    expect(types(parser.push(toBytes('\n\r')))).toEqual([])
    expect(text(parser.takeRest())).toBe('\r')
    const [head] = parser.push(toBytes(GET))
    expect(head).toMatchObject({ type: 'request', anomalies: [] })
  })

  test.each([
    ['in a body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n'],
    ['in chunk data', `${CHUNKED}5\r\n`],
    ['in a chunk line', CHUNKED],
    ['in a trailer section', `${CHUNKED}0\r\nA: b\r\n`],
  ])('throws WRONG_STATE %s and loses no input', (_, input) => {
    const parser = new RequestParser().push(toBytes(input))
    expect(types(parser)).toEqual(['request'])
    const { offset } = parser
    expectWrongState(() => parser.takeRest())
    expect(parser.offset).toBe(offset)
    const endings: Record<string, string> = {
      'in a body': 'hello',
      'in chunk data': 'hello\r\n0\r\n\r\n',
      'in a chunk line': '0\r\n\r\n',
    }
    expect(types(parser.push(toBytes(endings[_] ?? '\r\n'))).at(-1)).toBe('end')
  })

  test('throws WRONG_STATE before the end event of a message is read', () => {
    const parser = new RequestParser().push(toBytes(GET))
    parser.read()
    expectWrongState(() => parser.takeRest())
    expect(parser.read()?.type).toBe('end')
    expect(parser.takeRest()).toHaveLength(0)
  })
})

describe('respondsTo', () => {
  const head = (status: string, fields = 'Content-Length: 2\r\n') =>
    `HTTP/1.1 ${status}\r\n${fields}\r\n`

  test('returns the parser, and throws a TypeError for anything but a string', () => {
    const parser = new ResponseParser()
    expect(parser.respondsTo('GET')).toBe(parser)
    for (const wrong of [undefined, null, 1, {}, ['GET']]) {
      expect(() => parser.respondsTo(wrong as never)).toThrow(TypeError)
    }
  })

  test('queues methods in order, with GET assumed for an empty queue', () => {
    const parser = new ResponseParser().respondsTo('HEAD').respondsTo('GET').respondsTo('HEAD')
    parser.push(toBytes(`${head('200 A')}${head('200 B')}ok${head('200 C')}${head('200 D')}ok`))
    expect(types(parser)).toEqual([
      ...['response', 'end'],
      ...['response', 'data', 'end'],
      ...['response', 'end'],
      ...['response', 'data', 'end'],
    ])
  })

  test('keeps a method in the queue during interim responses', () => {
    const parser = new ResponseParser().respondsTo('HEAD')
    parser.push(
      toBytes(`${head('100 Continue', '')}${head('103 Hints', '')}${head('200 OK')}${OK}`),
    )
    expect(types(parser)).toEqual([
      ...['response', 'end'],
      ...['response', 'end'],
      ...['response', 'end'],
      ...['response', 'data', 'end'],
    ])
  })

  test('may be called until the head of its response is complete', () => {
    const parser = new ResponseParser().push(toBytes(OK))
    parser.respondsTo('GET')
    expect(types(parser)).toEqual(['response', 'data', 'end'])
    expect(types(parser.push(toBytes(head('200 OK').slice(0, 20))))).toEqual([])
    parser.respondsTo('HEAD')
    expect(types(parser.push(toBytes(head('200 OK').slice(20))))).toEqual(['response', 'end'])
  })

  test('compares methods case-sensitively', () => {
    const parser = new ResponseParser().respondsTo('head')
    expect(types(parser.push(toBytes(OK)))).toEqual(['response', 'data', 'end'])
  })

  test('queues 5000 methods', () => {
    const parser = new ResponseParser()
    for (let i = 0; i < 5000; i++) parser.respondsTo(i % 3 === 0 ? 'HEAD' : 'GET')
    let bodies = 0
    for (let i = 0; i < 5000; i++) {
      parser.push(toBytes(i % 3 === 0 ? head('200 OK') : OK))
      for (const event of parser) if (event.type === 'data') bodies++
    }
    expect(bodies).toBe(3333)
  })
})

describe('a parser with copy: true whose chunks are overwritten after push', () => {
  /** Pushes `text` in one buffer, which is then overwritten. */
  function pushed(text: string): RequestParser {
    const bytes = toBytes(text)
    const parser = new RequestParser({ copy: true }).push(bytes)
    bytes.fill(0x21)
    return parser
  }

  test('reads the original messages', () => {
    const targets = []
    for (const event of pushed(`${GET}${GET}`)) {
      if (event.type === 'request') targets.push(event.target)
    }
    expect(targets).toEqual(['/', '/'])
  })

  test('returns the original bytes after a protocol switch', () => {
    const parser = pushed(`${CONNECT}ABCDEF`)
    expect(types(parser)).toEqual(['request', 'end'])
    expect(text(parser.takeRest())).toBe('ABCDEF')
  })
})
