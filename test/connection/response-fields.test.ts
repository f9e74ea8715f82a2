/**
 * What a `ServerConnection` adds to responses that leave HTTP, and to heads that were parsed with fields that
 * are not written again. `server-connection.test.ts` has the plain cases.
 */

import { describe, expect, test } from 'vitest'
import {
  type ResponseHead,
  ResponseParser,
  ServerConnection,
  type ServerConnectionOptions,
} from '../../src/index.ts'
import { bytes, readAll, text } from '../support/connections.ts'

/** A connection that has read the requests in `wire`. */
function server(wire: string, options?: ServerConnectionOptions): ServerConnection {
  const connection = new ServerConnection(options).receive(bytes(wire))
  readAll(connection)
  return connection
}

describe('a response that leaves HTTP says nothing about persistence (RFC 9110 s. 7.8, 9.3.6)', () => {
  const UPGRADE = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n'
  const headers = { Connection: 'upgrade', Upgrade: 'x' }
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'

  test('a 101 after retire()', () => {
    const connection = server(`${UPGRADE}\r\n`)
    connection.retire()
    expect(text(connection.sendMessage({ head: { status: 101, headers } }))).toBe(switching)
    expect(connection.switched).toBe(true)
  })

  test('a 101 to a request with Connection: close', () => {
    const connection = server(`${UPGRADE}Connection: close\r\n\r\n`)
    expect(text(connection.send({ status: 101, headers }))).toBe(switching)
    connection.send({ type: 'end' })
    expect(connection.switched).toBe(true)
  })

  test.each([
    ['in HTTP/1.0', 'CONNECT a:443 HTTP/1.0\r\n\r\n'],
    ['in HTTP/1.0 with keep-alive', 'CONNECT a:443 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'],
    ['with close', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n'],
  ])('a 200 to CONNECT %s', (_, wire) => {
    const connection = server(`${wire}tls`)
    expect(text(connection.sendMessage({ head: { status: 200 } }))).toBe('HTTP/1.1 200 OK\r\n\r\n')
    expect(text([connection.takeRest()])).toBe('tls')
  })

  test('but it has a Date', () => {
    const connection = server('CONNECT a:443 HTTP/1.0\r\n\r\n', { date: () => 'now' })
    expect(text(connection.send({ status: 200 }))).toBe('HTTP/1.1 200 OK\r\nDate: now\r\n\r\n')
  })
})

describe('a parsed head with a framing field that is not written again', () => {
  function parsed(wire: string): ResponseHead {
    const head = new ResponseParser().push(bytes(wire)).read()
    if (head?.type !== 'response') throw new Error('no head')
    return head
  }

  const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

  test.each([
    ['Content-Length', 'Content-Length: 5'],
    ['Transfer-Encoding', 'Transfer-Encoding: gzip'],
  ])('gives fields that are framed anew with another status: %s of a 204', (_, line) => {
    for (const options of [{}, { date: () => 'now' }]) {
      const connection = server(GET, options)
      const { headers } = parsed(`HTTP/1.1 204 No Content\r\n${line}\r\nX: y\r\n\r\n`)
      const wire = text([
        ...connection.send({ status: 200, headers }),
        ...connection.send({ type: 'data', bytes: 'hi' }),
        ...connection.send({ type: 'end' }),
      ])
      expect(wire.replace('Date: now\r\n', '')).toBe(
        'HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
      )
      expect(connection.reusable).toBe(true)
      expect(headers.size).toBe(2)
    }
  })

  test('can be sent to an HTTP/1.0 client: a 204 with Transfer-Encoding', () => {
    const head = parsed('HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n')
    const connection = server('GET / HTTP/1.0\r\n\r\n')
    expect(text(connection.send(head))).toBe(
      'HTTP/1.1 204 No Content\r\nX: y\r\nConnection: close\r\n\r\n',
    )
  })

  test('is still written verbatim if nothing has to be added', () => {
    const wire = 'HTTP/1.1 204 No Content\r\nContent-Length:5\r\n\r\n'
    const connection = server(GET, { verbatim: true, allowAnomalies: true })
    expect(text(connection.send(parsed(wire)))).toBe(wire)
  })
})

test('a verbatim head with an anomaly that ends the connection says close after retire()', () => {
  const leniency = { allowLengthWithTransferEncoding: true }
  const wire = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'
  const head = new ResponseParser({ leniency }).push(bytes(wire)).read() as ResponseHead
  const options = { verbatim: true, allowAnomalies: true }
  const connection = server('GET / HTTP/1.1\r\nHost: a\r\n\r\n', options)
  connection.retire()
  expect(text(connection.send(head))).toBe(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
  )
})
