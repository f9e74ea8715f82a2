/**
 * Mistakes of the program (arguments, options, handlers) cause errors that name them.
 */

import { once } from 'node:events'
import { type Duplex, Readable, Writable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  type ClientRequest,
  type Handler,
  type RequestOptions,
  requestOver,
  type ServeOptions,
  type ServerResponse,
  serveConnection,
} from '../../src/node.ts'
import { ask, connect, GET, get, pair, post, serve, Talker, talker, until } from './support.ts'

const TO: ClientRequest = { target: '/', headers: { Host: 'a' } }
const hello: Handler = () => ({ status: 200, body: 'hello' })

describe('serveConnection and requestOver', () => {
  test('refuse a handler that is not a function', () => {
    const [stream] = pair()
    expect(() => serveConnection(stream, undefined as unknown as Handler)).toThrow(
      'the handler must be a function, not undefined',
    )
  })

  test('refuse an object that is not a stream', async () => {
    for (const wrong of [{}, undefined, new Writable(), new Readable()]) {
      const none = wrong as Duplex
      expect(() => serveConnection(none, hello)).toThrow(/must be a bidirectional stream/)
      await expect(requestOver(none, TO)).rejects.toThrow(/must be a bidirectional stream/)
    }
  })

  test('refuse a stream that the other, or another connection, uses already', async () => {
    const inUse = 'the stream is in use: serveConnection or requestOver has been called with it'
    const [client, server] = pair()
    serveConnection(server, hello)
    expect(() => serveConnection(server, hello)).toThrow(inUse)
    await expect(requestOver(server, TO)).rejects.toThrow(inUse)
    expect((await requestOver(client, TO)).head.status).toBe(200)
    expect(() => serveConnection(client, hello)).toThrow(inUse)
  })

  test('end at once over a stream whose end has been read before', async () => {
    for (const start of ['serve', 'request']) {
      const [near, far] = pair()
      far.resume().end()
      near.resume()
      await once(near, 'end')
      if (start === 'serve') await serveConnection(near, hello, { idleTimeout: 0 }).closed
      else {
        const request = requestOver(near, TO, { responseTimeout: 0 })
        await expect(request).rejects.toMatchObject({ code: 'UNSENT' })
      }
      await until(() => near.closed)
    }
  })

  test('refuse a null request and options of the wrong type', async () => {
    const [stream] = pair()
    const wrong = (request: unknown, options?: unknown) =>
      requestOver(stream, request as ClientRequest, options as RequestOptions)
    await expect(wrong(null)).rejects.toThrow('a request must be an object, not null')
    await expect(wrong(TO, { signal: 5 })).rejects.toThrow('signal must be an AbortSignal, not 5')
    for (const signal of [{}, new EventTarget()]) {
      await expect(wrong(TO, { signal })).rejects.toThrow('signal must be an AbortSignal')
    }
    await expect(wrong(TO, { connection: 5 })).rejects.toThrow('connection must be an object')
    expect(() => serveConnection(stream, hello, { connection: 5 } as ServeOptions)).toThrow(
      'connection must be an object, not 5',
    )
  })

  test('refuse a stream with an encoding', async () => {
    const [stream] = pair()
    stream.setEncoding('latin1')
    expect(() => serveConnection(stream, hello)).toThrow(/setEncoding/)
    await expect(requestOver(stream, TO)).rejects.toThrow(/setEncoding/)
  })
})

describe('a handler', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /a handler must return a response, not undefined/],
    ['text', 'hello', /a handler must return a response, not "hello"/],
  ])('that returns %s causes a 500 and is reported to onError', async (_, response, message) => {
    const { port, errors } = await serve(() => response as ServerResponse)
    expect(await ask(port, GET)).toContain('HTTP/1.1 500 ')
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })])
  })

  test('that spreads a received head into its response causes a 500 and an error', async () => {
    const { port } = await serve(() => ({ status: 200, headers: { A: 'b' }, body: 'x' }))
    const upstream = await requestOver(await connect(port), TO)
    const proxy = await serve(() => ({ ...upstream.head, status: 502, body: '' }))
    expect(await ask(proxy.port, GET)).toContain('HTTP/1.1 500 ')
    expect(proxy.errors).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/cannot be spread/) }),
    ])
  })

  test('may return unknown members, even if they are named like members of a parsed head', async () => {
    const response = { status: 200, body: 'x', section: 1 }
    const { port, errors } = await serve(() => response)
    expect(await ask(port, GET)).toContain('HTTP/1.1 200 ')
    expect(errors).toEqual([])
  })

  test('can call a destructured sendInterim, and a destructured shutdown works as well', async () => {
    const { port, served } = await serve(({ sendInterim }) => {
      sendInterim({ status: 103, headers: { Link: '</a>' } })
      return { status: 200, body: 'hello' }
    })
    const client = await talker(port)
    await client.say(GET).hear('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK')
    const [first] = served
    if (first === undefined) throw new Error('nothing served')
    const { shutdown } = first
    await Promise.all([shutdown(), client.ended])
  })

  test('is told what sendInterim() takes if it is called without a head', async () => {
    const { port, errors } = await serve(({ sendInterim }) => {
      sendInterim(undefined as unknown as ServerResponse)
      return { status: 200 }
    })
    expect(await ask(port, GET)).toContain('HTTP/1.1 500 ')
    expect(errors).toEqual([
      new TypeError('the head of an interim response must be an object, not undefined'),
    ])
  })

  test.each<[string, ServerResponse]>([
    [
      'large content of another length than it says',
      { status: 200, headers: { 'Content-Length': '5' }, body: Buffer.alloc(300_000) },
    ],
    ['an array of another type', { status: 200, body: new Uint16Array(4) as never }],
    [
      'an array of another type, and trailers',
      { status: 200, body: new Uint16Array(4) as never, trailers: { A: 'b' } },
    ],
    [
      'trailers after content of a known length',
      { status: 200, headers: { 'Content-Length': '1' }, body: 'a', trailers: { A: 'b' } },
    ],
  ])('that returns %s causes a 500, and the connection goes on', async (_, response) => {
    const { port, errors } = await serve(({ head }) =>
      head.target === '/' ? response : hello({} as never),
    )
    const client = await talker(port)
    await client.say(GET).hear('HTTP/1.1 500 ')
    await client.say(get('/next')).hear('hello')
    expect(errors).toHaveLength(1)
  })

  test('that throws is reported with its request to onError, or without onError to the console', async () => {
    const told: unknown[][] = []
    const error = new Error('ours')
    const fail: Handler = () => {
      throw error
    }
    const { port } = await serve(fail, { onError: (...args) => told.push(args) })
    await ask(port, get('/here'))
    expect(told).toEqual([[error, expect.objectContaining({ target: '/here' })]])

    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      const [ours, theirs] = pair()
      serveConnection(theirs, fail)
      await new Talker(ours).say(get('/there')).hear('HTTP/1.1 500 ')
      expect(log.mock.calls).toEqual([[expect.stringContaining('GET /there'), error]])

      const [bad, served] = pair()
      serveConnection(served, fail)
      await new Talker(bad).say('no HTTP\r\n').hear('HTTP/1.1 400 ')
      const [mistaken, read] = pair()
      serveConnection(read, async ({ body }) => ({ status: 200, body: `${await body.json()}` }))
      await new Talker(mistaken).say(post('{')).hear('HTTP/1.1 400 ')
      expect(log).toHaveBeenCalledTimes(1)
    } finally {
      log.mockRestore()
    }
  })

  test('whose upgrade function rejects is reported to onError, and its stream ends', async () => {
    const { port, errors } = await serve(() => ({
      status: 101,
      headers: { Connection: 'upgrade', Upgrade: 'x' },
      upgrade: async () => {
        throw new Error('ours')
      },
    }))
    const client = await talker(port)
    client.say('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
    await client.ended
    expect(errors).toEqual([expect.objectContaining({ message: 'ours' })])
  })
})

describe('an onError that throws', () => {
  const failing = (message: string) => (): never => {
    throw new Error(message)
  }

  /** What onError threw, as the process sees it: nothing else handles it. */
  function uncaught(): unknown[] {
    const seen: unknown[] = []
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => seen.push(error))
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException')
      for (const listener of others) process.on('uncaughtException', listener)
    })
    return seen
  }

  test.each<[string, Handler]>([
    ['at once', failing('handler')],
    ['later', async () => failing('handler')()],
  ])(
    'is called once, and ends neither the response nor the connection: a handler that fails %s',
    async (_, handler) => {
      const seen = uncaught()
      const told: unknown[] = []
      const onError = (error: unknown) => {
        told.push(error)
        failing('onError')()
      }
      const { port, served } = await serve(handler, { onError, idleTimeout: 50 })
      const client = await talker(port)
      await client.say(GET).hear('Internal Server Error\n')
      await client.say(GET).hear('Internal Server Error\n')
      expect(told).toEqual([new Error('handler'), new Error('handler')])
      expect(seen).toEqual([new Error('onError'), new Error('onError')])
      await client.ended
      await served[0]?.closed
    },
  )

  test('does not keep a refused request, or a timeout, from ending the connection', async () => {
    const seen = uncaught()
    const { port, served } = await serve(hello, { onError: failing('onError'), headTimeout: 20 })
    expect(await ask(port, 'none\r\n')).toContain('HTTP/1.1 400 ')
    const client = await talker(port)
    expect(await client.say('GET').all()).toContain('HTTP/1.1 408 ')
    client.end()
    for (const { closed } of served) await closed
    expect(seen).toEqual([new Error('onError'), new Error('onError')])
  })
})

test('requestOver ends its side when the server ends its own between requests, even with allowHalfOpen', async () => {
  const { port, served } = await serve(hello)
  const socket = await connect(port, { allowHalfOpen: true })
  await (await requestOver(socket, TO)).body.text()
  await served[0]?.shutdown()
  await until(() => socket.writableEnded)
})
