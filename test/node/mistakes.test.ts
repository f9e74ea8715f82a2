/**
 * Mistakes of the program (arguments, options, handlers) cause errors that name them.
 */

import { describe, expect, test, vi } from 'vitest'
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
    const none = {} as typeof stream
    const [stream] = pair()
    expect(() => serveConnection(none, hello)).toThrow(/must be a bidirectional stream/)
    await expect(requestOver(none, TO)).rejects.toThrow(/must be a bidirectional stream/)
  })

  test('refuse a null request and options of the wrong type', async () => {
    const [stream] = pair()
    const wrong = (request: unknown, options?: unknown) =>
      requestOver(stream, request as ClientRequest, options as RequestOptions)
    await expect(wrong(null)).rejects.toThrow('a request must be an object, not null')
    await expect(wrong(TO, { signal: 5 })).rejects.toThrow('signal must be an AbortSignal, not 5')
    await expect(wrong(TO, { signal: {} })).rejects.toThrow('signal must be an AbortSignal')
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

test('requestOver ends its side when the server ends its own between requests, even with allowHalfOpen', async () => {
  const { port, served } = await serve(hello)
  const socket = await connect(port, { allowHalfOpen: true })
  await (await requestOver(socket, TO)).body.text()
  await served[0]?.shutdown()
  await until(() => socket.writableEnded)
})
