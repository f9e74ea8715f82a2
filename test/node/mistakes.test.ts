/**
 * What programs get wrong is told to them, by name, and takes nobody else down.
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
import { ask, connect, GET, get, pair, serve, Talker, talker, until } from './support.ts'

const TO: ClientRequest = { target: '/', headers: { Host: 'a' } }
const hello: Handler = () => ({ status: 200, body: 'hello' })

describe('arguments that are none', () => {
  test('no handler', () => {
    const [stream] = pair()
    expect(() => serveConnection(stream, undefined as unknown as Handler)).toThrow(
      'the handler must be a function, not undefined',
    )
  })

  test('no stream', async () => {
    const none = {} as typeof stream
    const [stream] = pair()
    expect(() => serveConnection(none, hello)).toThrow(/must be a stream/)
    await expect(requestOver(none, TO)).rejects.toThrow(/must be a stream/)
  })

  test('no request, and options of another kind', async () => {
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

  test('a stream of text', async () => {
    const [stream] = pair()
    stream.setEncoding('latin1')
    expect(() => serveConnection(stream, hello)).toThrow(/setEncoding/)
    await expect(requestOver(stream, TO)).rejects.toThrow(/setEncoding/)
  })
})

describe('handlers', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /a handler gives a response, not undefined/],
    ['text', 'hello', /a handler gives a response, not "hello"/],
  ])('that give %s are answered with 500', async (_, response, message) => {
    const { port, errors } = await serve(() => response as ServerResponse)
    expect(await ask(port, GET)).toContain('HTTP/1.1 500 ')
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })])
  })

  test('that spread a head they have received are told, instead of losing its fields', async () => {
    const { port } = await serve(() => ({ status: 200, headers: { A: 'b' }, body: 'x' }))
    const upstream = await requestOver(await connect(port), TO)
    const proxy = await serve(() => ({ ...upstream.head, status: 502, body: '' }))
    expect(await ask(proxy.port, GET)).toContain('HTTP/1.1 500 ')
    expect(proxy.errors).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/cannot be spread/) }),
    ])
  })

  test('may give members that responses do not have, be they named as those of heads', async () => {
    const response = { status: 200, body: 'x', section: 1 }
    const { port, errors } = await serve(() => response)
    expect(await ask(port, GET)).toContain('HTTP/1.1 200 ')
    expect(errors).toEqual([])
  })

  test('may take sendInterim and shutdown out of what they were given', async () => {
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

  test('that fail are told of with the request, and without onError on the console', async () => {
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
      expect(log).toHaveBeenCalledTimes(1)
    } finally {
      log.mockRestore()
    }
  })

  test('whose upgrade fails later have the stream ended, and are told of', async () => {
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

test('a server that ends its side between requests has ours ended, also where the stream does not by itself', async () => {
  const { port, served } = await serve(hello)
  const socket = await connect(port, { allowHalfOpen: true })
  await (await requestOver(socket, TO)).body.text()
  await served[0]?.shutdown()
  await until(() => socket.writableEnded)
})
