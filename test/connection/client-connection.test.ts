/**
 * `ClientConnection`: exchanges, framing, 100 (Continue), pipelining, persistence, responses that
 * no request asked for, switches of protocols, errors, and the end of a connection.
 */

import { describe, expect, test } from 'vitest'
import {
  ClientConnection,
  type ClientConnectionOptions,
  type RequestHeadInit,
  type ResponseEvent,
  ServerConnection,
} from '../../src/index.ts'
import { bytes, codeOf, readAll, text } from '../support/connections.ts'

interface Sent {
  readonly method?: string
  readonly target?: string
  readonly version?: '1.0' | '1.1'
  readonly headers?: Record<string, string>
  readonly body?: string
}

function headOf({ method = 'GET', target = '/', version = '1.1', ...sent }: Sent): RequestHeadInit {
  const length = sent.body === undefined ? {} : { 'Content-Length': String(sent.body.length) }
  return { method, target, version, headers: { Host: 'a', ...length, ...sent.headers } }
}

/** Sends a whole request. */
function send(connection: ClientConnection, sent: Sent = {}): string {
  const { body } = sent
  return text([
    ...connection.send(headOf(sent)),
    ...(body === undefined ? [] : connection.send({ type: 'data', bytes: body })),
    ...connection.send({ type: 'end' }),
  ])
}

/** A connection on which a request was sent. */
function sent(sent: Sent = {}, options?: ClientConnectionOptions): ClientConnection {
  const connection = new ClientConnection(options)
  send(connection, sent)
  return connection
}

function receive(connection: ClientConnection, wire: string): string[] {
  connection.receive(bytes(wire))
  return readAll(connection)
}

const statesOf = ({ requests, responses }: ClientConnection) => [requests, responses]
const unanswered = (connection: ClientConnection) =>
  connection.unanswered.map(({ head, retryable }) => `${head.target} ${retryable}`)

test('sendMessage with content longer than Content-Length is refused and changes nothing', () => {
  const connection = new ClientConnection()
  const head = { method: 'POST', target: '/', headers: { Host: 'a', 'Content-Length': '1' } }
  expect(codeOf(() => connection.sendMessage({ head, body: 'ab' }))).toBe(
    'CONTENT_LENGTH_MISMATCH local',
  )
  expect(statesOf(connection)).toEqual(['idle', 'idle'])
  expect(text(connection.sendMessage({ head, body: 'a' }))).toContain('\r\n\r\na')
  expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
})

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const INTERIM = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'
const UPGRADE = { Connection: 'Upgrade', Upgrade: 'websocket' }
const SWITCH =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const PIPELINE = { pipelining: true }

describe('exchanges', () => {
  test('run one after the other, each a request and its response', () => {
    const connection = new ClientConnection()
    expect(statesOf(connection)).toEqual(['idle', 'idle'])
    for (const target of ['/1', '/2']) {
      expect(connection.reusable).toBe(true)
      const head = headOf({ target })
      expect(text(connection.send(head))).toBe(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
      expect(statesOf(connection)).toEqual(['content', 'due'])
      expect(connection.send({ type: 'end' })).toEqual([])
      expect(statesOf(connection)).toEqual(['complete', 'due'])
      expect(connection.reusable).toBe(false)
      expect(connection.request).toBe(head)
      expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
      expect(statesOf(connection)).toEqual(['idle', 'idle'])
      expect(connection.request).toBeUndefined()
    }
    expect(connection.mustClose).toBe(false)
  })

  test('have request content framed by Content-Length or chunked, as the head says', () => {
    const connection = new ClientConnection()
    expect(send(connection, { method: 'PUT', body: 'hello' })).toBe(
      'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
    )
    receive(connection, OK)
    connection.send(headOf({ method: 'PUT', headers: { 'Transfer-Encoding': 'chunked' } }))
    expect(text(connection.send({ type: 'data', bytes: 'hello' }))).toBe('5\r\nhello\r\n')
    expect(text(connection.send({ type: 'chunk', size: 1 }))).toBe('1\r\n')
    expect(text(connection.send({ type: 'data', bytes: 'x' }))).toBe('x\r\n')
    expect(text(connection.send({ type: 'end', trailers: { A: 'b' } }))).toBe('0\r\nA: b\r\n\r\n')
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
  })

  test('end when request and response are complete, even if the response comes first', () => {
    const connection = new ClientConnection()
    connection.send(headOf({ method: 'POST', headers: { 'Content-Length': '4' } }))
    connection.send({ type: 'data', bytes: 'ab' })
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    expect(statesOf(connection)).toEqual(['content', 'complete'])
    expect([connection.reusable, connection.mustClose]).toEqual([false, false])
    expect(text(connection.send({ type: 'data', bytes: 'cd' }))).toBe('cd')
    connection.send({ type: 'end' })
    expect(connection.reusable).toBe(true)
    send(connection)
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
  })

  test('give the events of a response as their bytes arrive', () => {
    const connection = sent()
    expect(receive(connection, OK.slice(0, 20))).toEqual([])
    expect(statesOf(connection)).toEqual(['complete', 'due'])
    expect(receive(connection, OK.slice(20, -2))).toEqual(['200', 'hel'])
    expect(statesOf(connection)).toEqual(['complete', 'content'])
    expect(receive(connection, OK.slice(-2))).toEqual(['lo', 'end'])
  })
})

describe('response framing', () => {
  test.each([
    ['HEAD', { method: 'HEAD' }, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', '200'],
    [
      'chunked to HEAD',
      { method: 'HEAD' },
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      '200',
    ],
    ['204', {}, 'HTTP/1.1 204 No Content\r\n\r\n', '204'],
    ['304', {}, 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', '304'],
  ])(
    'gives no content for %s, and the next response follows the head',
    (_, request, wire, status) => {
      const connection = sent(request)
      expect(receive(connection, wire)).toEqual([status, 'end'])
      expect(connection.reusable).toBe(true)
      send(connection)
      expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    },
  )

  test('depends on the request that each response in a pipeline answers', () => {
    const connection = sent({ target: '/1' }, PIPELINE)
    send(connection, { method: 'HEAD', target: '/2' })
    send(connection, { target: '/3' })
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
    expect(receive(connection, OK + INTERIM + head + OK)).toEqual([
      ...['200', 'hello', 'end', '103', 'end', '200', 'end', '200', 'hello', 'end'],
    ])
    expect(connection.reusable).toBe(true)
  })

  test('ends content without a framing field at the end of the connection, which must close', () => {
    const connection = sent()
    expect(receive(connection, 'HTTP/1.1 200 OK\r\n\r\nhello')).toEqual(['200', 'hello'])
    expect([connection.persistent, connection.reusable]).toEqual([false, false])
    expect(connection.mustClose).toBe(false)
    connection.receiveEnd()
    expect(readAll(connection)).toEqual(['end'])
    expect(connection.mustClose).toBe(true)
    expect(connection.unanswered).toEqual([])
  })

  test('gives each interim response before the final one an end of its own', () => {
    const connection = sent()
    expect(receive(connection, INTERIM + INTERIM)).toEqual(['103', 'end', '103', 'end'])
    expect(statesOf(connection)).toEqual(['complete', 'due'])
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    expect(connection.reusable).toBe(true)
  })
})

describe('Expect: 100-continue', () => {
  const PUT = { method: 'PUT', headers: { 'Content-Length': '2', Expect: '100-Continue' } }
  const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

  test('is awaited until 100 (Continue) arrives, and then the content is sent', () => {
    const connection = new ClientConnection()
    expect(connection.awaitsContinue).toBe(false)
    connection.send(headOf(PUT))
    expect(connection.awaitsContinue).toBe(true)
    expect(receive(connection, INTERIM)).toEqual(['103', 'end'])
    expect(connection.awaitsContinue).toBe(true)
    expect(receive(connection, CONTINUE)).toEqual(['100', 'end'])
    expect(connection.awaitsContinue).toBe(false)
    expect(text(connection.send({ type: 'data', bytes: 'ab' }))).toBe('ab')
    connection.send({ type: 'end' })
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    expect(connection.reusable).toBe(true)
  })

  test('is not awaited after a 417, and the content may still be sent', () => {
    const connection = new ClientConnection()
    connection.send(headOf(PUT))
    receive(connection, 'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n')
    expect(connection.awaitsContinue).toBe(false)
    expect(statesOf(connection)).toEqual(['content', 'complete'])
    connection.send({ type: 'data', bytes: 'ab' })
    connection.send({ type: 'end' })
    expect(connection.reusable).toBe(true)
  })

  test('is declined by a 417 with Connection: close, after which the client must close', () => {
    const connection = new ClientConnection()
    connection.send(headOf(PUT))
    receive(connection, 'HTTP/1.1 417 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    expect(statesOf(connection)).toEqual(['content', 'closing'])
    expect(connection.mustClose).toBe(true)
  })

  test('may be ignored by a client that sends its content at once', () => {
    const connection = sent({ ...PUT, body: 'ab' })
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    expect([connection.awaitsContinue, connection.reusable]).toEqual([false, true])
  })

  test('is awaited again for the next request after a 100 (Continue) to an earlier one', () => {
    const connection = sent({ ...PUT, body: 'ab' })
    receive(connection, CONTINUE + OK)
    connection.send(headOf(PUT))
    expect(connection.awaitsContinue).toBe(true)
  })

  test('is not awaited after a request without it', () => {
    expect(sent({ method: 'PUT', body: 'ab' }).awaitsContinue).toBe(false)
  })

  test.each([
    ['Content-Length: 0', { 'Content-Length': '0' }, false],
    ['Content-Length: 00', { 'Content-Length': '00' }, false],
    ['Content-Length: 1', { 'Content-Length': '1' }, true],
    ['chunked content', { 'Transfer-Encoding': 'chunked' }, true],
  ])('is awaited if and only if the server sees it so: with %s', (_, framing, awaits) => {
    const client = new ClientConnection()
    const server = new ServerConnection()
    const headers = { Expect: '100-continue', ...framing }
    server.receive(bytes(text(client.send(headOf({ method: 'PUT', headers })))))
    server.read()
    expect([client.awaitsContinue, server.awaitsContinue]).toEqual([awaits, awaits])
  })

  test('is not awaited after an error in a response', () => {
    const connection = new ClientConnection()
    connection.send(headOf(PUT))
    connection.receive(bytes('HTTP/1.1 1\r\n\r\n'))
    expect(codeOf(() => connection.read())).toBe('INVALID_STATUS remote')
    expect(connection.awaitsContinue).toBe(false)
  })
})

describe('pipelining', () => {
  test('is off by default: a request is refused until the response before it is complete', () => {
    const connection = sent()
    expect(connection.reusable).toBe(false)
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    receive(connection, OK.slice(0, -1))
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    receive(connection, OK.slice(-1))
    expect(send(connection)).toContain('GET /')
  })

  test('sends requests before the responses arrive, which are read in order', () => {
    const connection = new ClientConnection(PIPELINE)
    for (const target of ['/1', '/2', '/3']) {
      expect(connection.reusable).toBe(true)
      send(connection, { target })
    }
    const targets: (string | undefined)[] = []
    for (let i = 0; i < 3; i++) {
      targets.push(connection.request?.target)
      expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    }
    expect(targets).toEqual(['/1', '/2', '/3'])
    expect(statesOf(connection)).toEqual(['idle', 'idle'])
  })

  test('sends a request during a response, and reads a response during a request', () => {
    const connection = sent({ target: '/1' }, PIPELINE)
    receive(connection, OK.slice(0, -1))
    connection.send(headOf({ method: 'PUT', target: '/2', headers: { 'Content-Length': '1' } }))
    expect(receive(connection, OK.slice(-1))).toEqual(['o', 'end'])
    expect(statesOf(connection)).toEqual(['content', 'due'])
    expect(connection.request?.target).toBe('/2')
    connection.send({ type: 'data', bytes: 'x' })
    connection.send({ type: 'end' })
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    expect(connection.reusable).toBe(true)
  })

  test('refuses a request head before the end of the request before it', () => {
    const connection = new ClientConnection(PIPELINE)
    connection.send(headOf({}))
    expect(codeOf(() => connection.send(headOf({})))).toBe('WRONG_STATE local')
    connection.send({ type: 'end' })
    send(connection)
    expect(receive(connection, OK + OK)).toHaveLength(6)
  })

  test.each(['POST', 'PATCH', 'UNHEARD-OF', 'get'])(
    'sends nothing after %s until it is answered',
    (method) => {
      const connection = sent({}, PIPELINE)
      expect(send(connection, { method })).toContain(method)
      expect(connection.reusable).toBe(false)
      expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
      receive(connection, OK)
      expect(connection.reusable).toBe(false)
      expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
      receive(connection, OK)
      expect(connection.reusable).toBe(true)
    },
  )

  test('sends nothing after a request or a response with Connection: close', () => {
    const closing = sent({ headers: { Connection: 'close' } }, PIPELINE)
    expect(closing.reusable).toBe(false)
    expect(codeOf(() => send(closing))).toBe('WRONG_STATE local')

    const closed = sent({}, PIPELINE)
    receive(closed, 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n')
    expect(closed.reusable).toBe(false)
    expect(codeOf(() => send(closed))).toBe('WRONG_STATE local')
  })

  test('sends nothing after an Upgrade offer until it is answered', () => {
    const connection = sent({ headers: UPGRADE }, PIPELINE)
    expect(connection.reusable).toBe(false)
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    receive(connection, OK)
    expect(connection.reusable).toBe(true)
  })

  test('leaves the requests after a response with Connection: close unanswered', () => {
    const connection = sent({ target: '/1' }, PIPELINE)
    send(connection, { target: '/2' })
    send(connection, { method: 'POST', target: '/3', body: '' })
    const wire = OK.replace('OK\r\n', 'OK\r\nConnection: close\r\n')
    expect(receive(connection, wire)).toEqual(['200', 'hello', 'end'])
    expect(connection.mustClose).toBe(true)
    expect(unanswered(connection)).toEqual(['/2 true', '/3 false'])
  })
})

describe('persistence', () => {
  const LENGTH = 'Content-Length: 0\r\n\r\n'
  const old = { version: '1.0' as const }
  const keep = { Connection: 'keep-alive' }

  test.each([
    ['1.1 on both sides', {}, `HTTP/1.1 200 OK\r\n${LENGTH}`, true],
    [
      'a request with close',
      { headers: { Connection: 'x, CLOSE' } },
      `HTTP/1.1 200 OK\r\n${LENGTH}`,
      false,
    ],
    ['a response with close', {}, `HTTP/1.1 200 OK\r\nConnection: Close\r\n${LENGTH}`, false],
    ['a 1.0 request', old, `HTTP/1.1 200 OK\r\n${LENGTH}`, false],
    [
      'a 1.0 request with keep-alive',
      { ...old, headers: keep },
      `HTTP/1.1 200 OK\r\n${LENGTH}`,
      true,
    ],
    ['a 1.0 response', {}, `HTTP/1.0 200 OK\r\n${LENGTH}`, false],
    [
      'a 1.0 response with keep-alive',
      {},
      `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${LENGTH}`,
      true,
    ],
    [
      'close besides keep-alive',
      {},
      `HTTP/1.1 200 OK\r\nConnection: keep-alive, close\r\n${LENGTH}`,
      false,
    ],
  ])('is decided by %s', (_, request, wire, persists) => {
    const connection = sent(request)
    expect(receive(connection, wire)).toEqual(['200', 'end'])
    expect(connection.persistent).toBe(persists)
    expect(connection.reusable).toBe(persists)
    expect(connection.mustClose).toBe(!persists)
    expect(statesOf(connection)).toEqual(persists ? ['idle', 'idle'] : ['closing', 'closing'])
    if (!persists) expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
  })

  test('sends nothing after an interim response with Connection: close, but reads all responses', () => {
    const connection = new ClientConnection({ pipelining: true })
    connection.sendMessage({ head: headOf({}) })
    connection.sendMessage({ head: headOf({}) })
    receive(connection, INTERIM.replace('Link', 'Connection: close\r\nLink'))
    expect([connection.persistent, connection.reusable]).toEqual([false, false])
    expect(receive(connection, OK + OK)).toEqual(['200', 'hello', 'end', '200', 'hello', 'end'])
    expect(connection.mustClose).toBe(true)
  })

  test('is not ended by an interim response in HTTP/1.0', () => {
    const connection = sent()
    receive(connection, INTERIM.replace('HTTP/1.1', 'HTTP/1.0'))
    receive(connection, OK)
    expect(connection.reusable).toBe(true)
  })

  test('ends with an early response with Connection: close, but the request may be completed', () => {
    const connection = new ClientConnection()
    connection.send(headOf({ method: 'POST', headers: { 'Content-Length': '4' } }))
    receive(connection, 'HTTP/1.1 413 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    expect(connection.mustClose).toBe(true)
    connection.send({ type: 'data', bytes: 'abcd' })
    connection.send({ type: 'end' })
    expect(statesOf(connection)).toEqual(['closing', 'closing'])
  })

  test('ends with the last response, and bytes after it are ignored', () => {
    const connection = sent({ headers: { Connection: 'close' } })
    expect(receive(connection, OK + OK)).toEqual(['200', 'hello', 'end'])
    expect(receive(connection, 'garbage\0')).toEqual([])
    expect(connection.mustClose).toBe(true)
  })
})

describe('UNSOLICITED_RESPONSE', () => {
  const UNSOLICITED = 'UNSOLICITED_RESPONSE remote'

  test.each([
    ['whole', OK],
    ['begun', 'HT'],
    ['interim', INTERIM],
    ['after empty lines', `\r\n\r\n${OK}`],
  ])('is thrown by read() for a response before any request: %s', (_, wire) => {
    const connection = new ClientConnection().receive(bytes(wire))
    expect(codeOf(() => connection.read())).toBe(UNSOLICITED)
    expect(codeOf(() => connection.read())).toBe(UNSOLICITED)
    expect(statesOf(connection)).toEqual(['closing', 'failed'])
    expect([connection.reusable, connection.mustClose]).toEqual([false, true])
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
  })

  test('is thrown by send() if a response that was not read precedes the request', () => {
    const connection = new ClientConnection().receive(bytes(OK))
    expect(connection.reusable).toBe(false)
    expect(codeOf(() => send(connection))).toBe(UNSOLICITED)
    expect(connection.unanswered).toEqual([])
  })

  test('is thrown by read() for bytes that came with a response and follow it', () => {
    const connection = sent()
    connection.receive(bytes(`${OK}H`))
    expect([1, 2, 3].map(() => connection.read()?.type)).toEqual(['response', 'data', 'end'])
    expect(codeOf(() => connection.read())).toBe(UNSOLICITED)
  })

  test.each([
    ['a response', OK],
    ['the beginning of one', 'HTTP/1.1 2'],
    ['an interim response', INTERIM],
  ])('is thrown by send() if %s came with the response before', (_, stray) => {
    const connection = sent({ target: '/1' })
    connection.receive(bytes(OK + stray))
    for (let event = connection.read(); event?.type !== 'end'; event = connection.read());
    expect(connection.reusable).toBe(false)
    expect(codeOf(() => send(connection, { target: '/2' }))).toBe(UNSOLICITED)
    expect([connection.mustClose, connection.request]).toEqual([true, undefined])
  })

  test.each([
    OK,
    'HX',
    'HTTP/2.0 x',
    '\rX',
    '\r\nX',
    '\n',
    OK.replace('Content', 'Bad Name: x\r\nContent'),
  ])('has the offset where the last response ended, whole and byte by byte: %j', (stray) => {
    for (const pieces of [[stray], [...stray]]) {
      const connection = sent()
      receive(connection, OK)
      const found: unknown[] = []
      for (const piece of pieces) {
        try {
          connection.receive(bytes(piece)).read()
        } catch (error) {
          found.push(error)
        }
      }
      expect(found[0]).toMatchObject({ code: 'UNSOLICITED_RESPONSE', offset: OK.length })
    }
  })

  test('is thrown by send() if a second response came with an early one', () => {
    const connection = new ClientConnection()
    connection.send(headOf({ method: 'POST', headers: { 'Content-Length': '1' } }))
    expect(receive(connection, OK + OK)).toEqual(['200', 'hello', 'end'])
    connection.send({ type: 'data', bytes: 'x' })
    connection.send({ type: 'end' })
    expect(connection.reusable).toBe(false)
    expect(codeOf(() => send(connection))).toBe(UNSOLICITED)
  })

  test('is not thrown for empty lines before a request and between two', () => {
    const connection = new ClientConnection()
    expect(receive(connection, '\r\n')).toEqual([])
    expect(connection.reusable).toBe(true)
    send(connection)
    expect(receive(connection, `${OK}\r\n`)).toEqual(['200', 'hello', 'end'])
    connection.receive(bytes('\r\n'))
    send(connection)
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
  })

  test('may be replaced by another remote error for bytes that are not a response', () => {
    const connection = new ClientConnection().receive(bytes('GET / HTTP/1.1\r\n'))
    expect(codeOf(() => connection.read())).toMatch(/ remote$/)
    expect(connection.mustClose).toBe(true)
  })
})

describe('TOO_MANY_INTERIM_RESPONSES', () => {
  const TOO_MANY = 'TOO_MANY_INTERIM_RESPONSES remote'

  test.each([0, 1, 3, 32])(
    'is thrown for the first interim response beyond a limit of %d',
    (max) => {
      const options = max === 32 ? undefined : { maxInterimResponses: max }
      const connection = sent({}, options)
      expect(receive(connection, INTERIM.repeat(max))).toHaveLength(2 * max)
      expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])

      const other = sent({}, options)
      receive(other, INTERIM.repeat(max))
      other.receive(bytes(INTERIM))
      expect(codeOf(() => other.read())).toBe(TOO_MANY)
      expect(codeOf(() => other.read())).toBe(TOO_MANY)
      expect(other.mustClose).toBe(true)
      expect(unanswered(other)).toEqual(['/ false'])
    },
  )

  test('counts the interim responses to each request, including 100 but not 101', () => {
    const connection = sent({}, { ...PIPELINE, maxInterimResponses: 1 })
    send(connection)
    receive(connection, INTERIM + OK + INTERIM + OK)
    expect(connection.reusable).toBe(true)
    send(connection, { headers: UPGRADE })
    receive(connection, INTERIM + SWITCH)
    expect(connection.switched).toBe(true)

    const other = sent({}, { maxInterimResponses: 1 })
    other.receive(bytes(`HTTP/1.1 100 C\r\n\r\n${INTERIM}`))
    expect(codeOf(() => readAll(other))).toBe(TOO_MANY)
  })

  test('has the offset at which the excess response begins', () => {
    const connection = sent({}, { maxInterimResponses: 1 })
    connection.receive(bytes(INTERIM + INTERIM))
    expect(() => readAll(connection)).toThrow(expect.objectContaining({ offset: INTERIM.length }))
  })
})

describe('a switch of protocols', () => {
  const CONNECT = { method: 'CONNECT', target: 'a:443' }
  const TUNNEL = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'

  test.each([
    ['101', { headers: UPGRADE }, SWITCH, '101'],
    ['101 after content', { method: 'POST', headers: UPGRADE, body: 'ab' }, SWITCH, '101'],
    ['2xx to CONNECT, whatever its fields say', CONNECT, TUNNEL, '200'],
  ])('happens on %s, and takeRest() returns the bytes that follow', (_, request, wire, status) => {
    const connection = sent(request)
    expect(statesOf(connection)).toEqual(['offering', 'due'])
    expect(codeOf(() => connection.takeRest())).toBe('WRONG_STATE local')
    expect(receive(connection, `${wire}frames`)).toEqual([status, 'end'])
    expect(statesOf(connection)).toEqual(['switched', 'switched'])
    expect([connection.switched, connection.reusable]).toEqual([true, false])
    expect(text([connection.takeRest()])).toBe('frames')
    expect(receive(connection, 'more')).toEqual([])
    expect(text([connection.takeRest()])).toBe('more')
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    expect(connection.unanswered).toEqual([])
  })

  test('happens on a 2xx to CONNECT even if it is read before the end of the request is sent', () => {
    const connection = new ClientConnection()
    connection.send(headOf(CONNECT))
    expect(receive(connection, `${TUNNEL}tls`)).toEqual(['200', 'end'])
    expect(connection.send({ type: 'end' })).toEqual([])
    expect(connection.switched).toBe(true)
    expect(text([connection.takeRest()])).toBe('tls')
  })

  test.each([
    ['Upgrade', { headers: UPGRADE }, OK],
    ['CONNECT', CONNECT, OK.replace('200 OK', '403 No')],
  ])('offered by %s may be declined, and HTTP goes on', (_, request, wire) => {
    const connection = sent(request)
    expect(receive(connection, INTERIM + wire)).toHaveLength(5)
    expect([connection.switched, connection.reusable]).toEqual([false, true])
    expect(codeOf(() => connection.takeRest())).toBe('WRONG_STATE local')
    send(connection)
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
  })

  test('may happen after an earlier offer was declined', () => {
    const connection = sent({ headers: UPGRADE })
    receive(connection, OK)
    send(connection, { headers: UPGRADE })
    receive(connection, SWITCH)
    expect(connection.switched).toBe(true)
  })

  test.each([
    ['nothing', {}],
    ['an Upgrade that Connection does not name', { headers: { Upgrade: 'websocket' } }],
    ['HTTP/1.0', { version: '1.0' as const, headers: UPGRADE }],
  ])('is refused as UNOFFERED_SWITCH after a request with %s', (_, request) => {
    const connection = sent(request)
    connection.receive(bytes(SWITCH))
    expect(codeOf(() => connection.read())).toBe('UNOFFERED_SWITCH remote')
    expect(codeOf(() => connection.read())).toBe('UNOFFERED_SWITCH remote')
    expect([connection.switched, connection.mustClose]).toEqual([false, true])
    expect(codeOf(() => connection.takeRest())).toBe('WRONG_STATE local')
    expect(unanswered(connection)).toEqual(['/ false'])
  })

  test('accepted before the request is complete happens when it is (RFC 9110 s. 7.8)', () => {
    const connection = new ClientConnection()
    const headers = { ...UPGRADE, 'Content-Length': '2' }
    connection.send(headOf({ method: 'POST', headers }))
    connection.receive(bytes(`${SWITCH}frames`))
    readAll(connection)
    expect(connection.switched).toBe(false)
    connection.send({ type: 'data', bytes: 'ab' })
    connection.send({ type: 'end' })
    expect(connection.switched).toBe(true)
    expect(Buffer.from(connection.takeRest()).toString()).toBe('frames')
  })
})

describe('the end of the connection', () => {
  test('between exchanges is not an error', () => {
    const connection = sent()
    receive(connection, OK)
    connection.receiveEnd()
    expect(connection.reusable).toBe(false)
    expect(readAll(connection)).toEqual([])
    expect(statesOf(connection)).toEqual(['closing', 'closed'])
    expect(connection.mustClose).toBe(true)
    connection.close()
    expect(statesOf(connection)).toEqual(['closed', 'closed'])
  })

  test('makes send() refuse a request even if the end was not read, and changes nothing', () => {
    const connection = new ClientConnection().receiveEnd()
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    expect(() => send(connection)).toThrow(/a request to a server that has ended its side/)
    expect(statesOf(connection)).toEqual(['idle', 'idle'])
    expect([connection.reusable, connection.mustClose]).toEqual([false, false])
    expect(connection.read()).toBeNull()
    expect(statesOf(connection)).toEqual(['closing', 'closed'])
    expect(connection.mustClose).toBe(true)
  })

  test('after the last response is not an error', () => {
    const connection = sent({ headers: { Connection: 'close' } })
    receive(connection, OK)
    connection.receiveEnd()
    expect(readAll(connection)).toEqual([])
    expect(connection.responses).toBe('closed')
  })

  test('after an early response lets the request be completed', () => {
    const connection = new ClientConnection()
    connection.send(headOf({ method: 'POST', headers: { 'Content-Length': '1' } }))
    connection.receive(bytes(OK)).receiveEnd()
    expect(readAll(connection)).toEqual(['200', 'hello', 'end'])
    expect(statesOf(connection)).toEqual(['content', 'closed'])
    expect(connection.mustClose).toBe(true)
    connection.send({ type: 'data', bytes: 'x' })
    connection.send({ type: 'end' })
    expect(statesOf(connection)).toEqual(['closing', 'closed'])
  })

  test.each([
    ['at once', ''],
    ['after empty lines', '\r\n'],
  ])('in place of a response is UNANSWERED: %s', (_, wire) => {
    const connection = sent()
    connection.receive(bytes(wire)).receiveEnd()
    expect(codeOf(() => connection.read())).toBe('UNANSWERED remote')
    expect(codeOf(() => connection.read())).toBe('UNANSWERED remote')
    expect(statesOf(connection)).toEqual(['closing', 'failed'])
    expect([connection.mustClose, connection.persistent]).toEqual([true, false])
    expect(unanswered(connection)).toEqual(['/ true'])
  })

  test('after an interim response is UNANSWERED, and the request is not retryable', () => {
    const connection = sent()
    connection.receive(bytes(INTERIM)).receiveEnd()
    expect(codeOf(() => readAll(connection))).toBe('UNANSWERED remote')
    expect(unanswered(connection)).toEqual(['/ false'])
  })

  test('during a request is UNANSWERED, and the rest of the request is refused', () => {
    const connection = new ClientConnection()
    connection.send(headOf({ method: 'PUT', headers: { 'Content-Length': '2' } }))
    connection.receiveEnd()
    expect(codeOf(() => connection.read())).toBe('UNANSWERED remote')
    expect(codeOf(() => connection.send({ type: 'data', bytes: 'ab' }))).toBe('WRONG_STATE local')
    expect(connection.mustClose).toBe(true)
    expect(unanswered(connection)).toEqual(['/ true'])
  })

  test.each([
    ['a head', 'HTTP/1.1 200 OK\r\nA: b', 1],
    ['content', OK.slice(0, -1), 0],
    ['a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe', 0],
    ['trailers', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', 0],
  ])('in %s is TRUNCATED', (_, wire, unanswered) => {
    const connection = sent()
    connection.receive(bytes(wire)).receiveEnd()
    expect(codeOf(() => readAll(connection))).toBe('TRUNCATED remote')
    expect(codeOf(() => connection.read())).toBe('TRUNCATED remote')
    expect(connection.mustClose).toBe(true)
    expect(connection.unanswered).toHaveLength(unanswered)
  })

  test('makes receive() refuse further bytes', () => {
    const connection = sent().receiveEnd()
    expect(codeOf(() => connection.receive(bytes(OK)))).toBe('WRONG_STATE local')
  })
})

describe('unanswered requests', () => {
  test('are those without a final response, in the order in which they were sent', () => {
    const connection = new ClientConnection(PIPELINE)
    expect(connection.unanswered).toEqual([])
    const heads = [headOf({ target: '/1' }), headOf({ method: 'DELETE', target: '/2' })]
    for (const head of heads) {
      connection.send(head)
      connection.send({ type: 'end' })
    }
    connection.send(headOf({ method: 'POST', target: '/3', headers: { 'Content-Length': '1' } }))
    expect(connection.unanswered[0]?.head).toBe(heads[0])
    expect(connection.unanswered[1]?.head).toBe(heads[1])
    expect(unanswered(connection)).toEqual(['/1 true', '/2 true', '/3 false'])
    receive(connection, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
    expect(unanswered(connection)).toEqual(['/2 true', '/3 false'])
    receive(connection, 'hello')
    expect(unanswered(connection)).toEqual(['/2 true', '/3 false'])
  })

  test('stay retryable when bytes of a response have arrived, except for the first one', () => {
    for (const wire of ['H', INTERIM, INTERIM.slice(0, -1)]) {
      const connection = sent({ target: '/1' }, PIPELINE)
      send(connection, { target: '/2' })
      connection.receive(bytes(wire))
      expect(unanswered(connection)).toEqual(['/1 false', '/2 true'])
      readAll(connection)
      expect(unanswered(connection)).toEqual(['/1 false', '/2 true'])
    }
  })

  test('are retryable if the method is idempotent, with methods compared case-sensitively', () => {
    for (const [method, retryable] of [
      ...([
        ['GET', true],
        ['PUT', true],
        ['DELETE', true],
        ['OPTIONS', true],
      ] as const),
      ...([
        ['POST', false],
        ['PATCH', false],
        ['get', false],
        ['UNHEARD-OF', false],
      ] as const),
    ] as const) {
      expect(sent({ method }).unanswered[0]?.retryable, method).toBe(retryable)
    }
  })

  test('stay retryable if an interim response was for an earlier request', () => {
    const connection = sent({ target: '/1' }, PIPELINE)
    send(connection, { target: '/2' })
    receive(connection, INTERIM + OK)
    expect(unanswered(connection)).toEqual(['/2 true'])
  })
})

describe('an error in a response', () => {
  test('is thrown by every read(), and ends the connection', () => {
    const connection = sent()
    connection.receive(bytes('HTTP/1.1 200 OK\r\nA : b\r\n\r\n'))
    expect(codeOf(() => connection.read())).toBe('SPACE_BEFORE_COLON remote')
    expect(codeOf(() => connection.read())).toBe('SPACE_BEFORE_COLON remote')
    expect(statesOf(connection)).toEqual(['closing', 'failed'])
    expect([connection.mustClose, connection.reusable]).toEqual([true, false])
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    connection.receive(bytes(OK)).receiveEnd()
    expect(codeOf(() => connection.read())).toBe('SPACE_BEFORE_COLON remote')
    connection.close()
    expect(connection.requests).toBe('closed')
  })

  test('in content leaves only the later requests unanswered, and ends the connection', () => {
    const connection = sent({ target: '/1' }, PIPELINE)
    send(connection, { target: '/2' })
    connection.receive(bytes('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n'))
    expect(codeOf(() => readAll(connection))).toBe('INVALID_CHUNK_SIZE remote')
    expect(unanswered(connection)).toEqual(['/2 true'])
    expect(connection.mustClose).toBe(true)
  })

  test('includes content beyond a limit', () => {
    const connection = sent({}, { limits: { maxBody: 4 } })
    connection.receive(bytes(OK))
    expect(codeOf(() => connection.read())).toBe('BODY_TOO_LARGE remote')
  })

  test('that a leniency permits still ends the connection', () => {
    const connection = sent({}, { leniency: { allowLengthWithTransferEncoding: true } })
    const wire =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n'
    expect(receive(connection, wire)).toEqual(['200', 'end'])
    expect(connection.mustClose).toBe(true)
  })
})

describe('retire()', () => {
  test('ends an idle connection at once', () => {
    const connection = new ClientConnection()
    connection.retire()
    expect(statesOf(connection)).toEqual(['closing', 'closing'])
    expect([connection.mustClose, connection.reusable]).toEqual([true, false])
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
  })

  test('lets the exchange under way finish as the last one', () => {
    const connection = new ClientConnection(PIPELINE)
    connection.send(headOf({ method: 'PUT', headers: { 'Content-Length': '1' } }))
    connection.retire()
    expect([connection.persistent, connection.mustClose]).toEqual([false, false])
    connection.send({ type: 'data', bytes: 'x' })
    connection.send({ type: 'end' })
    expect(connection.reusable).toBe(false)
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    expect(receive(connection, INTERIM + OK)).toHaveLength(5)
    expect(connection.mustClose).toBe(true)
  })

  test('changes nothing on a switched or closed connection, even if called twice', () => {
    const switched = sent({ headers: UPGRADE })
    receive(switched, SWITCH)
    const closed = new ClientConnection()
    closed.close()
    for (const connection of [switched, closed]) {
      const before = statesOf(connection)
      connection.retire()
      connection.retire()
      expect(statesOf(connection)).toEqual(before)
    }
  })
})

describe('close()', () => {
  test('ends an idle connection', () => {
    const connection = new ClientConnection()
    connection.close()
    expect(statesOf(connection)).toEqual(['closed', 'closing'])
    expect([connection.mustClose, connection.reusable]).toEqual([true, false])
    expect(codeOf(() => send(connection))).toBe('WRONG_STATE local')
    connection.close()
    connection.receiveEnd()
    expect(readAll(connection)).toEqual([])
    expect(statesOf(connection)).toEqual(['closed', 'closed'])
  })

  test('after a request lets its response be read', () => {
    const connection = sent()
    connection.close()
    expect(statesOf(connection)).toEqual(['closed', 'due'])
    expect(connection.mustClose).toBe(false)
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    expect(statesOf(connection)).toEqual(['closed', 'closing'])
    expect(connection.mustClose).toBe(true)
  })

  test('during a request makes the request fail, and the connection must close', () => {
    const connection = new ClientConnection()
    connection.send(headOf({ method: 'PUT', headers: { 'Content-Length': '1' } }))
    connection.close()
    expect(connection.requests).toBe('failed')
    expect(connection.mustClose).toBe(true)
    expect(codeOf(() => connection.send({ type: 'data', bytes: 'x' }))).toBe('WRONG_STATE local')
  })

  test('is refused after a switch of protocols', () => {
    const connection = sent({ headers: UPGRADE })
    receive(connection, SWITCH)
    expect(codeOf(() => connection.close())).toBe('WRONG_STATE local')
  })
})

describe('misuse', () => {
  test('of send() is refused and changes nothing', () => {
    const connection = new ClientConnection()
    const refuse = (event: Parameters<ClientConnection['send']>[0], code = 'WRONG_STATE') => {
      const before = statesOf(connection)
      expect(codeOf(() => connection.send(event))).toBe(`${code} local`)
      expect(statesOf(connection)).toEqual(before)
    }
    refuse({ type: 'end' })
    refuse({ type: 'data', bytes: 'x' })
    refuse({ type: 'chunk', size: 1 })
    refuse({ method: 'G T', target: '/' }, 'INVALID_METHOD')
    refuse({ method: 'GET', target: '/' }, 'MISSING_HOST')
    expect([connection.request, connection.unanswered]).toEqual([undefined, []])

    connection.send(headOf({ method: 'PUT', headers: { 'Content-Length': '2' } }))
    refuse(headOf({}))
    refuse({ type: 'data', bytes: 'abc' }, 'CONTENT_LENGTH_MISMATCH')
    refuse({ type: 'end' }, 'CONTENT_LENGTH_MISMATCH')
    refuse({ type: 'chunk', size: 1 })
    connection.send({ type: 'data', bytes: 'ab' })
    refuse({ type: 'end', trailers: { A: 'b' } }, 'TRAILERS_NOT_ALLOWED')
    connection.send({ type: 'end' })
    refuse({ type: 'end' })
    refuse({ type: 'data', bytes: 'x' })
    expect(receive(connection, OK)).toEqual(['200', 'hello', 'end'])
    expect(connection.reusable).toBe(true)
    expect(send(connection)).toBe('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  })

  test('of types throws a TypeError and changes nothing', () => {
    const connection = new ClientConnection()
    expect(() => connection.send(null as never)).toThrow(TypeError)
    expect(() => connection.send('GET' as never)).toThrow(TypeError)
    expect(() => connection.send({ type: 'response' } as never)).toThrow(TypeError)
    expect(() => connection.send({ ...headOf({}), method: 1 } as never)).toThrow(TypeError)
    expect(() => connection.receive('text' as never)).toThrow(TypeError)
    expect(statesOf(connection)).toEqual(['idle', 'idle'])
    expect(send(connection)).toContain('GET /')
    expect(() => connection.send({ tpye: 'end' } as never)).toThrow(
      new TypeError('method must be a string, not undefined'),
    )
    expect(() => connection.send({ type: 'edn' } as never)).toThrow(
      new TypeError('a request has no event of type "edn"'),
    )
  })

  test('of options makes the constructor throw', () => {
    for (const [options, error] of [
      [{ pipelining: 1 }, TypeError],
      [{ pipelineing: true }, /pipelineing/],
      [{ maxInterimResponses: -1 }, RangeError],
      [{ maxInterimResponses: 1.5 }, RangeError],
      [{ maxInterimResponses: Number.POSITIVE_INFINITY }, RangeError],
      [{ limits: { maxHead: 0 } }, RangeError],
      [{ leniency: { allowAll: true } }, /allowAll/],
      [null, TypeError],
    ] as const) {
      expect(() => new ClientConnection(options as never)).toThrow(error as never)
    }
  })

  test('does not include the valid options chunkBoundaries and copy, which take effect', () => {
    const chunk = bytes('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n')
    const connection = sent({}, { chunkBoundaries: true, copy: true })
    connection.receive(chunk)
    const events: ResponseEvent[] = []
    for (let event = connection.read(); event !== null; event = connection.read()) {
      events.push(event)
    }
    expect(events.map(({ type }) => type)).toEqual([
      ...['response', 'chunk', 'data', 'chunk', 'end'],
    ])
    for (const event of events) {
      if (event.type === 'data') expect(event.bytes.buffer).not.toBe(chunk.buffer)
    }
    expect(connection.reusable).toBe(true)
  })
})

test('ClientConnection refuses a 101 to CONNECT as UNOFFERED_SWITCH', () => {
  const connection = new ClientConnection()
  send(connection, { method: 'CONNECT', target: 'a:443' })
  connection.receive(bytes('HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: y\r\n\r\n'))
  expect(codeOf(() => connection.read())).toBe('UNOFFERED_SWITCH remote')
  expect(connection.switched).toBe(false)
})

test('a getter of a sent event may read from the ClientConnection without losing events', () => {
  const connection = new ClientConnection()
  connection.send(headOf({ method: 'POST', body: 'x' }))
  connection.receive(bytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'))
  connection.send({
    type: 'data',
    get bytes() {
      expect(connection.read()?.type).toBe('response')
      return 'x'
    },
  })
  expect([connection.read()?.type, connection.read()?.type]).toEqual(['data', 'end'])
})
