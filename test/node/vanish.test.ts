/**
 * A peer that disconnects at any byte, with or without ending its stream: a server closes the connection, and
 * a client never takes a truncated response for a complete one.
 */

import type { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { type Handler, requestOver, serveConnection } from '../../src/node.ts'
import { GET, pair, post, until } from './support.ts'

/** One request of each kind; the last one has Connection: close. */
const REQUESTS =
  GET +
  post('hello') +
  'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: u\r\n\r\n' +
  GET.replace('GET', 'HEAD') +
  GET.replace('Host', 'Connection: close\r\nHost')

const HANDLERS: Record<string, Handler> = {
  'at once': () => ({ status: 200, body: 'hello' }),
  'when the content is there': async ({ body }) => ({ status: 200, body: await body.text() }),
  'in pieces': async () => ({ status: 200, body: ['a', 'b'], trailers: { A: 'b' } }),
  'with an echo': ({ body }) => ({ status: 200, body }),
  'too late': async ({ signal }) => {
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
      signal.addEventListener('abort', resolve)
    })
    return { status: 200, body: ['a'] }
  },
}

const RESPONSES = {
  'of a length': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'in chunks':
    'HTTP/1.1 103 \r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: u\r\n\r\n',
  'that refuses': 'HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno',
}

const WAYS: [string, (stream: Duplex) => void][] = [
  ['with an end', (stream) => stream.end()],
  ['without', (stream) => stream.destroy()],
]

describe.each(WAYS)('a peer that disconnects at any byte (end of stream: %s)', (_, leave) => {
  test.each(Object.entries(HANDLERS))(
    'makes a server that answers %s close the connection, and adds no drain listeners',
    async (_, handler) => {
      for (let at = 0; at <= REQUESTS.length; at++) {
        const [ours, theirs] = pair()
        const served = serveConnection(theirs, handler)
        ours.on('error', () => {}).resume()
        ours.write(REQUESTS.slice(0, at))
        if (at % 2 === 0) await new Promise(setImmediate)
        leave(ours)
        await served.closed
        await until(() => theirs.destroyed)
        expect(theirs.listenerCount('drain'), `at ${at}`).toBe(1)
      }
    },
  )

  test.each(Object.entries(RESPONSES))(
    'makes a client reject a truncated response %s, and the next request',
    async (_, wire) => {
      for (const body of ['hello', ['a', 'b'], null]) {
        for (let at = 0; at <= wire.length; at++) {
          const [ours, theirs] = pair()
          theirs.on('error', () => {}).resume()
          theirs.once('data', () => {
            theirs.write(wire.slice(0, at))
            leave(theirs)
          })
          const request = {
            method: body === null ? 'GET' : 'POST',
            target: '/',
            headers: { Host: 'a' },
            body,
          }
          const outcome = await requestOver(ours, request)
            .then(({ body }) => body.text())
            .then(
              () => 'whole',
              () => 'cut',
            )
          if (at < wire.length) expect(outcome, `at ${at}`).toBe('cut')
          await expect(requestOver(ours, request)).rejects.toThrow()
        }
      }
    },
  )
})
