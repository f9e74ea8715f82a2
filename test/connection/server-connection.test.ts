/**
 * `ServerConnection`: exchanges, persistence, framing, 100 (Continue), switches of protocols,
 * errors in requests, and the end of a connection.
 */

import { describe, expect, test } from 'vitest'
import {
  Fields,
  type HttpError,
  type MessageInit,
  type ResponseHeadInit,
  ResponseParser,
  ServerConnection,
} from '../../src/index.ts'
import { bytes, codeOf, readAll, text } from '../support/connections.ts'
import { thrown } from '../support/refusals.ts'

/** A connection that has received `wire`, and the events that could be read. */
function receive(wire: string, connection = new ServerConnection()) {
  connection.receive(bytes(wire))
  return { connection, events: readAll(connection) }
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const OLD = 'GET / HTTP/1.0\r\n\r\n'
const hello = { head: { status: 200 }, body: 'hello' }

describe('exchanges', () => {
  test('run one at a time: a pipelined request is read only after the response before it', () => {
    const { connection, events } = receive(GET + GET.replace('/', '/2'))
    expect(events).toEqual(['GET /', 'end'])
    expect(connection.wantsInput).toBe(false)
    expect([connection.requests, connection.responses]).toEqual(['complete', 'due'])
    connection.send({ status: 200, headers: { 'Content-Length': '2' } })
    expect(readAll(connection)).toEqual([])
    connection.send({ type: 'data', bytes: 'ok' })
    expect(readAll(connection)).toEqual([])
    connection.send({ type: 'end' })
    expect([connection.requests, connection.responses]).toEqual(['idle', 'idle'])
    expect(readAll(connection)).toEqual(['GET /2', 'end'])
    connection.sendMessage(hello)
    expect(connection.reusable).toBe(true)
  })

  test('can be read by a for...of loop that sends the responses', () => {
    const connection = new ServerConnection()
    connection.receive(bytes(GET + GET.replace('/', '/2')))
    const types: string[] = []
    for (const event of connection) {
      types.push(event.type)
      if (event.type === 'end') connection.sendMessage(hello)
    }
    expect(types).toEqual(['request', 'end', 'request', 'end'])
    expect(connection.reusable).toBe(true)
  })

  test('allow a response before the request is complete, and end when both are complete', () => {
    const { connection } = receive('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab')
    connection.sendMessage(hello)
    expect([connection.requests, connection.responses]).toEqual(['content', 'complete'])
    expect(connection.reusable).toBe(false)
    expect(connection.mustClose).toBe(false)
    connection.receive(bytes(`cd${GET}`))
    expect(readAll(connection)).toEqual(['cd', 'end', 'GET /', 'end'])
  })

  test('end the connection if the response has close, even for HTTP/1.0 with keep-alive', () => {
    const { connection } = receive(OLD.replace('0\r\n', '0\r\nConnection: keep-alive\r\n'))
    const head = { status: 200, headers: { Connection: 'close' } }
    expect(text(connection.sendMessage({ head, body: 'x' }))).toBe(
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx',
    )
    expect(connection.mustClose).toBe(true)
  })

  test('end with a request with close: a request that came with it is not read', () => {
    const last = GET.replace('Host', 'Connection: close\r\nHost')
    const { connection, events } = receive(last + GET.replace('/', '/2'))
    expect(events).toEqual(['GET /', 'end'])
    connection.sendMessage(hello)
    expect(readAll(connection)).toEqual([])
    expect(connection.mustClose).toBe(true)
  })

  test('cannot follow a 408 response sent without a request, which closes the connection', () => {
    const connection = new ServerConnection()
    expect(text(connection.sendMessage({ head: { status: 408 } }))).toBe(
      'HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
    expect(connection.mustClose).toBe(true)
    expect(codeOf(() => connection.sendMessage(hello))).toBe('WRONG_STATE local')
  })
})

describe('persistence', () => {
  test.each([
    ['HTTP/1.1', GET, 'Content-Length: 5\r\n\r\nhello', true],
    [
      'Connection: close',
      GET.replace('Host', 'Connection: close\r\nHost'),
      'Content-Length: 5\r\nConnection: close\r\n\r\nhello',
      false,
    ],
    ['HTTP/1.0', OLD, 'Content-Length: 5\r\nConnection: close\r\n\r\nhello', false],
    [
      'HTTP/1.0 with keep-alive',
      OLD.replace('0\r\n', '0\r\nConnection: keep-alive\r\n'),
      'Content-Length: 5\r\nConnection: keep-alive\r\n\r\nhello',
      true,
    ],
  ])(
    'is decided by a request with %s, and stated unless HTTP/1.1 implies it',
    (_, wire, expected, persists) => {
      const { connection } = receive(wire)
      expect(text(connection.sendMessage(hello))).toBe(`HTTP/1.1 200 OK\r\n${expected}`)
      expect(connection.reusable).toBe(persists)
      expect(connection.mustClose).toBe(!persists)
    },
  )

  test('ends if the response has close, which is not case-sensitive and not added twice', () => {
    const { connection } = receive(GET)
    const headers = { Connection: 'Upgrade, CLOSE', 'Content-Length': '0' }
    expect(text(connection.send({ status: 200, headers }))).toBe(
      'HTTP/1.1 200 OK\r\nConnection: Upgrade, CLOSE\r\nContent-Length: 0\r\n\r\n',
    )
    expect(connection.request?.target).toBe('/')
    connection.send({ type: 'end' })
    expect(connection.request).toBeUndefined()
    expect(connection.mustClose).toBe(true)
    expect([connection.requests, connection.responses]).toEqual(['closing', 'closing'])
  })

  test('ends with the exchange under way after retire()', () => {
    const { connection } = receive(GET + GET)
    connection.retire()
    expect(connection.mustClose).toBe(false)
    expect(text(connection.sendMessage(hello))).toContain('\r\nConnection: close\r\n')
    expect(connection.mustClose).toBe(true)
    expect(readAll(connection)).toEqual([])
  })

  test('ends at once after retire() on an idle connection', () => {
    const connection = new ServerConnection()
    connection.retire()
    expect(connection.mustClose).toBe(true)
    expect(connection.wantsInput).toBe(false)
  })
})

describe('response framing', () => {
  test('defaults to chunked, and to until close for an HTTP/1.0 client', () => {
    const stream = (wire: string) => {
      const { connection } = receive(wire)
      return text([
        ...connection.send({ status: 200 }),
        ...connection.send({ type: 'data', bytes: 'hello' }),
        ...connection.send({ type: 'end' }),
      ])
    }
    expect(stream(GET)).toBe(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    )
    expect(stream(OLD)).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello')
    const kept = OLD.replace('0\r\n', '0\r\nConnection: keep-alive\r\n')
    expect(stream(kept)).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello')
  })

  test('follows the rules for HTTP/1.0 if the response has version 1.0', () => {
    const head = { status: 200, version: '1.0' } as const
    const { connection } = receive(GET)
    expect(text(connection.send(head))).toBe('HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n')
    expect(text(connection.send({ type: 'data', bytes: 'hello' }))).toBe('hello')
    connection.send({ type: 'end' })
    expect(connection.mustClose).toBe(true)

    const whole = receive(GET).connection
    expect(text(whole.sendMessage({ head, body: 'hello' }))).toBe(
      'HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello',
    )
    expect(whole.reusable).toBe(true)
  })

  test('adds Connection: close if the last transfer coding is not chunked', () => {
    const { connection } = receive(GET)
    const headers = { 'Transfer-Encoding': 'gzip' }
    expect(text(connection.send({ status: 200, headers }))).toBe(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n',
    )
    const chunked = receive(GET).connection
    const both = { 'Transfer-Encoding': 'gzip, Chunked' }
    expect(text(chunked.send({ status: 200, headers: both }))).not.toContain('Connection')
  })

  test.each([
    ['304', GET, 304],
    ['200 to HEAD', GET.replace('GET', 'HEAD'), 200],
  ])(
    'persists if the last transfer coding of content that is not sent is not chunked: %s',
    (_, wire, status) => {
      const { connection } = receive(wire)
      const headers = { 'Transfer-Encoding': 'gzip' }
      expect(text(connection.send({ status, headers }))).not.toContain('Connection')
      connection.send({ type: 'end' })
      expect(connection.reusable).toBe(true)
    },
  )

  test('refuses chunked for an HTTP/1.0 client', () => {
    const { connection } = receive(OLD)
    const headers = { 'Transfer-Encoding': 'chunked' }
    expect(codeOf(() => connection.send({ status: 200, headers }))).toBe(
      'TRANSFER_ENCODING_IN_HTTP_1_0 local',
    )
    expect(text(connection.sendMessage(hello))).toContain('hello')
  })

  test('states the Content-Length of content that is not sent in answer to HEAD', () => {
    const { connection } = receive(GET.replace('GET', 'HEAD'))
    expect(text(connection.sendMessage(hello))).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
    expect(connection.reusable).toBe(true)
    receive(GET.replace('GET', 'HEAD'), connection)
    connection.send({ status: 200 })
    expect(codeOf(() => connection.send({ type: 'data', bytes: 'x' }))).toBe(
      'CONTENT_NOT_ALLOWED local',
    )
  })

  test('adds no field to a 204 or 304 response', () => {
    for (const status of [204, 304]) {
      const { connection } = receive(GET)
      expect(text(connection.sendMessage({ head: { status } }))).toMatch(
        /^HTTP\/1.1 \d+ [\w ]+\r\n\r\n$/,
      )
      expect(connection.reusable).toBe(true)
    }
  })

  test('reads the headers of the caller once, and does not change them', () => {
    const headers = Fields.from({ A: 'b' })
    let reads = 0
    const head = {
      status: 200,
      get headers() {
        return reads++ === 0 ? headers : Fields.from(headers)
      },
    }
    const { connection } = receive(GET)
    expect(text(connection.sendMessage({ head, body: 'x' }))).toContain('Content-Length: 1')
    expect(reads).toBe(1)
    expect([...headers]).toEqual([['A', 'b']])
  })

  test('adds the Date from the option date unless the response has one', () => {
    const { connection } = receive(GET + GET, new ServerConnection({ date: () => 'now' }))
    expect(text(connection.sendMessage(hello))).toContain('\r\nDate: now\r\n')
    readAll(connection)
    const headers = { Date: 'then' }
    const dated = text(connection.sendMessage({ head: { status: 200, headers } }))
    expect(dated).toContain('\r\nDate: then\r\n')
    expect(dated).not.toContain('now')
  })

  test('refuses content that does not match Content-Length before any of it is written', () => {
    const { connection } = receive(GET)
    connection.send({ status: 200, headers: { 'Content-Length': '2' } })
    expect(codeOf(() => connection.send({ type: 'data', bytes: 'abc' }))).toBe(
      'CONTENT_LENGTH_MISMATCH local',
    )
    expect(codeOf(() => connection.send({ type: 'end' }))).toBe('CONTENT_LENGTH_MISMATCH local')
    expect(text(connection.send({ type: 'data', bytes: 'ab' }))).toBe('ab')
    connection.send({ type: 'end' })
    expect(connection.reusable).toBe(true)
  })
})

describe('sendMessage in answer to HEAD', () => {
  const HEAD = GET.replace('GET', 'HEAD')
  const chunked = { status: 200, headers: { 'Transfer-Encoding': 'chunked' } }

  test.each<[string, MessageInit<ResponseHeadInit>, string]>([
    [
      'trailers of chunked content',
      { head: chunked, body: 'hello', trailers: { A: 'b' } },
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'trailers of chunked content that is not given',
      { head: chunked, trailers: { A: 'b' } },
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'content of the length that the head states',
      { head: { status: 200, headers: { 'Content-Length': '5' } }, body: 'hello' },
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    ],
    [
      'empty content beside a Content-Length, as from a program that has left it out',
      { head: { status: 200, headers: { 'Content-Length': '5' } }, body: '' },
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    ],
  ])('leaves out %s', (_, message, expected) => {
    const { connection } = receive(HEAD)
    expect(text(connection.sendMessage(message))).toBe(expected)
    expect(connection.reusable).toBe(true)
    receive(GET, connection)
    expect(text(connection.sendMessage(hello))).toMatch(/\r\n\r\nhello$/)
  })

  test.each<[string, MessageInit<ResponseHeadInit>, string]>([
    [
      'content of another length than the head states',
      { head: { status: 200, headers: { 'Content-Length': '3' } }, body: 'hello!' },
      'CONTENT_LENGTH_MISMATCH',
    ],
    ['content of a 204', { head: { status: 204 }, body: 'x' }, 'CONTENT_NOT_ALLOWED'],
    ['content of a 205', { head: { status: 205 }, body: 'x' }, 'CONTENT_NOT_ALLOWED'],
    ['content of a 304', { head: { status: 304 }, body: 'x' }, 'CONTENT_NOT_ALLOWED'],
    [
      'trailers without the chunked coding',
      { head: { status: 200 }, body: 'x', trailers: { A: 'b' } },
      'TRAILERS_NOT_ALLOWED',
    ],
    ['trailers that may be none', { head: chunked, trailers: { Host: 'b' } }, 'FORBIDDEN_TRAILER'],
  ])('refuses what a response to GET must not be: %s', (_, message, code) => {
    for (const request of [GET, HEAD]) {
      const { connection } = receive(request)
      expect(codeOf(() => connection.sendMessage(message))).toBe(`${code} local`)
      expect([connection.requests, connection.responses]).toEqual(['complete', 'due'])
      expect(text(connection.sendMessage(hello))).toMatch(/^HTTP\/1.1 200 OK\r\nContent-Length: 5/)
      expect(connection.reusable).toBe(true)
    }
  })

  test('gives offsets that do not count what is left out', () => {
    const { connection } = receive(HEAD)
    const { length } = text(connection.sendMessage(hello))
    receive(GET, connection)
    const invalid = { head: { status: 200, headers: { 'A B': 'c' } } }
    const { offset } = thrown(() => connection.sendMessage(invalid)) as HttpError
    expect(offset).toBe(length + 'HTTP/1.1 200 OK\r\nA'.length)
  })
})

describe('an invalid response', () => {
  const chunked = { status: 200, headers: { 'Transfer-Encoding': 'chunked' } }

  test.each<[string, MessageInit<ResponseHeadInit>, string]>([
    [
      'content that is longer than it says',
      { head: { status: 200, headers: { 'Content-Length': '1' } }, body: 'hello' },
      'CONTENT_LENGTH_MISMATCH',
    ],
    [
      'content that is shorter',
      { head: { status: 200, headers: { 'Content-Length': '9' } }, body: 'hello' },
      'CONTENT_LENGTH_MISMATCH',
    ],
    ['content of a 204', { head: { status: 204 }, body: 'x' }, 'CONTENT_NOT_ALLOWED'],
    [
      'trailers without the chunked coding',
      { head: { status: 200 }, body: 'x', trailers: { A: 'b' } },
      'TRAILERS_NOT_ALLOWED',
    ],
    [
      'trailers that may be none',
      { head: chunked, body: 'x', trailers: { Host: 'b' } },
      'FORBIDDEN_TRAILER',
    ],
  ])('is refused by sendMessage and changes nothing: %s', (_, message, code) => {
    const { connection } = receive(GET)
    expect(codeOf(() => connection.sendMessage(message))).toBe(`${code} local`)
    expect(() => connection.send({ type: 'data', bytes: 'x' })).toThrow(
      expect.objectContaining({ code: 'WRONG_STATE', offset: 0 }),
    )
    expect([connection.requests, connection.responses]).toEqual(['complete', 'due'])
    expect(text(connection.sendMessage(hello))).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    )
    expect(connection.reusable).toBe(true)
    receive(GET, connection)
    expect(text(connection.sendMessage(hello))).toContain('hello')
  })

  test('is refused by sendMessage with an error that names the fault: no message, no head', () => {
    const { connection } = receive(GET)
    const send = (message: unknown) => () => connection.sendMessage(message as typeof hello)
    expect(send(undefined)).toThrow('a message must be an object, not undefined')
    expect(send({})).toThrow('the head of a message must be an object, not undefined')
    expect(text(connection.sendMessage(hello))).toContain('hello')
  })

  test('is refused by send and changes nothing: trailers of an interim response', () => {
    const { connection } = receive(GET)
    connection.send({ status: 103 })
    expect(codeOf(() => connection.send({ type: 'end', trailers: { A: 'b' } }))).toBe(
      'TRAILERS_NOT_ALLOWED local',
    )
    connection.send({ type: 'end' })
    expect(text(connection.sendMessage(hello))).toContain('hello')
  })
})

describe('100 (Continue) and other interim responses', () => {
  const PUT = 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'

  test('let the content follow and the connection persist after Expect: 100-continue', () => {
    const { connection } = receive(PUT)
    expect(connection.awaitsContinue).toBe(true)
    expect(text(connection.send({ status: 100 }))).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    expect(connection.awaitsContinue).toBe(false)
    connection.receive(bytes('ab'))
    expect(readAll(connection)).toEqual(['ab', 'end'])
    expect(text(connection.sendMessage(hello))).not.toContain('Connection')
    expect(connection.reusable).toBe(true)
  })

  test('end the connection after the final response if they say Connection: close', () => {
    const { connection } = receive(GET + GET)
    connection.send({ status: 103, headers: { Connection: 'close' } })
    expect(connection.persistent).toBe(false)
    expect(text(connection.sendMessage(hello))).toContain('\r\nConnection: close\r\n')
    expect([connection.mustClose, connection.read()]).toEqual([true, null])
  })

  test('do not end the connection because they came in HTTP/1.0', () => {
    const head = new ResponseParser().push(bytes('HTTP/1.0 103 Early\r\nLink: a\r\n\r\n')).read()
    const { connection } = receive(GET)
    connection.send(head as ResponseHeadInit)
    expect(connection.persistent).toBe(true)
  })

  test('do not precede a 417, which closes the connection since content may or may not follow', () => {
    const { connection } = receive(PUT)
    expect(text(connection.sendMessage({ head: { status: 417 } }))).toContain('Connection: close')
    expect(connection.mustClose).toBe(true)
  })

  test('are no longer awaited once the content breaks a rule, or this side has ended', () => {
    const wire = PUT.replace('Content-Length: 2', 'Transfer-Encoding: chunked')
    const { connection } = receive(wire)
    expect(connection.awaitsContinue).toBe(true)
    connection.receive(bytes('zz\r\n'))
    expect(codeOf(() => connection.read())).toBe('INVALID_CHUNK_SIZE remote')
    expect(connection.awaitsContinue).toBe(false)
    expect(codeOf(() => connection.send({ status: 100 }))).toBe('WRONG_STATE local')

    const closed = receive(wire).connection
    closed.close()
    expect(closed.awaitsContinue).toBe(false)
  })

  test('are not awaited by a client that sends its content at once', () => {
    const { connection, events } = receive(`${PUT}ab`)
    expect(events).toEqual(['PUT /', 'ab', 'end'])
    expect(connection.awaitsContinue).toBe(false)
    connection.sendMessage(hello)
    expect(connection.reusable).toBe(true)
  })

  test('may be sent repeatedly, with or without an end event', () => {
    const { connection } = receive(GET)
    connection.send({ status: 103, headers: { Link: '</a.css>' } })
    connection.send({ status: 103, headers: { Link: '</b.css>' } })
    connection.send({ type: 'end' })
    expect(codeOf(() => connection.send({ type: 'end' }))).toBe('WRONG_STATE local')
    connection.sendMessage(hello)
    expect(connection.reusable).toBe(true)
  })
})

describe('a switch of protocols', () => {
  const UPGRADE =
    'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  const CONNECT = 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'
  const accept = { head: { status: 101, headers: { Connection: 'Upgrade', Upgrade: 'websocket' } } }

  test('happens on 101, and takeRest() returns the bytes that follow', () => {
    const { connection } = receive(`${UPGRADE}frames`)
    expect(connection.requests).toBe('offering')
    connection.sendMessage(accept)
    expect(connection.switched).toBe(true)
    expect(text([connection.takeRest()])).toBe('frames')
    expect(codeOf(() => connection.sendMessage(hello))).toBe('WRONG_STATE local')
  })

  test('happens on a 2xx to CONNECT, and takeRest() returns the bytes that follow', () => {
    const { connection } = receive(`${CONNECT}tls`)
    expect(text(connection.sendMessage({ head: { status: 200 } }))).toBe('HTTP/1.1 200 OK\r\n\r\n')
    expect(text([connection.takeRest()])).toBe('tls')
  })

  test.each([
    ['Upgrade', UPGRADE + GET, ''],
    ['CONNECT', CONNECT, GET],
  ])('offered by %s may be declined, and HTTP goes on', (_, wire, later) => {
    const { connection } = receive(wire)
    connection.sendMessage({ head: { status: 403 }, body: 'no' })
    expect(codeOf(() => connection.takeRest())).toBe('WRONG_STATE local')
    connection.receive(bytes(later))
    expect(readAll(connection)).toEqual(['GET /', 'end'])
    connection.sendMessage(hello)
    expect(connection.reusable).toBe(true)
  })

  test('declined for CONNECT closes the connection if bytes for the tunnel have already come', () => {
    const { connection } = receive(CONNECT + GET)
    expect(text(connection.sendMessage({ head: { status: 403 } }))).toContain('Connection: close')
    expect(connection.mustClose).toBe(true)
    expect(readAll(connection)).toEqual([])
  })

  test('is refused without an offer, and before the request is complete', () => {
    const { connection } = receive(GET)
    expect(codeOf(() => connection.sendMessage(accept))).toBe('WRONG_STATE local')
    const post = UPGRADE.replace('GET', 'POST').replace('Host', 'Content-Length: 2\r\nHost')
    const other = receive(post).connection
    expect(codeOf(() => other.sendMessage(accept))).toBe('WRONG_STATE local')
    other.receive(bytes('ab'))
    readAll(other)
    other.sendMessage(accept)
    expect(other.switched).toBe(true)
  })
})

describe('an error in a request', () => {
  test('can be answered once, with Connection: close', () => {
    const connection = new ServerConnection().receive(bytes('GET / HTTP/1.1\r\nHost : a\r\n\r\n'))
    expect(codeOf(() => connection.read())).toBe('SPACE_BEFORE_COLON remote')
    expect([connection.requests, connection.responses]).toEqual(['failed', 'due'])
    expect(codeOf(() => connection.read())).toBe('SPACE_BEFORE_COLON remote')
    expect(text(connection.sendMessage({ head: { status: 400 } }))).toContain('Connection: close')
    expect(connection.mustClose).toBe(true)
    expect(codeOf(() => connection.sendMessage(hello))).toBe('WRONG_STATE local')
  })

  test('in the content of a HEAD request is answered without content', () => {
    const head = 'HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
    const { connection } = receive(head)
    connection.receive(bytes('x\r\n'))
    expect(codeOf(() => connection.read())).toBe('INVALID_CHUNK_SIZE remote')
    const answer = text(connection.sendMessage({ head: { status: 400 }, body: 'bad' }))
    expect(answer).toMatch(/\r\n\r\n$/)
  })

  test('can be answered with an error status only', () => {
    const { connection } = receive('')
    connection.receive(bytes('GET / HTTP/1.1\r\n\r\n'))
    expect(codeOf(() => connection.read())).toBe('MISSING_HOST remote')
    for (const status of [100, 103, 101, 200, 304]) {
      expect(codeOf(() => connection.send({ status }))).toBe('WRONG_STATE local')
      const message = { head: { status } }
      expect(codeOf(() => connection.sendMessage(message))).toBe('WRONG_STATE local')
    }
    expect(text(connection.sendMessage({ head: { status: 400 } }))).toContain('400 Bad Request')
  })

  test('during a response lets it be ended, and then the connection must close', () => {
    const { connection } = receive('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc')
    connection.send({ status: 200 })
    connection.receiveEnd()
    expect(codeOf(() => connection.read())).toBe('TRUNCATED remote')
    connection.send({ type: 'end' })
    expect(connection.mustClose).toBe(true)
  })

  test('in a pipelined request is thrown only after the response before it', () => {
    const { connection, events } = receive(`${GET}bad\r\n\r\n`)
    expect(events).toEqual(['GET /', 'end'])
    connection.sendMessage(hello)
    expect(codeOf(() => connection.read())).toBe('INVALID_METHOD remote')
    expect(text(connection.sendMessage({ head: { status: 400 } }))).toContain('400')
  })
})

describe('the end of the connection', () => {
  test('between requests is not an error', () => {
    const connection = new ServerConnection().receiveEnd()
    expect(readAll(connection)).toEqual([])
    expect([connection.requests, connection.responses]).toEqual(['closed', 'closing'])
    connection.close()
    expect(connection.responses).toBe('closed')
  })

  test('after a request lets the request be answered', () => {
    const { connection } = receive(GET)
    connection.receiveEnd()
    expect(readAll(connection)).toEqual([])
    expect(connection.mustClose).toBe(false)
    expect(text(connection.sendMessage(hello))).toContain('hello')
    expect(readAll(connection)).toEqual([])
    expect(connection.mustClose).toBe(true)
  })

  test('by close() during a response makes the response fail', () => {
    const { connection } = receive(GET)
    connection.send({ status: 200 })
    connection.close()
    expect(connection.responses).toBe('failed')
    expect(connection.mustClose).toBe(true)
  })
})

test('ServerConnection throws for invalid options, events and bytes', () => {
  const options = { pipelining: true } as unknown as { copy: boolean }
  expect(() => new ServerConnection(options)).toThrow(/pipelining/)
  expect(() => new ServerConnection({ limits: { maxHead: 0 } })).toThrow(RangeError)
  expect(() => new ServerConnection().send(null as never)).toThrow(TypeError)
  expect(() => new ServerConnection().receive('text' as never)).toThrow(
    new TypeError('receive takes a Uint8Array (or Buffer), not "text"'),
  )
})

test('ServerConnection.send throws a TypeError that names the fault in any state, and changes nothing', () => {
  const { connection } = receive(GET)
  const refuse = (event: unknown, message: RegExp) => {
    expect(() => connection.send(event as { status: number })).toThrow(TypeError)
    expect(() => connection.send(event as { status: number })).toThrow(message)
  }
  for (const state of ['due', 'content']) {
    expect(connection.responses).toBe(state)
    refuse({}, /status must be a number, not undefined/)
    refuse({ tpye: 'end' }, /status must be a number, not undefined/)
    refuse({ status: Symbol('200') }, /status must be a number, not Symbol/)
    refuse({ type: 'edn' }, /a response has no event of type "edn"/)
    refuse({ type: 'end', trailers: 1 }, /trailers must be .* not 1/)
    refuse({ type: 'chunk', size: 1, extensions: [null] }, /a chunk extension .* not null/)
    refuse({ type: 'data', bytes: null }, /content must be .* not null/)
    if (state === 'due') connection.send({ status: 200 })
  }
  connection.send({ type: 'end' })
  expect(connection.reusable).toBe(true)
})

test('an unknown event type is named in the error of send, and changes nothing', () => {
  const { connection } = receive(GET)
  const event = { type: 'dta', bytes: 'x' } as unknown as { type: 'data'; bytes: string }
  expect(() => connection.send(event)).toThrow('a response has no event of type "dta"')
  connection.sendMessage(hello)
})

test('with copy: true the chunk of a waiting pipelined request may be overwritten', () => {
  const chunk = bytes(GET + GET.replace('/', '/2'))
  const connection = new ServerConnection({ copy: true }).receive(chunk)
  expect(readAll(connection)).toEqual(['GET /', 'end'])
  chunk.fill(0x21)
  connection.sendMessage(hello)
  expect(readAll(connection)).toEqual(['GET /2', 'end'])
})

test('a 101 to CONNECT is refused and changes nothing', () => {
  const { connection } = receive('CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n')
  const headers = { Connection: 'upgrade', Upgrade: 'y' }
  expect(codeOf(() => connection.send({ status: 101, headers }))).toBe('WRONG_STATE local')
  connection.send({ status: 200 })
  connection.send({ type: 'end' })
  expect(connection.switched).toBe(true)
})

test('a getter of a sent event may read the rest of the request from the ServerConnection', () => {
  const connection = new ServerConnection()
  connection.receive(bytes('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'))
  connection.read()
  connection.send({ status: 200 })
  connection.send({
    type: 'chunk',
    get size() {
      readAll(connection)
      return 1
    },
  })
  expect(connection.requests).toBe('complete')
})

test('a response parsed with Transfer-Encoding in HTTP/1.0 is forwarded with Connection: close', () => {
  const wire = 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  for (const request of [GET, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n']) {
    for (const options of [{}, { date: () => 'now' }]) {
      const head = new ResponseParser().push(bytes(wire)).read()
      if (head?.type !== 'response') throw new Error('no head')
      const { connection } = receive(request, new ServerConnection(options))
      const lines = text(connection.send(head)).split('\r\n')
      expect(lines.slice(0, 2)).toEqual(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'])
      expect(lines.filter((line) => line === 'Connection: close')).toHaveLength(1)
      expect(connection.persistent).toBe(false)
    }
  }
})
