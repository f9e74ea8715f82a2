/**
 * Streams that fail before anything reads from them, and connections that close while they could be read:
 * neither ends the process, nor leaves a promise pending. An unhandled error event of a stream fails this run.
 */

import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { requestOver, serveConnection } from '../../src/node.ts'
import { ask, connect, GET, listen, pair, serve, until } from './support.ts'

const missing = () => createReadStream('/no/such/file')
const POST = { method: 'POST', target: '/', headers: { Host: 'a' } }
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A stream that nothing reads from, and a function that makes it fail. */
function failing() {
  const stream = new Readable({ read() {} })
  return { stream, fail: () => stream.destroy(new Error('it failed')) }
}

describe('a body stream that cannot be opened', () => {
  test('does not fail a response to HEAD', async () => {
    const { port } = await serve(() => ({ status: 200, body: missing() }))
    expect(await ask(port, GET.replace('GET', 'HEAD'))).toContain('HTTP/1.1 200 OK')
    expect(await ask(port, GET.replace('GET', 'HEAD'))).toContain('HTTP/1.1 200 OK')
  })

  test('is closed when the client has disconnected before the response', async () => {
    const streams: Readable[] = []
    let begun = false
    const { port } = await serve(async ({ signal }) => {
      begun = true
      await until(() => signal.aborted)
      const body = missing()
      streams.push(body)
      return { status: 200, body }
    })
    const socket = await connect(port)
    socket.write(GET)
    await until(() => begun)
    socket.resetAndDestroy()
    await until(() => streams[0]?.closed === true)
  })

  test('does not fail a request that the server refuses before its content is sent', async () => {
    const port = await listen((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n'))
    })
    const socket = await connect(port)
    const request = { ...POST, headers: { Host: 'a', Expect: '100-continue' }, body: missing() }
    const { head } = await requestOver(socket, request, { continueTimeout: 0 })
    expect(head.status).toBe(403)
  })

  test('rejects a request that waits for 100 (Continue)', async () => {
    const port = await listen((socket) => socket.resume())
    const socket = await connect(port)
    const request = { ...POST, headers: { Host: 'a', Expect: '100-continue' }, body: missing() }
    const sent = requestOver(socket, request, { continueTimeout: 50 })
    await expect(sent).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a request body stream that fails', () => {
  test('rejects its own request, but not the one ahead, while its request is queued', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.write(OK)))
    const socket = await connect(port)
    const { stream, fail } = failing()
    const first = requestOver(socket, { ...POST, body: '1' })
    const second = requestOver(socket, { ...POST, body: stream })
    fail()
    expect(await (await first).body.text()).toBe('ok')
    await expect(second).rejects.toThrow('it failed')
  })

  test("emits its error only to the caller's listener after its request was withdrawn", async () => {
    const socket = await connect(await listen((socket) => socket.resume()))
    const { stream, fail } = failing()
    const first = requestOver(socket, { ...POST, body: '1' })
    const withdrawn = requestOver(
      socket,
      { ...POST, body: stream },
      { signal: AbortSignal.abort(new Error('withdrawn')) },
    )
    await expect(withdrawn).rejects.toThrow('withdrawn')
    const told: Error[] = []
    stream.on('error', (error) => told.push(error))
    expect(stream.listenerCount('error')).toBe(1)
    fail()
    await until(() => told.length === 1)
    socket.destroy()
    await expect(first).rejects.toThrow('the connection was closed')
  })
})

test('a request with an invalid target leaves its body stream open and without error listeners', async () => {
  const socket = await connect(await listen((socket) => socket.resume()))
  const { stream } = failing()
  const request = { method: 'GET', target: 'no form', headers: { Host: 'a' }, body: stream }
  await expect(requestOver(socket, request)).rejects.toMatchObject({ code: 'INVALID_TARGET' })
  expect(stream.destroyed).toBe(false)
  expect(stream.listenerCount('error')).toBe(0)
})

test('a connection that closes leaves the bodies of queued requests as they were, to be sent over another', async () => {
  const port = await listen((socket) => socket.once('data', () => socket.destroy()))
  const socket = await connect(port)
  const first = requestOver(socket, { ...POST, body: '1' })
  const body = Readable.from(['again'])
  const second = requestOver(socket, { ...POST, body })
  await expect(first).rejects.toThrow()
  await expect(second).rejects.toMatchObject({ code: 'UNSENT' })
  expect(body.listenerCount('error')).toBe(0)
  const other = await serve(async ({ body }) => ({ status: 200, body: await body.text() }))
  const response = await requestOver(await connect(other.port), { ...POST, body })
  expect(await response.body.text()).toBe('again')
})

test('a closed socket rejects queued requests and keeps unread response content readable', async () => {
  const port = await listen((socket) => {
    socket.once('data', () => socket.end(OK))
  })
  const socket = await connect(port)
  const response = await requestOver(socket, { ...POST, body: '1' })
  const second = expect(requestOver(socket, { ...POST, body: '2' })).rejects.toThrow(
    'the connection was closed',
  )
  await until(() => socket.readableEnded)
  socket.destroy()
  await second
  await expect(requestOver(socket, { ...POST, body: '3' })).rejects.toThrow(
    'the connection was closed',
  )
  expect(response.reusable).toBe(false)
  expect(await response.body.text()).toBe('ok')
})

test('setEncoding() on a served stream closes the connection and passes a TypeError to onError', async () => {
  const [near, far] = pair()
  const errors: unknown[] = []
  const served = serveConnection(near, () => ({ status: 200 }), {
    onError: (error) => errors.push(error),
  })
  near.setEncoding('latin1')
  far.write(GET)
  await served.closed
  expect(errors).toEqual([new TypeError(`the stream must emit bytes, not ${JSON.stringify(GET)}`)])
})

test('a HEAD request that breaks a rule is answered with 400 and no content', async () => {
  const { port } = await serve(() => ({ status: 200 }))
  expect(await ask(port, 'HEAD / HTTP/1.1\r\n\r\n')).toBe(
    'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  )
})

test('a handler that returns a throwing thenable, or a promise of trailers, is reported to onError', async () => {
  const thenable = {
    // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
    then() {
      throw new Error('no then')
    },
  }
  const { port, errors } = await serve(() => thenable as never)
  expect(await ask(port, GET)).toContain('HTTP/1.1 500 ')
  expect(errors).toEqual([new Error('no then')])

  const later = await serve(() => ({ status: 200, trailers: (async () => ({})) as never }))
  await ask(later.port, GET)
  expect(later.errors).toEqual([
    new TypeError('the function for trailers must return the fields, not a promise of them'),
  ])
})
