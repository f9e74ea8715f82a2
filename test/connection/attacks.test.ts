/**
 * Regression tests: cases that once went wrong, found by attempts to break a connection.
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

describe('an early response to a request that offers Upgrade', () => {
  test('lets a ServerConnection read the next request once this one is complete', () => {
    const c = server(post('POST', 'Connection: Upgrade\r\nUpgrade: x\r\n'))
    c.sendMessage({ head: { status: 403 } })
    c.receive(bytes(`ab${GET}`))
    expect(readAll(c)).toEqual(['ab', 'end', 'GET /', 'end'])
  })

  test('lets a ClientConnection send the next request once this one is complete', () => {
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

describe('a pipelining ClientConnection', () => {
  test('reads the responses to all requests if the last request has Connection: close', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    get(c, { Host, Connection: 'close' })
    c.receive(bytes(OK + OK))
    expect(readAll(c)).toEqual(['200', 'ok', 'end', '200', 'ok', 'end'])
  })

  test('reads the responses to all requests sent before retire() or close()', () => {
    for (const end of ['retire', 'close'] as const) {
      const c = new ClientConnection({ pipelining: true })
      get(c)
      get(c)
      c[end]()
      c.receive(bytes(OK + OK))
      expect(readAll(c)).toHaveLength(6)
    }
  })

  test('refuses a 101 to a request without an offer, even if the next request has one', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    get(c, UP)
    c.receive(bytes(SWITCH))
    expect(codeOf(() => readAll(c))).toBe('UNOFFERED_SWITCH remote')
  })

  test('keeps an Upgrade offer pending when the request before it is answered', () => {
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

  test('switches on a 2xx to a CONNECT that follows another request', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    get(c, { Host }, 'CONNECT', 'a:443')
    c.receive(bytes(`${OK}HTTP/1.1 200 OK\r\n\r\ntls`))
    readAll(c)
    expect(c.switched).toBe(true)
  })

  test('refuses a response that came before its request was sent as UNSOLICITED_RESPONSE', () => {
    const c = new ClientConnection({ pipelining: true })
    get(c)
    c.receive(bytes(OK + OK.replace('ok', 'XX')))
    get(c)
    expect(codeOf(() => readAll(c))).toBe('UNSOLICITED_RESPONSE remote')
  })

  test('still awaits 100 (Continue) for the second request after the response to the first', () => {
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

describe('a request that was answered before it was complete', () => {
  test('is no longer the current request of the server once it is complete', () => {
    const c = server(post('HEAD'))
    c.sendMessage({ head: { status: 200 } })
    c.receive(bytes('ab'))
    readAll(c)
    expect(c.request).toBeUndefined()
  })

  test('is over once it is complete, so that a 408 sent afterwards closes the connection', () => {
    const c = server(post('POST'))
    c.sendMessage({ head: { status: 200 } })
    c.receive(bytes('ab'))
    readAll(c)
    expect(text(c.sendMessage({ head: { status: 408 } }))).toContain('Connection: close')
    expect(c.mustClose).toBe(true)
  })

  test('does not decide the framing of a 400 to the next request: after HEAD it has content', () => {
    const c = server(post('HEAD'))
    c.sendMessage({ head: { status: 200 } })
    c.receive(bytes('ab\0\r\n\r\n'))
    expect(codeOf(() => readAll(c))).toBe('INVALID_METHOD remote')
    expect(text(c.sendMessage({ head: { status: 400 }, body: 'bad' }))).toMatch(/bad$/)
  })
})

describe('sendMessage in answer to HEAD', () => {
  test.each([204, 304])('adds no Content-Length to a %d response', (status) => {
    expect(
      text(server('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n').sendMessage({ head: { status } })),
    ).not.toContain('Content-Length')
  })

  test('switches protocols with a 101 response', () => {
    const c = server('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    c.sendMessage({ head: { status: 101, headers: { Connection: 'Upgrade', Upgrade: 'x' } } })
    expect(c.switched).toBe(true)
  })
})

test('ClientConnection switches on a 101 read before the end of a request without content is sent', () => {
  const c = new ClientConnection()
  c.send({ method: 'GET', target: '/', headers: UP })
  c.receive(bytes(SWITCH))
  expect(readAll(c)).toEqual(['101', 'end'])
  c.send({ type: 'end' })
  expect(c.switched).toBe(true)
})

test('ServerConnection.send writes fields that can be iterated only once', () => {
  const c = server(GET)
  const headers = new Map([
    ['Content-Length', '2'],
    ['X', 'y'],
  ]).entries()
  expect(text(c.send({ status: 200, headers }))).toBe(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\n',
  )
})

test('ClientConnection.send finds Expect in fields that can be iterated only once', () => {
  const c = new ClientConnection()
  const headers = new Map([
    ['Host', 'a'],
    ['Expect', '100-continue'],
    ['Content-Length', '2'],
  ]).entries()
  c.send({ method: 'PUT', target: '/', headers })
  expect(c.awaitsContinue).toBe(true)
})

test('ClientConnection ignores an empty line that arrives in two chunks', () => {
  const c = new ClientConnection().receive(bytes('\r'))
  expect(readAll(c)).toEqual([])
  c.receive(bytes('\n'))
  expect(readAll(c)).toEqual([])
  expect(c.reusable).toBe(true)
})

test('a request is not retryable after an invalid or truncated response', () => {
  for (const wire of ['HTTP/1.1 20x\r\n\r\n', 'HTTP/1.1 200 OK\r\nA']) {
    const c = new ClientConnection()
    get(c)
    c.receive(bytes(wire)).receiveEnd()
    expect(() => readAll(c)).toThrow(HttpError)
    expect(c.unanswered[0]?.retryable).toBe(false)
  }
})

test('a refused response head does not prevent the end of the interim response before it', () => {
  const c = server(GET)
  c.send({ status: 103 })
  expect(() => c.send({ status: 200, headers: { 'Bad Name': 'x' } })).toThrow(HttpError)
  expect(c.send({ type: 'end' })).toEqual([])
})

test('ClientConnection.send reads the method of a head once', () => {
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

test('ClientConnection frames the response by the method that it wrote', () => {
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

test('ServerConnection.send reads the status of a head once, so that a 103 stays interim', () => {
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

test('ServerConnection.send throws if a getter of the head has already sent a response', () => {
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

test('ServerConnection refuses an interim response to an HTTP/1.0 request (RFC 9110 s. 15.2)', () => {
  expect(() => server('GET / HTTP/1.0\r\n\r\n').send({ status: 103 })).toThrow(HttpError)
})

test('ClientConnection sends a long pipeline in linear time', () => {
  const time = (n: number) => {
    const c = new ClientConnection({ pipelining: true })
    const start = performance.now()
    for (let i = 0; i < n; i++) get(c)
    return performance.now() - start
  }
  time(4_000)
  // With 16 times the requests, quadratic time would be 256 times as long.
  const ratios = [1, 2, 3].map(() => time(32_000) / time(2_000))
  expect(Math.min(...ratios)).toBeLessThan(64)
})

test('ClientConnection switches or must close on a 2xx to CONNECT after close()', () => {
  const c = new ClientConnection()
  get(c, { Host }, 'CONNECT', 'a:443')
  c.close()
  c.receive(bytes('HTTP/1.1 200 OK\r\n\r\ntls'))
  readAll(c)
  expect(c.switched || c.mustClose).toBe(true)
})

test('ClientConnection is not reusable after receiveEnd() with an unanswered request', () => {
  const c = new ClientConnection({ pipelining: true })
  get(c)
  c.receiveEnd()
  expect(c.reusable).toBe(false)
})

test('awaitsContinue is false for a request without content and for an HTTP/1.0 request', () => {
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

test('sendMessage refuses an interim response with a body, and a response stays due', () => {
  const c = server(GET)
  expect(() => c.sendMessage({ head: { status: 103 }, body: 'x' })).toThrow()
  expect(c.responses).toBe('due')
})
