/**
 * serveConnection() under adverse conditions: backpressure, unread content, failing handlers, invalid requests,
 * disconnects, timeouts, shutdown, upgrades and wrong options.
 */

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { HttpError } from '../../src/index.ts'
import {
  type Handler,
  type ServeOptions,
  type ServerResponse,
  serveConnection,
} from '../../src/node.ts'
import {
  ask,
  connect,
  deferred,
  GET,
  get,
  pair,
  post,
  serve,
  settled,
  Talker,
  talker,
  until,
} from './support.ts'

const hello: Handler = () => ({ status: 200, body: 'hello' })
const HELLO = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const CHUNKED_POST = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'

/** Endless content, with the number of pieces taken and whether the iterator was closed. */
function endless() {
  const state = { given: 0, left: false }
  async function* pieces() {
    try {
      for (;;) {
        state.given++
        yield Buffer.alloc(16_384)
      }
    } finally {
      state.left = true
    }
  }
  return { state, pieces }
}

describe('backpressure', () => {
  test('of a handler that does not read stops the client', async () => {
    const go = deferred()
    const { port, sockets } = await serve(async ({ body }) => {
      await go.promise
      let length = 0
      for await (const piece of body) length += piece.length
      return { status: 200, body: String(length) }
    })
    const size = 2 ** 25
    const client = await talker(port)
    client.say(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`)
    client.socket.write(Buffer.alloc(size))
    await settled(() => sockets[0]?.bytesRead ?? 0)
    expect(sockets[0]?.bytesRead).toBeLessThan(2 ** 20)
    go.resolve()
    await client.hear(String(size))
  })

  test('of a client that does not read stops the iterable body of the handler', async () => {
    const { state, pieces } = endless()
    const { port, sockets, served } = await serve(() => ({ status: 200, body: pieces() }))
    const client = await talker(port)
    client.socket.pause()
    client.say(GET)
    await settled(() => state.given)
    expect(sockets[0]?.writableLength).toBeLessThan(2 ** 18)
    const { given } = state
    client.socket.resume()
    await until(() => state.given > given)
    client.socket.destroy()
    await served[0]?.closed
    await until(() => state.left)
  })
})

describe('unread request content', () => {
  test('is discarded up to maxDiscard, and the connection stays open', async () => {
    const { port } = await serve(hello, { maxDiscard: 5 })
    expect(await ask(port, post('12345') + GET)).toBe(HELLO + HELLO)
  })

  test('counts against maxDiscard separately for each request', async () => {
    const { port } = await serve(hello, { maxDiscard: 5 })
    expect(await ask(port, post('12345') + post('12345') + GET)).toBe(HELLO + HELLO + HELLO)
  })

  test('closes the connection if it exceeds maxDiscard', async () => {
    const { port } = await serve(hello, { maxDiscard: 4 })
    const chunked = `${CHUNKED_POST}5\r\n12345\r\n0\r\n\r\n`
    expect(await ask(port, chunked + GET)).toBe(HELLO)
  })

  test.each<[string, Handler]>([
    ['a response', hello],
    [
      'an error',
      () => {
        throw new Error('ours')
      },
    ],
  ])(
    'that exceeds maxDiscard by its Content-Length makes %s say Connection: close',
    async (_, handler) => {
      const { port } = await serve(handler, { maxDiscard: 4 })
      const heard = await ask(port, post('1234') + post('12345') + GET)
      const [, ...heads] = heard.split('HTTP/1.1 ')
      expect(heads.map((head) => head.includes('\r\nConnection: close\r\n'))).toEqual([false, true])
    },
  )

  test('does not end the connection if it is read while the response is sent', async () => {
    const { port } = await serve(({ body }) => ({ status: 200, body }), { maxDiscard: 4 })
    const heard = await ask(port, post('12345') + post('12345'))
    expect(heard.match(/12345/g)).toHaveLength(2)
    expect(heard).not.toContain('close')
  })

  test('is discarded as it arrives after the response', async () => {
    const { port } = await serve(hello)
    const client = await talker(port)
    client.say(post('hello').slice(0, -5))
    await client.hear(HELLO)
    for (const byte of `hello${GET}`) client.say(byte)
    await client.hear(HELLO)
  })

  test('is discarded if a read is pending at the response, and that read fails', async () => {
    const outcome = deferred<unknown>()
    const { port } = await serve(({ body }) => {
      body.text().then(outcome.resolve, outcome.resolve)
      return { status: 200, body: 'hello' }
    })
    const client = await talker(port)
    client.say(post('hello').slice(0, -5))
    await client.hear(HELLO)
    expect(await outcome.promise).toBeInstanceOf(Error)
    client.say('hello').end(GET)
    expect(await client.all()).toBe(HELLO)
  })

  test('cannot be read after the response', async () => {
    let body: AsyncIterable<unknown> | undefined
    const { port } = await serve((request) => {
      body = request.body
      return { status: 200, body: 'hello' }
    })
    await ask(port, post('hello'))
    await expect(async () => {
      for await (const _ of body ?? []);
    }).rejects.toThrow('the exchange is over')
  })
})

describe('failing handlers', () => {
  test.each<[string, Handler]>([
    [
      'throw',
      () => {
        throw new Error('ours')
      },
    ],
    [
      'reject',
      async () => {
        throw new Error('ours')
      },
    ],
  ])('that %s get a 500, are reported to onError and keep the connection open', async (_, fail) => {
    const handler: Handler = (request) =>
      request.head.target === '/' ? fail(request) : hello(request)
    const { port, errors } = await serve(handler)
    const heard = await ask(port, GET + get('/next'))
    expect(heard).toMatch(
      /^HTTP\/1.1 500 Internal Server Error\r\n[\s\S]*\r\n\r\nInternal Server Error\n/,
    )
    expect(heard).toMatch(/hello$/)
    expect(errors).toEqual([new Error('ours')])
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'hello'],
    ['no status', {}],
    ['a status of text', { status: '200' }],
    ['an interim status', { status: 103 }],
    ['a status out of range', { status: 1000 }],
    ['a switch that was not offered', { status: 101 }],
    ['a header that splits', { status: 200, headers: { A: 'b\r\nC: d' } }],
    ['such a header and an iterable', { status: 200, headers: { A: 'b\r\nC: d' }, body: ['a'] }],
    ['a reason that splits', { status: 200, reason: 'a\r\nb' }],
    ['a number for a body', { status: 200, body: 5 }],
    ['an object for a body', { status: 200, body: {} }],
    ['a promise for a body', { status: 200, body: Promise.resolve('a') }],
  ])('that return %s get a 500 and keep the connection open', async (_, garbage) => {
    const { port, errors } = await serve((({ head }) =>
      head.target === '/' ? garbage : { status: 200, body: 'hello' }) as Handler)
    const heard = await ask(port, GET + get('/next'))
    expect(heard).toMatch(/^HTTP\/1.1 500 /)
    expect(heard).toMatch(/hello$/)
    expect(errors).toHaveLength(1)
  })

  test.each<[string, Handler]>([
    [
      'an iterable that throws',
      () => ({
        status: 200,
        body: (function* () {
          yield 'ab'
          throw new Error('ours')
        })(),
      }),
    ],
    ['an iterable of garbage', () => ({ status: 200, body: ['ab', 5 as unknown as string] })],
    [
      'trailers that throw',
      () => ({
        status: 200,
        body: ['ab'],
        trailers: () => {
          throw new Error('ours')
        },
      }),
    ],
    [
      'content that is longer than it says',
      () => ({ status: 200, headers: { 'Content-Length': '2' }, body: ['ab', 'c'] }),
    ],
    [
      'content that is shorter than it says',
      () => ({ status: 200, headers: { 'Content-Length': '3' }, body: ['ab'] }),
    ],
  ])(
    'close the connection after the content already sent, once the response has begun: %s',
    async (_, fail) => {
      const handler: Handler = (request) =>
        request.head.target === '/bad' ? fail(request) : hello(request)
      const { port, errors, served } = await serve(handler)
      const heard = await ask(port, GET + get('/bad') + GET)
      expect(heard.startsWith(`${HELLO}HTTP/1.1 200 OK\r\n`)).toBe(true)
      expect(heard).toContain('ab')
      expect(heard).not.toContain('\r\n0\r\n')
      expect(heard.split('HTTP/1.1').length).toBe(3)
      expect(errors).toHaveLength(1)
      await served[0]?.closed
    },
  )

  test.each<[string, ServerResponse]>([
    ['longer than it says', { status: 200, headers: { 'Content-Length': '1' }, body: 'hello' }],
    ['shorter than it says', { status: 200, headers: { 'Content-Length': '9' }, body: 'hello' }],
    ['with a status that has none', { status: 304, body: 'hello' }],
  ])('that return a complete body %s get a 500', async (_, response) => {
    const { port, errors } = await serve(({ head }) =>
      head.target === '/' ? { status: 200, body: 'hello' } : response,
    )
    const heard = await ask(port, GET + get('/bad') + GET)
    expect(heard.startsWith(`${HELLO}HTTP/1.1 500 Internal Server Error\r\n`)).toBe(true)
    expect(errors).toHaveLength(1)
  })

  test('have their unused body streams destroyed', async () => {
    const bodies = [new Readable({ read() {} }), new Readable({ read() {} })]
    for (const body of bodies) body.push('x')
    const { port, sockets } = await serve(async ({ head }) => {
      if (head.target === '/') return { status: 200, headers: { A: '\n' }, body: bodies[0] ?? null }
      sockets[0]?.destroy()
      await sleep(5)
      return { status: 200, body: bodies[1] ?? null }
    })
    await ask(port, GET + get('/gone'))
    await until(() => bodies.every((body) => body.destroyed))
  })
})

describe('errors of clients and handlers', () => {
  test.each([
    ['in the head', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
    ['in the version', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    ['in the target, by its length', get(`/${'a'.repeat(20_000)}`), 414],
    ['by ending in the head', GET.slice(0, -5), 400],
  ])('%s are answered with their status and close the connection', async (_, wire, status) => {
    const { port, errors, served } = await serve(hello)
    const client = await talker(port)
    const heard = await client.end(`${GET}${wire}`).all()
    expect(heard.startsWith(`${HELLO}HTTP/1.1 ${status} `)).toBe(true)
    expect(heard).toContain('Connection: close')
    expect(errors).toHaveLength(1)
    await served[0]?.closed
  })

  const BAD = `${CHUNKED_POST}1\r\na\r\nx\r\n`

  test('in the content are answered with 400 if the handler passes them on', async () => {
    const { port, errors } = await serve(async ({ body }) => ({
      status: 200,
      body: await body.text(),
    }))
    const heard = await ask(port, GET + BAD)
    expect(heard).toMatch(
      /^HTTP\/1.1 200 [\s\S]*HTTP\/1.1 400 Bad Request\r\n[\s\S]*Connection: close\r\n/,
    )
    expect(errors).toEqual([expect.objectContaining({ code: 'INVALID_CHUNK_SIZE' })])
  })

  test('in the content are answered by the handler if it catches them', async () => {
    const { port } = await serve(async ({ body }) => {
      const error = await body.text().catch((error) => error)
      return { status: 422, body: error instanceof HttpError ? error.code : 'none' }
    })
    expect(await ask(port, BAD)).toMatch(
      /^HTTP\/1.1 422 [\s\S]*Connection: close\r\n\r\nINVALID_CHUNK_SIZE$/,
    )
  })

  test('in unread content close the connection after the response', async () => {
    const { port, errors, served } = await serve(hello)
    expect(await ask(port, BAD)).toBe(HELLO)
    await served[0]?.closed
    expect(errors).toEqual([expect.objectContaining({ code: 'INVALID_CHUNK_SIZE' })])
  })

  test('by ending inside unread content close the connection after the response', async () => {
    const { port, served } = await serve(hello)
    expect(await ask(port, post('hello').slice(0, -1))).toBe(HELLO)
    await served[0]?.closed
  })

  test('of a rejecting handler reach onError after the response is complete', async () => {
    const [ours, theirs] = pair()
    const seen: string[] = []
    const onError = () => void seen.push(served.connection.responses)
    const served = serveConnection(theirs, () => Promise.reject(new Error('mine')), { onError })
    new Talker(ours).say(GET)
    await until(() => seen.length > 0)
    expect(seen).toEqual(['idle'])
  })

  test('are answered with 400 even if onError shuts the connection down', async () => {
    const [ours, theirs] = pair()
    const served = serveConnection(theirs, hello, {
      date: false,
      onError: () => void served.shutdown(),
    })
    expect(await new Talker(ours).say('nonsense\r\n\r\n').all()).toMatch(/^HTTP\/1.1 400 /)
  })
})

describe('clients that disconnect', () => {
  /** A handler, with promises that resolve at its first call and at the first aborted request. */
  function watch(respond: Handler) {
    const aborted = deferred()
    const begun = deferred()
    const handler: Handler = (request) => {
      request.signal.addEventListener('abort', () => aborted.resolve())
      begun.resolve()
      return respond(request)
    }
    return { aborted: aborted.promise, begun: begun.promise, handler }
  }
  const never: Handler = () => new Promise(() => {})

  test.each<[string, Handler, string]>([
    ['before the response', never, GET],
    ['with a pipelined request waiting', never, GET + GET],
    ['in the content, unread', never, post('hello').slice(0, -1)],
    [
      'in the content, being read',
      async ({ body }) => ({ status: 200, body: await body.text() }),
      post('hello').slice(0, -1),
    ],
    ['in the response', () => ({ status: 200, body: endless().pieces() }), GET],
  ])('%s abort the signal of the request', async (_, respond, wire) => {
    const { aborted, begun, handler } = watch(respond)
    const { port, served } = await serve(handler)
    const socket = await connect(port)
    socket.write(wire)
    await begun
    await sleep(5)
    socket.resetAndDestroy()
    await Promise.all([aborted, served[0]?.closed])
  })

  test('make a pending read of the content fail', async () => {
    const outcome = deferred<unknown>()
    const begun = deferred()
    const { port } = await serve(async ({ body }) => {
      begun.resolve()
      outcome.resolve(await body.text().catch((error) => error))
      return { status: 200 }
    })
    const socket = await connect(port)
    socket.write(post('hello').slice(0, -1))
    await begun
    socket.resetAndDestroy()
    expect(await outcome.promise).toBeInstanceOf(Error)
  })

  test('without an end make pending and later reads of the content fail with ECONNRESET', async () => {
    const [ours, theirs] = pair()
    const outcomes: unknown[] = []
    serveConnection(theirs, async ({ body }) => {
      outcomes.push(await body.text().catch((error) => error))
      outcomes.push(await body.text().catch((error) => error))
      return { status: 200 }
    })
    new Talker(ours).say(post('hello').slice(0, -1))
    await sleep(5)
    theirs.destroy()
    await until(() => outcomes.length === 2)
    const closed = { name: 'ConnectionError', code: 'ECONNRESET' }
    expect(outcomes).toEqual([expect.objectContaining(closed), expect.objectContaining(closed)])
  })

  test('abort a signal that is read only later, but not that of a completed exchange', async () => {
    const requests: { signal: AbortSignal }[] = []
    const { port, served } = await serve((request) => {
      requests.push(request)
      return requests.length === 1 ? { status: 200, body: 'hello' } : new Promise(() => {})
    })
    const client = await talker(port)
    client.say(GET)
    await client.hear(HELLO)
    client.say(GET)
    await until(() => requests.length === 2)
    ;(client.socket as Socket).resetAndDestroy()
    await served[0]?.closed
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, true])
  })

  test('on their own side only (half-close) are still answered', async () => {
    const { port, served } = await serve(async ({ head }) => {
      await sleep(10)
      return { status: 200, body: [head.target] }
    })
    const heard = await ask(port, get('/1') + get('/2'))
    expect(heard.match(/\/[12](?!\.)/g)).toEqual(['/1', '/2'])
    await served[0]?.closed
  })
})

describe('the end of a connection', () => {
  test('waits for content that the client is still sending, so that the response arrives', async () => {
    const { port, served } = await serve(() => ({
      status: 413,
      headers: { Connection: 'close' },
      body: 'no',
    }))
    const client = await talker(port)
    client.say(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 ** 24}\r\n\r\n`)
    client.socket.write(Buffer.alloc(2 ** 23))
    await client.hear('\r\n\r\nno')
    client.socket.write(Buffer.alloc(2 ** 23))
    client.end()
    await served[0]?.closed
  })

  test('comes after more than a second if the client does not end its side', async () => {
    const { port, served } = await serve(hello)
    const client = await talker(port)
    const began = performance.now()
    await client.say(GET.replace('Host', 'Connection: close\r\nHost')).all()
    await served[0]?.closed
    expect(performance.now() - began).toBeGreaterThan(1_000)
  })

  test('does not cut off a response that the client starts to read after 2.5 seconds', async () => {
    const size = 2 ** 23
    const { port } = await serve(() => ({ status: 200, body: Buffer.alloc(size) }))
    const client = await talker(port)
    client.socket.pause()
    client.say(GET.replace('Host', 'Connection: close\r\nHost'))
    await sleep(2_500)
    client.socket.resume()
    expect((await client.all()).length).toBeGreaterThan(size)
  })
})

describe('timeouts', () => {
  /** Sends a byte every 10 ms until the other side ends. Returns the answer, and the milliseconds it took. */
  async function trickle(port: number, before: string, bytes: string) {
    const client = await talker(port)
    const began = performance.now()
    client.say(before)
    const timer = setInterval(() => client.say(bytes[0] ?? ''), 10)
    const heard = await client.all()
    clearInterval(timer)
    client.socket.destroy()
    return { heard, time: performance.now() - began }
  }

  const read: Handler = async ({ body }) => {
    for await (const _ of body);
    return { status: 200 }
  }
  const slow: [string, ServeOptions, Handler, string, string][] = [
    ['the head', { headTimeout: 150 }, hello, 'GET / HTTP/1.1\r\nA: ', 'a'],
    [
      'the head of a second request',
      { headTimeout: 150 },
      hello,
      `${GET}GET / HTTP/1.1\r\nA: `,
      'a',
    ],
    ['the content', { requestTimeout: 150 }, read, post('hello').replace(': 5', ': 5000'), 'a'],
    ['a chunk line', { requestTimeout: 150 }, read, `${CHUNKED_POST}1;a=`, 'a'],
  ]
  test.each(slow)(
    'end a client that trickles %s with 408, while another one is served',
    async (_, options, handler, ...wires) => {
      const { port, served } = await serve(handler, options)
      const other = await talker(port)
      let served2 = 0
      const timer = setInterval(() => other.say(GET), 20)
      other.socket.on('data', () => served2++)
      const { heard, time } = await trickle(port, ...wires)
      clearInterval(timer)
      expect(heard).toMatch(/HTTP\/1.1 408 Request Timeout\r\n[\s\S]*Connection: close\r\n/)
      expect(time).toBeGreaterThan(140)
      expect(time).toBeLessThan(1_500)
      expect(served2).toBeGreaterThan(2)
      await served[1]?.closed
    },
  )

  test('end a client that trickles echoed content, without a 408', async () => {
    const { port, served } = await serve(({ body }) => ({ status: 200, body }), {
      requestTimeout: 150,
    })
    const { heard, time } = await trickle(port, post('hello').replace(': 5', ': 5000'), 'a')
    expect(heard).not.toContain('408')
    expect(time).toBeGreaterThan(140)
    expect(time).toBeLessThan(1_500)
    await served[0]?.closed
  })

  test('end a client that trickles unread content', async () => {
    const { port } = await serve(hello, { requestTimeout: 150 })
    const { heard, time } = await trickle(port, post('hello').replace(': 5', ': 5000'), 'a')
    expect(heard).toBe(HELLO)
    expect(time).toBeLessThan(1_500)
  })

  test('count only the time in which the handler waits for content, but all of it', async () => {
    const { port, errors } = await serve(
      async ({ head, body }) => {
        await sleep(Number(head.target.slice(1)))
        return { status: 200, body: await body.text() }
      },
      { requestTimeout: 150 },
    )
    const client = await talker(port)
    const parts = (target: string) => post('hello').replace('/', target).slice(0, -1)
    client.say(parts('/140'))
    await sleep(200)
    await client.say('o').hear('hello')
    client.say(parts('/0'))
    await sleep(60)
    expect(errors).toEqual([])
    expect(await client.all()).toMatch(/^HTTP\/1.1 408 /)
  })

  test('do not count the time that a handler takes between two pieces of content', async () => {
    const { port } = await serve(
      async ({ body }) => {
        for await (const _ of body) await sleep(200)
        return { status: 200, body: 'hello' }
      },
      { requestTimeout: 150 },
    )
    const client = await talker(port)
    client.say(post('hello').slice(0, -5))
    await sleep(20)
    client.say('hell')
    await sleep(220)
    expect(await client.say('o').hear('\r\n')).toBe('HTTP/1.1 200 OK\r\n')
  })

  test('do not count the time that a handler takes', async () => {
    const { port } = await serve(
      async ({ body }) => {
        await sleep(200)
        return { status: 200, body: await body.text() }
      },
      { requestTimeout: 50, headTimeout: 50, idleTimeout: 50, writeTimeout: 50 },
    )
    expect(await ask(port, GET + post('hello'))).toMatch(/hello$/)
  })

  test('end idle connections without sending anything', async () => {
    const { port, served } = await serve(hello, { idleTimeout: 100 })
    const fresh = await talker(port)
    const used = await talker(port)
    used.say(GET)
    expect(await fresh.all()).toBe('')
    expect(await used.all()).toBe(HELLO)
    for (const client of [fresh, used]) client.end()
    await Promise.all(served.map(({ closed }) => closed))
  })

  test.each<[string, Handler]>([
    ['at once', () => ({ status: 200, body: Buffer.alloc(2 ** 24) })],
    ['in pieces', () => ({ status: 200, body: endless().pieces() })],
  ])('end a client that reads nothing of a response given %s', async (_, handler) => {
    const { port, served } = await serve(handler, { writeTimeout: 100 })
    const client = await talker(port)
    client.socket.pause()
    client.say(GET)
    await until(() => served.length > 0)
    const began = performance.now()
    await served[0]?.closed
    expect(performance.now() - began).toBeLessThan(1_500)
  })

  test('do not end a client that starts late to read a large response, but reads all of it', async () => {
    const { port, served } = await serve(() => ({ status: 200, body: Buffer.alloc(2 ** 22) }), {
      writeTimeout: 200,
    })
    const client = await talker(port)
    client.socket.pause()
    client.say(GET)
    await sleep(50)
    client.socket.resume()
    await until(() => client.heard.length > 2 ** 22)
    await sleep(400)
    expect(await client.say(GET).hear('HTTP/1.1 200 OK')).toContain('HTTP/1.1 200 OK')
    expect(served[0]?.connection.persistent).toBe(true)
  })

  test('apply requestTimeout to a client that neither reads the response nor sends its content', async () => {
    const { port, served } = await serve(() => ({ status: 200, body: 'x'.repeat(2 ** 24) }), {
      requestTimeout: 150,
      writeTimeout: 0,
    })
    const client = await talker(port)
    client.socket.pause()
    client.say(post('hello').replace(': 5', ': 5000'))
    await until(() => served.length > 0)
    const began = performance.now()
    await served[0]?.closed
    expect(performance.now() - began).toBeLessThan(1_500)
  })

  test.each<[string, ServeOptions, Handler, string]>([
    ['headTimeout', { headTimeout: 50 }, hello, 'GET / HT'],
    ['requestTimeout', { requestTimeout: 50 }, read, post('hello').slice(0, -1)],
    [
      'requestTimeout',
      { requestTimeout: 50 },
      ({ body }) => ({ status: 200, body }),
      post('hello').slice(0, -1),
    ],
    ['requestTimeout', { requestTimeout: 50 }, hello, post('hello').slice(0, -1)],
    [
      'writeTimeout',
      { writeTimeout: 50 },
      () => ({ status: 200, body: Buffer.alloc(2 ** 24) }),
      GET,
    ],
    [
      'writeTimeout',
      { writeTimeout: 50 },
      () => ({ status: 200, body: 'x'.repeat(2 ** 24) }),
      GET.replace('Host', 'Connection: close\r\nHost'),
    ],
  ])(
    'other than idleTimeout are reported to onError: %s',
    async (timeout, options, handler, wire) => {
      const { port, served, errors } = await serve(handler, { ...options, idleTimeout: 100 })
      const idle = await talker(port)
      const client = await talker(port)
      client.socket.pause()
      client.say(wire)
      await until(() => served.length === 2)
      client.socket.on('end', () => client.end())
      setTimeout(() => client.socket.resume(), 300)
      await idle.ended
      idle.end()
      await Promise.all(served.map(({ closed }) => closed))
      expect(errors).toEqual([
        expect.objectContaining({ name: 'ConnectionError', code: 'ETIMEDOUT', timeout }),
      ])
    },
  )

  test('reject the read of content that took too long, with a ConnectionError', async () => {
    const outcome = deferred<unknown>()
    const { port } = await serve(
      async ({ body }) => {
        outcome.resolve(await body.text().catch((error) => error))
        return { status: 200 }
      },
      { requestTimeout: 50 },
    )
    const client = await talker(port)
    client.say(post('hello').slice(0, -1))
    expect(await outcome.promise).toMatchObject({
      code: 'ETIMEDOUT',
      message: 'the content of the request took longer than requestTimeout',
    })
  })

  test('of 0 never fire, and those of 2^40 ms do not fire early', async () => {
    const no = { headTimeout: 0, requestTimeout: 0, idleTimeout: 0, writeTimeout: 0 }
    const long = 2 ** 40
    for (const options of [no, { headTimeout: long, idleTimeout: long, requestTimeout: long }]) {
      const { port } = await serve(hello, options)
      const client = await talker(port)
      await sleep(20)
      client.say(GET.slice(0, 5))
      await sleep(20)
      client.say(GET.slice(5))
      await client.hear(HELLO)
    }
  })
})

describe('shutdown()', () => {
  test('ends an idle connection at once', async () => {
    const { port, served } = await serve(hello)
    const client = await talker(port)
    client.say(GET)
    await client.hear(HELLO)
    const done = served[0]?.shutdown()
    await client.all()
    client.end()
    await done
  })

  test('completes the current exchange with Connection: close and drops pipelined requests', async () => {
    const go = deferred()
    let handled = 0
    const { port, served } = await serve(async () => {
      handled++
      await go.promise
      return { status: 200, body: 'hello' }
    })
    const client = await talker(port)
    client.say(GET + GET)
    await until(() => handled > 0)
    const done = served[0]?.shutdown()
    go.resolve()
    expect(await client.all()).toBe(HELLO.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    client.end()
    await done
    expect(handled).toBe(1)
  })

  test('waits for the end of a response that has begun', async () => {
    const go = deferred()
    const { port, served } = await serve(() => ({
      status: 200,
      body: (async function* () {
        yield 'a'
        await go.promise
        yield 'b'
      })(),
    }))
    const client = await talker(port)
    client.say(GET)
    await client.hear('a\r\n')
    const done = served[0]?.shutdown()
    go.resolve()
    expect(await client.all()).toBe('1\r\nb\r\n0\r\n\r\n')
    client.end()
    await done
  })

  test('ends the connection inside a request head, even if called twice', async () => {
    const { port, served } = await serve(hello)
    const client = await talker(port)
    client.say(GET.slice(0, 9))
    await sleep(10)
    const done = Promise.all([served[0]?.shutdown(), served[0]?.shutdown()])
    expect(await client.all()).toBe('')
    client.end()
    await done
  })
})

describe('upgrades', () => {
  const UPGRADE = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'
  const CONNECT = 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'
  const SWITCH = { status: 101, headers: { Connection: 'Upgrade', Upgrade: 'echo' } }

  function echo(duplex: Duplex, rest: Uint8Array) {
    duplex.on('error', () => {})
    duplex.write(rest)
    duplex.pipe(duplex)
  }

  test.each([
    [
      '101',
      UPGRADE,
      SWITCH,
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
    ],
    ['CONNECT', CONNECT, { status: 200 }, 'HTTP/1.1 200 OK\r\n\r\n'],
  ])('by %s hand over the stream and the bytes read so far', async (_, wire, response, head) => {
    for (const handler of [
      () => ({ ...response, upgrade: echo }),
      async () => ({ ...response, upgrade: echo }),
    ]) {
      const { port, served, sockets } = await serve(handler, { idleTimeout: 50 })
      const client = await talker(port)
      client.say(`${wire}early`)
      expect(await client.hear('early')).toBe(`${head}early`)
      await served[0]?.closed
      await sleep(80)
      client.say('late')
      expect(await client.hear('late')).toBe('late')
      expect(await client.end('end').all()).toBe('end')
      expect(sockets[0]?.listenerCount('error')).toBe(1)
    }
  })

  test('keep bytes that arrive before the upgrade function listens', async () => {
    const { port } = await serve(() => ({
      ...SWITCH,
      async upgrade(duplex, rest) {
        await sleep(50)
        duplex.on('error', () => {})
        duplex.write(rest)
        duplex.on('data', (chunk) => duplex.write(chunk))
      },
    }))
    const client = await talker(port)
    client.say(UPGRADE)
    await client.hear('\r\n\r\n')
    client.say('early')
    await client.hear('early')
  })

  test('that the handler declines are answered like other requests', async () => {
    const { port } = await serve(hello)
    expect(await ask(port, UPGRADE + GET)).toBe(HELLO + HELLO)
  })

  test('report an error of the stream to onError until the promise of the upgrade function is settled', async () => {
    const [ours, theirs] = pair()
    const errors: unknown[] = []
    const go = deferred()
    const upgrade = () => go.promise
    serveConnection(theirs, () => ({ ...SWITCH, upgrade }), { onError: (e) => errors.push(e) })
    await new Talker(ours).say(UPGRADE).hear('\r\n\r\n')
    theirs.destroy(new Error('reset'))
    await until(() => errors.length > 0)
    expect(errors).toEqual([new Error('reset')])
    go.resolve()
    await until(() => theirs.listenerCount('error') === 0)
  })

  test('whose upgrade function throws end the connection', async () => {
    const upgrade = () => {
      throw new Error('ours')
    }
    const { port, errors } = await serve(() => ({ ...SWITCH, upgrade }))
    await ask(port, UPGRADE)
    expect(errors).toEqual([new Error('ours')])
  })

  test.each<[string, ServerResponse, string]>([
    ['a 101 to GET', SWITCH, UPGRADE],
    ['a 200 to CONNECT', { status: 200, body: 'hello' }, CONNECT],
    ['a 204 to CONNECT', { status: 204 }, CONNECT],
  ])(
    'without an upgrade function are mistakes that get a 500: %s',
    async (what, response, wire) => {
      const { port, errors } = await serve(() => response)
      expect(await ask(port, wire)).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/)
      expect(errors).toEqual([new TypeError(`${what} needs an upgrade function, not undefined`)])
    },
  )
})

describe('wrong options', () => {
  test.each<[string, unknown]>([
    ['an unknown one', { timeout: 5 }],
    ['a negative time', { idleTimeout: -1 }],
    ['no number', { headTimeout: '5' }],
    ['NaN', { requestTimeout: Number.NaN }],
    ['a fraction', { writeTimeout: 1.5 }],
    ['no function', { onError: 5 }],
    ['no boolean', { date: 'now' }],
    ['one of the connection', { connection: { limits: { maxHead: -1 } } }],
  ])('throw and leave no listeners on the stream: %s', (_, options) => {
    const [, theirs] = pair()
    const before = theirs.eventNames().length
    expect(() => serveConnection(theirs, hello, options as ServeOptions)).toThrow(/\w/)
    expect(theirs.eventNames().length).toBe(before)
  })
})
