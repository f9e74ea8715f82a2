/**
 * requestOver() when something happens before its request has been sent: an early 101, the server's end, an abort
 * from the program's own code. Everything settles, and nothing is left open or listening.
 */

import { getEventListeners } from 'node:events'
import type net from 'node:net'
import { Duplex, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type ClientRequest, requestOver } from '../../src/node.ts'
import { connect, listen, pair, Talker, until } from './support.ts'

const GET: ClientRequest = { target: '/', headers: { Host: 'a' } }
const POST: ClientRequest = { ...GET, method: 'POST' }
const UPGRADE: ClientRequest = {
  ...POST,
  headers: { Host: 'a', Connection: 'upgrade', Upgrade: 'x' },
}
const SWITCH = 'HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const LAST = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello'

/** A client socket, and a server that answers the first bytes, then reads on unless `then` pauses it. */
async function answering(answer: string, then: (socket: net.Socket) => void = () => {}) {
  const port = await listen((socket) => {
    socket
      .on('data', () => {})
      .once('data', () => {
        socket.write(answer)
        then(socket)
      })
  })
  return connect(port)
}

/** A source that stalls after its first piece. */
async function* stalling() {
  yield 'x'
  await new Promise(() => {})
}

/** A stream that stalls after its first piece. */
function stalled(): Readable {
  const stream = new Readable({ read() {} })
  stream.push('x')
  return stream
}

/** Pieces that arrive while the response waits to be read. */
async function* slow() {
  for (let i = 0; i < 8; i++) {
    yield 'x'
    await sleep(10)
  }
}

describe('a request that a 101 answers before it is complete', () => {
  test('is rejected by an abort although its source stalls', async () => {
    const socket = await answering(SWITCH)
    const controller = new AbortController()
    const { signal } = controller
    const request = requestOver(socket, { ...UPGRADE, body: stalling() }, { signal })
    setTimeout(() => controller.abort(new Error('mine')), 20)
    await expect(request).rejects.toThrow('mine')
    expect(socket.destroyed).toBe(true)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('is rejected when its stream is destroyed although its source stalls', async () => {
    const socket = await answering(SWITCH)
    const request = requestOver(socket, { ...UPGRADE, body: stalling() })
    setTimeout(() => socket.destroy(), 20)
    await expect(request).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test.each([
    ['with the 101', 0],
    ['later', 20],
  ])("is rejected at the server's end, and its stream closed: an end %s", async (_, delay) => {
    const socket = await answering(SWITCH, (theirs) => {
      if (delay === 0) theirs.end()
      else setTimeout(() => theirs.end(), delay)
    })
    const body = stalled()
    const request = requestOver(socket, { ...UPGRADE, body })
    await expect(request).rejects.toMatchObject({ code: 'ECONNRESET' })
    await until(() => body.destroyed && socket.closed)
  })

  test('is rejected with responseTimeout if the server reads no more of it', async () => {
    const socket = await answering(SWITCH, (theirs) => theirs.pause())
    async function* body() {
      yield 'x'
      await sleep(50)
      for (;;) yield Buffer.alloc(2 ** 18)
    }
    const times = { responseTimeout: 60, bodyTimeout: 10 }
    const request = requestOver(socket, { ...UPGRADE, body: body() }, times)
    await expect(request).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      timeout: 'responseTimeout',
    })
  })

  test('has no deadline for the request as a whole: the server accepts each piece in time', async () => {
    const [ours, theirs] = pair()
    const server = new Talker(theirs)
    theirs.once('data', () => server.say(SWITCH))
    theirs.on('data', () => {
      theirs.pause()
      setTimeout(() => theirs.resume(), 10)
    })
    const body = Array<Uint8Array>(12).fill(Buffer.alloc(2 ** 17))
    const times = { responseTimeout: 60, bodyTimeout: 60 }
    const { head, upgrade } = await requestOver(ours, { ...UPGRADE, body }, times)
    expect(head.status).toBe(101)
    expect(upgrade?.duplex).toBe(ours)
    // The deadline has ended, too.
    await sleep(100)
    expect(ours.destroyed).toBe(false)
  })

  test('hands over a stream that ends itself again when the server does', async () => {
    const socket = await answering(SWITCH, (theirs) => setTimeout(() => theirs.end('bye'), 20))
    const { upgrade } = await requestOver(socket, { ...UPGRADE, body: ['a'] })
    expect(upgrade?.duplex.allowHalfOpen).toBe(false)
    expect(await new Talker(socket).all()).toBe('bye')
    await until(() => socket.closed)
  })
})

describe('a response of a server that has ended its side', () => {
  test.each([OK, LAST, 'HTTP/1.1 200 OK\r\n\r\nhello', OK.replace('200', '413')])(
    'can be read late and whole although the request was still being sent: %j',
    async (wire) => {
      for (const allowHalfOpen of [false, true]) {
        const port = await listen((theirs) => {
          theirs.resume().once('data', () => theirs.end(wire))
        })
        const socket = await connect(port, { allowHalfOpen })
        const { body } = await requestOver(socket, { ...POST, body: slow() })
        await sleep(60)
        expect(await body.text()).toBe('hello')
        await until(() => socket.closed)
      }
    },
  )

  test('can be read late and whole although the stream has failed since then', async () => {
    const [ours, theirs] = pair()
    theirs.once('data', () => theirs.end(LAST))
    const request = requestOver(ours, { ...POST, body: stalled() })
    const { body } = await request
    await until(() => ours.readableEnded)
    ours.destroy(new Error('reset'))
    await until(() => ours.closed)
    expect(await body.text()).toBe('hello')
  })

  test.each([OK, LAST, 'HTTP/1.1 200 OK\r\n\r\nhello', OK.slice(0, -1)])(
    'leaves nothing open or listening if nobody reads it: %j',
    async (wire) => {
      const { signal } = new AbortController()
      for (const body of [null, stalled()]) {
        const socket = await answering(wire, (theirs) => theirs.end())
        await requestOver(socket, { ...POST, body }, { signal })
        await until(() => socket.closed)
        expect(getEventListeners(signal, 'abort')).toEqual([])
        expect(body?.destroyed ?? true).toBe(true)
      }
    },
  )

  test('can be read, and then frees the stream, although the server accepts nothing more', async () => {
    const [ours, theirs] = pair()
    theirs.once('data', () => {
      theirs.pause()
      theirs.end(OK)
    })
    const body = [new Uint8Array(2 ** 18), new Uint8Array(2 ** 18)]
    const response = await requestOver(ours, { ...POST, body })
    await until(() => ours.destroyed)
    expect(await response.body.text()).toBe('hello')
  })

  test('is not reusable, read or unread, and the next request is UNSENT', async () => {
    const socket = await answering(OK, (theirs) => theirs.end())
    const response = await requestOver(socket, { ...POST, body: slow() })
    await until(() => socket.readableEnded)
    expect(response.reusable).toBe(false)
    const next = requestOver(socket, GET)
    expect(await response.body.text()).toBe('hello')
    await expect(next).rejects.toMatchObject({ code: 'UNSENT' })
  })

  test('is not read on after an abort', async () => {
    const controller = new AbortController()
    const socket = await answering(LAST, (theirs) => theirs.end())
    const { body } = await requestOver(socket, GET, { signal: controller.signal })
    await until(() => socket.closed)
    controller.abort(new Error('mine'))
    await expect(body.text()).rejects.toThrow('mine')
  })
})

describe('an abort while a request is being written', () => {
  test("by the stream's own write rejects the request", async () => {
    const controller = new AbortController()
    const { signal } = controller
    const stream = new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        controller.abort(new Error('mine'))
        done()
      },
    })
    for (const request of [GET, { ...POST, body: ['a'] }]) {
      await expect(requestOver(stream, request, { signal })).rejects.toThrow('mine')
    }
    expect(stream.destroyed).toBe(true)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test.each([['x'], [['x']]])('by trailers() rejects the request with body %j', async (body) => {
    const controller = new AbortController()
    const { signal } = controller
    const trailers = () => {
      controller.abort(new Error('mine'))
      return {}
    }
    const port = await listen((theirs) => theirs.resume())
    const request = requestOver(await connect(port), { ...POST, body, trailers }, { signal })
    await expect(request).rejects.toThrow('mine')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('leaves no listener if the request may not be sent', async () => {
    const [ours] = pair()
    const { signal } = new AbortController()
    const invalid = { target: 'none', headers: { Host: 'a' } }
    await expect(requestOver(ours, invalid, { signal })).rejects.toThrow()
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('that several requests share rejects the queued ones with its reason, too', async () => {
    const socket = await connect(await listen((theirs) => theirs.resume()))
    const controller = new AbortController()
    const { signal } = controller
    const requests = [1, 2, 3].map(() => requestOver(socket, GET, { signal }))
    setTimeout(() => controller.abort(new Error('mine')), 10)
    for (const request of requests) await expect(request).rejects.toThrow('mine')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('continueTimeout', () => {
  const EXPECT = { ...POST, headers: { Host: 'a', Expect: '100-continue' }, body: 'hello' }

  test('above 2^31-1 milliseconds does not end at once', async () => {
    const [ours, theirs] = pair()
    const server = new Talker(theirs)
    const request = requestOver(ours, EXPECT, { continueTimeout: 2 ** 40 })
    await server.hear('\r\n\r\n')
    await sleep(50)
    expect(server.heard).toBe('')
    server.say('HTTP/1.1 100 \r\n\r\n')
    await server.hear('hello')
    server.say(OK)
    expect((await request).head.status).toBe(200)
  })

  test('does not keep the process running', async () => {
    const [ours, theirs] = pair()
    const running = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
    const before = running().length
    const request = requestOver(ours, EXPECT, { continueTimeout: 60_000 })
    await new Talker(theirs).hear('\r\n\r\n')
    expect(running().length).toBeLessThanOrEqual(before)
    ours.destroy()
    await expect(request).rejects.toThrow()
  })
})
