/**
 * The caller's own code that runs during a call of `send` or `sendMessage`: getters and iterators of what is
 * sent, and the clock. It may use the connection, and acts as if it had run before the call.
 */

import { describe, expect, test } from 'vitest'
import {
  ClientConnection,
  HttpError,
  type RequestEventInit,
  type ResponseEventInit,
  ServerConnection,
} from '../../src/index.ts'
import { bytes, readAll, text } from '../support/connections.ts'

type Either = ClientConnection | ServerConnection

/** What `run` returns or throws, as text. */
function outcome(run: () => Uint8Array[]): string {
  try {
    return text(run())
  } catch (error) {
    if (error instanceof HttpError || error instanceof TypeError) return error.message
    throw error
  }
}

const attempt = (run: () => unknown): void => {
  try {
    run()
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
  }
}

/** Everything that can be observed, now and when the peer sends `more`. */
function observe(connection: Either, more: string): unknown[] {
  const look = () => {
    const { requests, responses, persistent, mustClose, switched, reusable } = connection
    const { awaitsContinue } = connection
    return { requests, responses, persistent, mustClose, switched, reusable, awaitsContinue }
  }
  const now = look()
  const events: string[] = []
  attempt(() => connection.receive(bytes(more)))
  attempt(() => events.push(...readAll(connection)))
  return [now, events, look()]
}

type Plain = Record<string, unknown>

/** The ways in which `event` can run `code` when it is read: one getter each, and the iteration of fields. */
function* variants(event: Plain): Generator<(code: () => void) => Plain> {
  // The type of an event is read even if it is missing; a whole message has none.
  const names = Object.keys('head' in event ? event : { type: undefined, ...event })
  for (const name of names) {
    yield (code) => {
      let ran = false
      return Object.defineProperty({ ...event }, name, {
        enumerable: true,
        get: () => {
          if (!ran) {
            ran = true
            code()
          }
          return event[name]
        },
      })
    }
  }
  for (const name of ['headers', 'trailers']) {
    const fields = event[name]
    if (fields === undefined) continue
    yield (code) => ({
      ...event,
      [name]: {
        *[Symbol.iterator]() {
          code()
          yield* Object.entries(fields as object)
        },
      },
    })
  }
}

/** Expects that code in `event`, at any place, acts as if it had run before `send`. */
function expectAsBefore<Connection extends Either>(
  start: () => Connection,
  event: Plain,
  code: (connection: Connection) => unknown,
  send: (connection: Connection, event: Plain) => Uint8Array[],
  more: string,
): void {
  const before = start()
  attempt(() => code(before))
  const expected = [outcome(() => send(before, event)), observe(before, more)]
  for (const variant of variants(event)) {
    const during = start()
    const given = variant(() => attempt(() => code(during)))
    expect([outcome(() => send(during, given)), observe(during, more)]).toEqual(expected)
  }
}

describe('in an event given to ServerConnection', () => {
  const POST = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx'
  const GET = 'GET /2 HTTP/1.1\r\nHost: a\r\n\r\n'
  const OK = { status: 200, headers: { 'Transfer-Encoding': 'chunked' } }

  const start = (...sent: ResponseEventInit[]) => {
    const connection = new ServerConnection().receive(bytes(POST))
    connection.read()
    for (const event of sent) connection.send(event)
    return connection
  }

  const PLACES: [string, ResponseEventInit[], Plain][] = [
    ['a head', [], OK],
    ['a head without a framing field', [], { status: 200, headers: { X: 'y' } }],
    ['an interim head', [], { status: 100, headers: { X: 'y' } }],
    ['data', [OK], { type: 'data', bytes: 'x' }],
    ['a chunk', [OK], { type: 'chunk', size: 1, extensions: [] }],
    ['an end', [OK], { type: 'end', trailers: { X: 'y' } }],
    ['the end of an interim response', [{ status: 103 }], { type: 'end', trailers: {} }],
  ]
  const CODES: [string, (connection: ServerConnection) => unknown][] = [
    ['reads', readAll],
    ['retires', (connection) => connection.retire()],
    ['closes', (connection) => connection.close()],
    ['sends an interim head', (connection) => connection.send({ status: 103 })],
    ['sends a 100', (connection) => connection.send({ status: 100 })],
    ['sends a head', (connection) => connection.send(OK)],
    ['sends data', (connection) => connection.send({ type: 'data', bytes: 'data' })],
    ['sends a chunk', (connection) => connection.send({ type: 'chunk', size: 4 })],
    ['sends an end', (connection) => connection.send({ type: 'end' })],
    ['sends a whole message', (connection) => connection.sendMessage({ head: { status: 204 } })],
    ['gets an invalid request', (connection) => readAll(connection.receive(bytes('\0\r\n\r\n')))],
    ['gets the end of input', (connection) => readAll(connection.receiveEnd())],
  ]

  for (const [place, sent, event] of PLACES) {
    test.each(CODES)(`in ${place}: code that %s`, (_, code) => {
      const send = (connection: ServerConnection, given: Plain) =>
        connection.send(given as unknown as ResponseEventInit)
      expectAsBefore(() => start(...sent), event, code, send, GET)
    })
  }

  test.each(CODES)('in the head of a whole message: code that %s', (_, code) => {
    const send = (connection: ServerConnection, head: Plain) =>
      connection.sendMessage({ head: head as unknown as { status: number }, body: 'hello' })
    expectAsBefore(start, { status: 200, headers: { X: 'y' } }, code, send, GET)
  })

  test.each(CODES)('in a whole message: code that %s', (_, code) => {
    const send = (connection: ServerConnection, message: Plain) =>
      connection.sendMessage(message as unknown as { head: { status: number } })
    expectAsBefore(start, { head: OK, body: 'hello', trailers: { X: 'y' } }, code, send, GET)
  })

  test.each(CODES)('in the clock: code that %s', (_, code) => {
    for (const send of [
      (connection: ServerConnection) => connection.send({ status: 200 }),
      (connection: ServerConnection) => connection.sendMessage({ head: { status: 200 } }),
    ]) {
      let action = () => {}
      let calls = 0
      const date = () => {
        // The clock may be asked again for a response that it sends.
        if (calls++ === 0) attempt(action)
        return 'now'
      }
      const begin = () => {
        const connection = new ServerConnection({ date }).receive(bytes(POST))
        connection.read()
        return connection
      }
      const before = begin()
      attempt(() => code(before))
      const expected = [outcome(() => send(before)), observe(before, GET)]
      const during = begin()
      calls = 0
      action = () => code(during)
      expect([outcome(() => send(during)), observe(during, GET)]).toEqual(expected)
    }
  })
})

describe('in an event given to ClientConnection', () => {
  const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  const chunked = { Host: 'a', 'Transfer-Encoding': 'chunked' }
  const HEAD = { method: 'PUT', target: '/', headers: chunked }
  const GET = { method: 'GET', target: '/', headers: { Host: 'a' } }

  const start = (...sent: RequestEventInit[]) => {
    const connection = new ClientConnection({ pipelining: true })
    for (const event of sent) connection.send(event)
    return connection
  }

  const PLACES: [string, RequestEventInit[], Plain][] = [
    ['a head', [], HEAD],
    ['a head in the pipeline', [GET, { type: 'end' }], HEAD],
    ['data', [HEAD], { type: 'data', bytes: 'x' }],
    ['a chunk', [HEAD], { type: 'chunk', size: 1, extensions: [] }],
    ['an end', [HEAD], { type: 'end', trailers: { X: 'y' } }],
  ]
  const CODES: [string, (connection: ClientConnection) => unknown][] = [
    ['reads a response', (connection) => readAll(connection.receive(bytes(OK)))],
    ['reads an invalid response', (connection) => readAll(connection.receive(bytes('\0\r\n\r\n')))],
    ['reads the end of input', (connection) => readAll(connection.receiveEnd())],
    ['retires', (connection) => connection.retire()],
    ['closes', (connection) => connection.close()],
    ['sends a head', (connection) => connection.send(GET)],
    ['sends data', (connection) => connection.send({ type: 'data', bytes: 'data' })],
    ['sends a chunk', (connection) => connection.send({ type: 'chunk', size: 4 })],
    ['sends an end', (connection) => connection.send({ type: 'end' })],
    ['sends a whole message', (connection) => connection.sendMessage({ head: GET })],
  ]

  for (const [place, sent, event] of PLACES) {
    test.each(CODES)(`in ${place}: code that %s`, (_, code) => {
      const send = (connection: ClientConnection, given: Plain) =>
        connection.send(given as unknown as RequestEventInit)
      expectAsBefore(() => start(...sent), event, code, send, OK)
    })
  }

  test.each(CODES)('in a whole message: code that %s', (_, code) => {
    const send = (connection: ClientConnection, message: Plain) =>
      connection.sendMessage(message as unknown as { head: typeof GET })
    expectAsBefore(start, { head: HEAD, body: 'hello', trailers: { X: 'y' } }, code, send, OK)
  })
})

test('send reads the type of an event once, so that a getter cannot make it two events', () => {
  const changing = (first: string, second: string) => {
    let reads = 0
    return {
      bytes: 'x',
      size: 1,
      get type() {
        return reads++ === 0 ? first : second
      },
    } as never
  }
  const client = new ClientConnection()
  client.send({ method: 'POST', target: '/', headers: { Host: 'a', 'Content-Length': '1' } })
  expect(text(client.send(changing('data', 'end')))).toBe('x')
  expect(client.send({ type: 'end' })).toEqual([])
  expect(client.requests).toBe('complete')

  const server = new ServerConnection().receive(bytes('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
  readAll(server)
  server.send({ status: 200 })
  expect(text(server.send(changing('chunk', 'end')))).toBe('1\r\n')
  server.send({ type: 'data', bytes: 'x' })
  server.send({ type: 'end' })
  expect(server.reusable).toBe(true)
})
