/**
 * Cases that once went wrong, found by those who tried to break a connection.
 */

import { describe, expect, test } from 'vitest'
import { ClientConnection, HttpError, ServerConnection } from '../../src/index.ts'
import { bytes, codeOf, readAll, text } from '../support/connections.ts'

const Host = 'a'
const UP = { Host, Connection: 'Upgrade', Upgrade: 'x' }
function get(
  c: ClientConnection,
  headers: Record<string, string> = { Host },
  method = 'GET',
  target = '/',
) {
  c.send({ method, target, headers })
  c.send({ type: 'end' })
}
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const SWITCH = 'HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const post = (method: string, extra = '') =>
  `${method} / HTTP/1.1\r\nHost: a\r\n${extra}Content-Length: 2\r\n\r\n`
function server(wire: string) {
  const c = new ServerConnection().receive(bytes(wire))
  readAll(c)
  return c
}

describe('an early answer to an offer', () => {
  test('of a server is declined when the request is complete', () => {
    const c = server(post('POST', 'Connection: Upgrade\r\nUpgrade: x\r\n'))
    c.sendMessage({ head: { status: 403 } })
    c.receive(bytes(`ab${GET}`))
    expect(readAll(c)).toEqual(['ab', 'end', 'GET /', 'end'])
  })

  test('to a client is declined when the request is complete', () => {
    const c = new ClientConnection()
    c.send({ method: 'POST', target: '/', headers: { ...UP, 'Content-Length': '2' } })
    c.receive(bytes(OK))
    readAll(c)
    c.send({ type: 'data', bytes: 'ab' })
    c.send({ type: 'end' })
    expect(c.reusable).toBe(true)
    expect(codeOf(() => get(c))).toBe('nothing was thrown')
  })
})

describe('pipelines', () => {
  test('the last request has close', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    get(c, { Host, Connection: 'close' })
    c.receive(bytes(OK + OK))
    expect(readAll(c)).toEqual(['200', 'ok', 'end', '200', 'ok', 'end'])
  })

  test('retire() and close() after what was sent', () => {
    for (const end of ['retire', 'close'] as const) {
      const c = new ClientConnection({ pipelining: true })
      get(c)
      get(c)
      c[end]()
      c.receive(bytes(OK + OK))
      expect(readAll(c)).toHaveLength(6)
    }
  })

  test('a 101 to a request that offered nothing, in front of one that did', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    get(c, UP)
    c.receive(bytes(SWITCH))
    expect(codeOf(() => readAll(c))).toBe('UNOFFERED_SWITCH remote')
  })

  test('an offer after another request is not declined by the response to that', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    get(c, UP)
    c.receive(bytes(OK))
    readAll(c)
    expect(codeOf(() => get(c))).toBe('WRONG_STATE local')
    c.receive(bytes(SWITCH))
    readAll(c)
    expect(c.switched).toBe(true)
  })

  test('CONNECT after another request', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    get(c, { Host }, 'CONNECT', 'a:443')
    c.receive(bytes(`${OK}HTTP/1.1 200 OK\r\n\r\ntls`))
    readAll(c)
    expect(c.switched).toBe(true)
  })

  test('what came before a request was sent is no answer to it', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    c.receive(bytes(OK + OK.replace('ok', 'XX')))
    get(c)
    expect(codeOf(() => readAll(c))).toBe('UNSOLICITED_RESPONSE remote')
  })

  test('100 (Continue) of the second is not settled by the response to the first', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    c.send({
      method: 'PUT',
      target: '/',
      headers: { Host, Expect: '100-continue', 'Content-Length': '2' },
    })
    c.receive(bytes(OK))
    readAll(c)
    expect(c.awaitsContinue).toBe(true)
  })
})

describe('the request of an exchange that is over', () => {
  test('is forgotten after an early response', () => {
    const c = server(post('HEAD'))
    c.sendMessage({ head: { status: 200 } })
    c.receive(bytes('ab'))
    readAll(c)
    expect(c.request).toBeUndefined()
  })

  test('is over: 408 ends the connection', () => {
    const c = server(post('POST'))
    c.sendMessage({ head: { status: 200 } })
    c.receive(bytes('ab'))
    readAll(c)
    expect(text(c.sendMessage({ head: { status: 408 } }))).toContain('Connection: close')
    expect(c.mustClose).toBe(true)
  })

  test('is over: 400 to a broken next request has its content', () => {
    const c = server(post('HEAD'))
    c.sendMessage({ head: { status: 200 } })
    c.receive(bytes('ab\0\r\n\r\n'))
    expect(codeOf(() => readAll(c))).toBe('INVALID_METHOD remote')
    expect(text(c.sendMessage({ head: { status: 400 }, body: 'bad' }))).toMatch(/bad$/)
  })
})

describe('sendMessage to HEAD', () => {
  test.each([204, 304])('%d gets no Content-Length', (status) => {
    expect(
      text(server('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n').sendMessage({ head: { status } })),
    ).not.toContain('Content-Length')
  })

  test('of 101 is the switch', () => {
    const c = server('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    c.sendMessage({ head: { status: 101, headers: { Connection: 'Upgrade', Upgrade: 'x' } } })
    expect(c.switched).toBe(true)
  })
})

test('a 101 read between the head and the end of a request without content', () => {
  const c = new ClientConnection()
  c.send({ method: 'GET', target: '/', headers: UP })
  c.receive(bytes(SWITCH))
  expect(readAll(c)).toEqual(['101', 'end'])
  c.send({ type: 'end' })
  expect(c.switched).toBe(true)
})

test('fields that can be iterated once', () => {
  const c = server(GET)
  const headers = new Map([
    ['Content-Length', '2'],
    ['X', 'y'],
  ]).entries()
  expect(text(c.send({ status: 200, headers }))).toBe(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\n',
  )
})

test('Expect in fields that can be iterated once', () => {
  const c = new ClientConnection()
  const headers = new Map([
    ['Host', 'a'],
    ['Expect', '100-continue'],
    ['Content-Length', '2'],
  ]).entries()
  c.send({ method: 'PUT', target: '/', headers })
  expect(c.awaitsContinue).toBe(true)
})

test('an empty line in two chunks is an empty line', () => {
  const c = new ClientConnection().receive(bytes('\r'))
  expect(readAll(c)).toEqual([])
  c.receive(bytes('\n'))
  expect(readAll(c)).toEqual([])
  expect(c.reusable).toBe(true)
})

test('not retryable when a broken or cut response came', () => {
  for (const wire of ['HTTP/1.1 20x\r\n\r\n', 'HTTP/1.1 200 OK\r\nA']) {
    const c = new ClientConnection()
    get(c)
    c.receive(bytes(wire)).receiveEnd()
    expect(() => readAll(c)).toThrow(HttpError)
    expect(c.unanswered[0]?.retryable).toBe(false)
  }
})

test('a refused head changes nothing: the interim response before it can be ended', () => {
  const c = server(GET)
  c.send({ status: 103 })
  expect(() => c.send({ status: 200, headers: { 'Bad Name': 'x' } })).toThrow(HttpError)
  expect(c.send({ type: 'end' })).toEqual([])
})

test('heads are read once', () => {
  let n = 0
  const head = {
    get method() {
      if (++n === 2) throw new Error('read twice')
      return 'GET'
    },
    target: '/',
    headers: { Host },
  }
  const c = new ClientConnection()
  expect(text(c.send(head))).toMatch(/^GET/)
  c.send({ type: 'end' })
  expect(c.requests).toBe('complete')
})

test('one reading of the method decides what the response is', () => {
  let n = 0
  const c = new ClientConnection()
  const head = {
    get method() {
      return n++ === 0 ? 'GET' : 'HEAD'
    },
    target: '/',
    headers: { Host },
  }
  expect(text(c.send(head))).toContain('GET')
  c.send({ type: 'end' })
  c.receive(bytes(OK))
  expect(readAll(c)).toEqual(['200', 'ok', 'end'])
})

test('status read once; no two final responses', () => {
  let n = 0
  const c = server(GET)
  const head = {
    get status() {
      return n++ === 0 ? 103 : 200
    },
    headers: { Link: '</a>' },
  }
  expect(text(c.send(head))).toMatch(/^HTTP\/1.1 103/)
  expect(text(c.sendMessage({ head: { status: 200 } }))).toMatch(/^HTTP\/1.1 200/)
  expect(c.reusable).toBe(true)
})

test('a getter that sends a response itself: no second one', () => {
  const c = server(GET)
  let inner = false
  const head = {
    status: 200,
    get headers() {
      if (!inner) {
        inner = true
        c.sendMessage({ head: { status: 200 }, body: 'x' })
      }
      return { 'Content-Length': '2' }
    },
  }
  expect(() => c.send(head)).toThrow()
})

test('no interim response to HTTP/1.0 (RFC 9110 s. 15.2)', () => {
  expect(() => server('GET / HTTP/1.0\r\n\r\n').send({ status: 103 })).toThrow(HttpError)
})

test('a long pipeline is kept in linear time', () => {
  const time = (n: number) => {
    const c = new ClientConnection({ pipelining: true })
    const start = performance.now()
    for (let i = 0; i < n; i++) get(c)
    return performance.now() - start
  }
  time(4_000)
  // Sixteen times the requests: quadratic would be 256 times the time.
  const ratios = [1, 2, 3].map(() => time(32_000) / time(2_000))
  expect(Math.min(...ratios)).toBeLessThan(64)
})

test('half-closed after CONNECT: the tunnel is reached', () => {
  const c = new ClientConnection()
  get(c, { Host }, 'CONNECT', 'a:443')
  c.close()
  c.receive(bytes('HTTP/1.1 200 OK\r\n\r\ntls'))
  readAll(c)
  expect(c.switched || c.mustClose).toBe(true)
})

test('reusable says whether a request may be sent', () => {
  const c = new ClientConnection({ pipelining: true })
  get(c)
  c.receiveEnd()
  expect(c.reusable).toBe(false)
})

test('awaitsContinue where none can come: no content, HTTP/1.0', () => {
  const c = new ClientConnection()
  c.send({ method: 'GET', target: '/', headers: { Host, Expect: '100-continue' } })
  expect(c.awaitsContinue).toBe(false)
  const d = new ClientConnection()
  d.send({
    method: 'PUT',
    target: '/',
    version: '1.0',
    headers: { Expect: '100-continue', 'Content-Length': '2' },
  })
  expect(d.awaitsContinue).toBe(false)
})

test('sendMessage of an interim response with a body leaves the exchange', () => {
  const c = server(GET)
  expect(() => c.sendMessage({ head: { status: 103 }, body: 'x' })).toThrow()
  expect(c.responses).toBe('due')
})
