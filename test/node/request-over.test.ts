/**
 * requestOver(): requests and responses on one connection, their content, 100 (Continue), upgrades, aborts and
 * timeouts, and failures of the server or the program.
 */

import type net from 'node:net'
import { type Duplex, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Fields } from '../../src/index.ts'
import {
  type ClientRequest,
  ConnectionError,
  type Handler,
  type RequestOptions,
  requestOver,
  serveConnection,
} from '../../src/node.ts'
import { connect, deferred, listen, pair, serve, settled, Talker, until } from './support.ts'

const GET: ClientRequest = { target: '/', headers: { Host: 'a' } }
const POST: ClientRequest = { ...GET, method: 'POST' }
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const hello: Handler = () => ({ status: 200, body: 'hello' })

/** A client socket, connected to a server that sends `answer` once it has received the first bytes. */
async function answering(answer: string, then: (socket: net.Socket) => void = () => {}) {
  const port = await listen((socket) => {
    socket.once('data', () => {
      socket.write(answer)
      then(socket)
    })
  })
  return connect(port)
}

/** A client stream, and the server at its other end, which the test controls step by step. */
function inMemory(): [Duplex, Talker] {
  const [ours, theirs] = pair()
  return [ours, new Talker(theirs)]
}

async function* later(...pieces: (string | Uint8Array)[]) {
  for (const piece of pieces) {
    await sleep(1)
    yield piece
  }
}

async function textOf(socket: Duplex, request: ClientRequest = GET): Promise<string> {
  return (await requestOver(socket, request)).body.text()
}

describe('requests on one connection', () => {
  test('are answered one after the other over a Duplex in memory', async () => {
    const [ours, theirs] = pair()
    serveConnection(theirs, ({ head }) => ({ status: 200, body: head.target }))
    for (const target of ['/1', '/2', '/3']) {
      const response = await requestOver(ours, { ...GET, target })
      expect(response.head.status).toBe(200)
      expect(await response.body.text()).toBe(target)
      expect(response.reusable).toBe(true)
    }
  })

  test('wait until the response to the request before has been read', async () => {
    let running = 0
    const { port } = await serve(async ({ head }) => {
      expect(++running).toBe(1)
      await sleep(5)
      running--
      return { status: 200, body: head.target }
    })
    const socket = await connect(port)
    const targets = ['/1', '/2', '/3', '/4']
    const texts = targets.map((target) => textOf(socket, { ...GET, target }))
    expect(await Promise.all(texts)).toEqual(targets)

    const first = await requestOver(socket, GET)
    let second = false
    const next = textOf(socket).then(() => {
      second = true
    })
    await sleep(20)
    expect(second).toBe(false)
    await first.body.text()
    await next
  })

  test('leave no listeners on the socket', async () => {
    const { port } = await serve(hello)
    const socket = await connect(port)
    const { signal } = new AbortController()
    const count = () =>
      socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0)
    await textOf(socket)
    const before = count()
    for (let i = 0; i < 20; i++) await (await requestOver(socket, GET, { signal })).body.text()
    expect(count()).toBe(before)
  })

  test('resolve with an ended, empty body for HEAD, 204, 304 and Content-Length: 0', async () => {
    const { port } = await serve(({ head }) => {
      if (head.method === 'HEAD') return { status: 200, body: 'hello' }
      return { status: Number(head.target.slice(1)) }
    })
    const socket = await connect(port)
    for (const request of [
      { method: 'HEAD' },
      { target: '/204' },
      { target: '/304' },
      { target: '/200' },
    ]) {
      const { body } = await requestOver(socket, { ...GET, ...request })
      expect([body.ended, await body.text(), body.trailers?.size]).toEqual([true, '', 0])
    }
  })

  test('are rejected after a response with Connection: close', async () => {
    const socket = await answering(OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    const response = await requestOver(socket, GET)
    expect(await response.body.text()).toBe('ok')
    expect(response.reusable).toBe(false)
    await expect(requestOver(socket, GET)).rejects.toThrow()
  })

  test('read a response without framing fields until the connection ends', async () => {
    const socket = await answering('HTTP/1.1 200 OK\r\n\r\na', (socket) =>
      setTimeout(() => socket.end('b'), 5),
    )
    const response = await requestOver(socket, GET)
    expect(response.reusable).toBe(false)
    expect(await response.body.text()).toBe('ab')
  })

  test('read a response without framing fields over a Duplex that closes as it ends', async () => {
    const [ours, server] = inMemory()
    ours.allowHalfOpen = false
    const request = requestOver(ours, GET)
    await server.hear('\r\n\r\n')
    server.say('HTTP/1.1 200 OK\r\n\r\na')
    const { body } = await request
    server.end('b')
    await sleep(10)
    expect(await body.text()).toBe('ab')
  })
})

describe('content', () => {
  test.each<[string, () => NonNullable<ClientRequest['body']>, string]>([
    ['text', () => 'grün', 'content-length: 5'],
    ['bytes', () => Buffer.from('grün'), 'content-length: 5'],
    ['an iterable', () => ['gr', '', 'ün'], 'transfer-encoding: chunked'],
    ['an async iterable', () => later('gr', '', Buffer.from('ün')), 'transfer-encoding: chunked'],
  ])('of a request given as %s arrives with the right framing field', async (_, body, field) => {
    const { port } = await serve(async ({ head, body }) => {
      const fields = [...head.headers].map(([name, value]) => `${name.toLowerCase()}: ${value}`)
      return { status: 200, body: `${fields.includes(field)} ${await body.text()}` }
    })
    expect(await textOf(await connect(port), { ...POST, body: body() })).toBe('true grün')
  })

  test('of a request can be followed by trailers, whether it is streamed or complete', async () => {
    const { port } = await serve(async ({ body }) => {
      await body.text()
      return { status: 200, body: body.trailers?.get('A') ?? 'none' }
    })
    const socket = await connect(port)
    expect(await textOf(socket, { ...POST, body: later('a'), trailers: () => ({ A: 'b' }) })).toBe(
      'b',
    )
    expect(await textOf(socket, { ...POST, body: 'a', trailers: { A: 'c' } })).toBe('c')
  })

  test('streams in both directions at the same time', async () => {
    const { port } = await serve(({ body }) => ({ status: 200, body }))
    const go = deferred()
    async function* pieces() {
      yield 'first'
      await go.promise
      yield 'second'
    }
    const socket = await connect(port)
    const { body } = await requestOver(socket, { ...POST, body: pieces() })
    const heard: string[] = []
    for await (const piece of body) {
      heard.push(Buffer.from(piece).toString())
      go.resolve()
    }
    expect(heard).toEqual(['first', 'second'])
    expect(await textOf(socket)).toBe('')
  })

  test("in small pieces is not delayed by Nagle's algorithm", async () => {
    const { port } = await serve(({ body }) => ({ status: 200, body }))
    const socket = await connect(port)
    const began = performance.now()
    for (let i = 0; i < 20; i++) {
      expect(await textOf(socket, { ...POST, body: later('a', 'b', 'c') })).toBe('abc')
    }
    // With Nagle's algorithm, each takes 40 ms or more.
    expect(performance.now() - began).toBeLessThan(700)
  })

  test('of a response is not read ahead of the program', async () => {
    let given = 0
    const { port } = await serve(() => ({
      status: 200,
      body: (function* () {
        for (; given < 2_000; given++) yield Buffer.alloc(16_384)
      })(),
    }))
    const socket = await connect(port)
    const { body } = await requestOver(socket, GET)
    expect(await settled(() => given)).toBeLessThan(1_000)
    expect(socket.readableLength).toBeLessThan(2 ** 18)
    let length = 0
    for await (const piece of body) length += piece.length
    expect(length).toBe(2_000 * 16_384)
  })

  test('of a request is not pulled from its source while the server does not read', async () => {
    const go = deferred()
    const { port } = await serve(async ({ body }) => {
      await go.promise
      let length = 0
      for await (const piece of body) length += piece.length
      return { status: 200, body: String(length) }
    })
    let given = 0
    const body = (function* () {
      for (; given < 2_000; given++) yield Buffer.alloc(16_384)
    })()
    const text = textOf(await connect(port), { ...POST, body })
    expect(await settled(() => given)).toBeLessThan(1_000)
    go.resolve()
    expect(await text).toBe(String(2_000 * 16_384))
  })

  test('rejects one of two concurrent readers', async () => {
    const socket = await answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no', (socket) =>
      setTimeout(() => socket.write('k'), 10),
    )
    const { body } = await requestOver(socket, GET)
    const outcomes = await Promise.allSettled([body.text(), body.text()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('Expect: 100-continue', () => {
  const EXPECT: ClientRequest = {
    ...POST,
    headers: { Host: 'a', Expect: '100-continue' },
    body: 'hello',
  }
  const long = { continueTimeout: 0 }

  test('sends the content after 100 (Continue)', async () => {
    const { port } = await serve(async ({ body }) => ({ status: 200, body: await body.text() }))
    const socket = await connect(port)
    for (const body of ['hello', later('hel', 'lo')]) {
      const response = await requestOver(socket, { ...EXPECT, body }, long)
      expect(await response.body.text()).toBe('hello')
      expect(response.reusable).toBe(true)
    }
  })

  test.each([200, 417])(
    'sends no content after a final %d, and closes the source without reading from it',
    async (status) => {
      const [ours, server] = inMemory()
      let left = false
      let asked = false
      const pieces = {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            asked = true
            return { done: false as const, value: 'hello' }
          },
          return: async () => {
            left = true
            return { done: true as const, value: undefined }
          },
        }),
      }
      const request = requestOver(ours, { ...EXPECT, body: pieces }, long)
      await server.hear('\r\n\r\n')
      server.say(`HTTP/1.1 ${status} \r\nContent-Length: 2\r\n\r\nno`)
      const response = await request
      expect(await response.body.text()).toBe('no')
      expect(response.reusable).toBe(false)
      await server.all()
      expect(server.heard).toBe('')
      await until(() => left)
      expect(asked).toBe(false)
    },
  )

  test.each<[string, Partial<ClientRequest>]>([
    ['empty trailers', { trailers: {} }],
    ['parsed trailers that are empty', { trailers: new Fields() }],
    ['a function for trailers', { trailers: () => [] }],
    ['a length with zeros', { headers: { ...EXPECT.headers, 'Content-Length': '005' } }],
  ])('waits for 100 (Continue) with content of a stated length and %s', async (_, more) => {
    const [ours, server] = inMemory()
    const headers = { Host: 'a', Expect: '100-continue', 'Content-Length': '5' }
    const request = requestOver(ours, { ...EXPECT, headers, ...more }, long)
    await server.hear('\r\n\r\n')
    server.say('HTTP/1.1 417 \r\nContent-Length: 0\r\n\r\n')
    expect((await request).head.status).toBe(417)
    expect(server.heard).toBe('')
  })

  test('sends the content after continueTimeout if no 100 (Continue) arrives', async () => {
    const [ours, server] = inMemory()
    const began = performance.now()
    const request = textOf2(ours, EXPECT, { continueTimeout: 50 })
    await server.hear('\r\n\r\nhello')
    expect(performance.now() - began).toBeGreaterThan(45)
    server.say(OK)
    expect(await request).toBe('ok')
  })
})

async function textOf2(
  ...[socket, request, options]: Parameters<typeof requestOver>
): Promise<string> {
  return (await requestOver(socket, request, options)).body.text()
}

describe('a response before the request is complete', () => {
  test.each(['413 No', '303 Elsewhere'])(
    'with status %s stops the content, can be read, and ends the connection',
    async (status) => {
      const [ours, server] = inMemory()
      let given = 0
      let left = false
      async function* pieces() {
        try {
          for (;;) {
            await sleep(1)
            given++
            yield 'x'
          }
        } finally {
          left = true
        }
      }
      const request = requestOver(ours, { ...POST, body: pieces() })
      await server.hear('x\r\n')
      server.say(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nno`)
      const response = await request
      expect(response.reusable).toBe(false)
      await until(() => left)
      const before = given
      await sleep(10)
      expect(given).toBe(before)
      expect(await response.body.text()).toBe('no')
      await server.ended
      await expect(requestOver(ours, GET)).rejects.toThrow()
    },
  )

  test('with status 200 lets the content finish before the next request is sent', async () => {
    const [ours, server] = inMemory()
    const go = deferred()
    async function* pieces() {
      yield 'x'
      await go.promise
      yield 'y'
    }
    const request = requestOver(ours, { ...POST, body: pieces() })
    await server.hear('x\r\n')
    server.say(OK)
    const response = await request
    expect(await response.body.text()).toBe('ok')
    expect(response.reusable).toBe(true)
    const next = textOf(ours)
    await sleep(5)
    expect(server.heard).toBe('')
    go.resolve()
    expect(await server.hear('0\r\n\r\n')).toBe('1\r\ny\r\n0\r\n\r\n')
    await server.hear('GET / ')
    server.say(OK)
    expect(await next).toBe('ok')
  })
})

describe('interim responses', () => {
  test('are limited by connection.maxInterimResponses, and `pipelining` is no option', async () => {
    const socket = await answering(`HTTP/1.1 103 \r\n\r\nHTTP/1.1 103 \r\n\r\n${OK}`)
    const connection: RequestOptions['connection'] = { maxInterimResponses: 1 }
    await expect(requestOver(socket, GET, { connection })).rejects.toMatchObject({
      code: 'TOO_MANY_INTERIM_RESPONSES',
    })
    type Names = keyof NonNullable<typeof connection>
    expect(false satisfies 'pipelining' extends Names ? true : false).toBe(false)
  })

  test('are passed to onInterim, and the final response follows', async () => {
    const { port } = await serve(async (request) => {
      request.sendInterim({ status: 103, headers: { Link: '<a>' } })
      return { status: 200, body: 'hello' }
    })
    const seen: string[] = []
    const onInterim = (head: {
      status: number
      headers: { get(name: string): string | undefined }
    }) => seen.push(`${head.status} ${head.headers.get('Link')}`)
    expect(await textOf2(await connect(port), GET, { onInterim })).toBe('hello')
    expect(seen).toEqual(['103 <a>'])
  })

  test('reject the request and destroy the connection if onInterim throws', async () => {
    const socket = await answering(`HTTP/1.1 103 \r\n\r\n${OK}`)
    const onInterim = () => {
      throw new Error('ours')
    }
    await expect(requestOver(socket, GET, { onInterim })).rejects.toThrow('ours')
    expect(socket.destroyed).toBe(true)
  })
})

describe('upgrades', () => {
  const UPGRADE = { ...GET, headers: { Host: 'a', Connection: 'Upgrade', Upgrade: 'echo' } }
  const echo = (duplex: Duplex, rest: Uint8Array) => {
    duplex.write(rest)
    duplex.on('error', () => {}).pipe(duplex)
  }

  test.each<[string, ClientRequest, string]>([
    [
      '101',
      UPGRADE,
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
    ],
    [
      'CONNECT',
      { method: 'CONNECT', target: 'a:1', headers: { Host: 'a:1' } },
      'HTTP/1.1 200 OK\r\n\r\n',
    ],
  ])('by %s hand over the stream without losing bytes', async (_, request, head) => {
    const socket = await answering(`${head}early`, (socket) => echo(socket, Buffer.from('')))
    const response = await requestOver(socket, request)
    expect(response.reusable).toBe(false)
    expect(Buffer.from(response.upgrade?.rest ?? []).toString()).toBe('early')
    socket.write('late')
    await sleep(20)
    const client = new Talker(socket)
    await client.hear('late')
  })

  test('by CONNECT hand over a stream that carries further requests, to the server behind the tunnel', async () => {
    const { port } = await serve(() => ({
      status: 200,
      upgrade: (duplex, rest) => {
        duplex.unshift(rest)
        serveConnection(duplex, ({ head }) => ({ status: 200, body: head.target }))
      },
    }))
    const socket = await connect(port)
    const request = { method: 'CONNECT', target: 'a:1', headers: { Host: 'a:1' } }
    const { upgrade } = await requestOver(socket, request)
    if (upgrade === undefined) throw new Error('no tunnel')
    upgrade.duplex.unshift(upgrade.rest)
    const targets = ['/1', '/2']
    const texts = targets.map((target) => textOf(upgrade.duplex, { ...GET, target }))
    expect(await Promise.all(texts)).toEqual(targets)
  })

  test('by serveConnection hand over the socket itself, and reject queued requests', async () => {
    const { port } = await serve(() => ({
      status: 101,
      headers: { Connection: 'Upgrade', Upgrade: 'echo' },
      upgrade: echo,
    }))
    const socket = await connect(port)
    const waiting = [requestOver(socket, UPGRADE), requestOver(socket, GET)] as const
    const { upgrade } = await waiting[0]
    await expect(waiting[1]).rejects.toThrow('handed over')
    expect(upgrade?.duplex).toBe(socket)
    socket.write('hello')
    await new Talker(socket).hear('hello')
  })

  test('that the server declines leave the connection usable for HTTP', async () => {
    const { port } = await serve(hello)
    const socket = await connect(port)
    expect(await textOf(socket, UPGRADE)).toBe('hello')
    expect(await textOf(socket)).toBe('hello')
  })
})

describe('the signal', () => {
  test('that is already aborted rejects the request and leaves the connection usable', async () => {
    const { port } = await serve(hello)
    const socket = await connect(port)
    const signal = AbortSignal.abort(new Error('mine'))
    await expect(requestOver(socket, GET, { signal })).rejects.toThrow('mine')
    expect(await textOf(socket)).toBe('hello')
  })

  test.each<[string, ClientRequest]>([
    ['while waiting for the head', GET],
    [
      'while sending',
      {
        ...POST,
        body: (async function* () {
          yield 'x'
          await new Promise(() => {})
        })(),
      },
    ],
    [
      'while waiting for 100',
      { ...POST, headers: { Host: 'a', Expect: '100-continue' }, body: 'x' },
    ],
  ])('aborted %s rejects all requests and destroys the connection', async (_, request) => {
    const { port } = await serve(() => new Promise(() => {}))
    const socket = await connect(port)
    const controller = new AbortController()
    const response = requestOver(socket, request, { signal: controller.signal, continueTimeout: 0 })
    const queued = requestOver(socket, GET)
    setTimeout(() => controller.abort(new Error('mine')), 10)
    await expect(response).rejects.toThrow('mine')
    await expect(queued).rejects.toThrow('mine')
    expect(socket.destroyed).toBe(true)
  })

  test('aborted while its request is queued leaves the connection usable and the body stream open', async () => {
    const { port } = await serve(({ head }) => ({ status: 200, body: head.target }))
    const socket = await connect(port)
    const first = await requestOver(socket, { ...GET, target: '/1' })
    const controller = new AbortController()
    const { signal } = controller
    const body = Readable.from(['x'])
    const queued = requestOver(socket, { ...POST, body }, { signal })
    const last = textOf(socket, { ...GET, target: '/3' })
    setTimeout(() => controller.abort(new Error('mine')), 10)
    await expect(queued).rejects.toThrow('mine')
    expect(body.destroyed).toBe(false)
    expect(await first.body.text()).toBe('/1')
    expect(await last).toBe('/3')
  })

  test('applies until the response content has been read, and not afterwards', async () => {
    const socket = await answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no')
    const controller = new AbortController()
    const { body } = await requestOver(socket, GET, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('mine')), 10)
    await expect(body.text()).rejects.toThrow('mine')
    expect(socket.destroyed).toBe(true)

    const { port } = await serve(hello)
    const other = await connect(port)
    const over = new AbortController()
    await textOf2(other, GET, { signal: over.signal })
    over.abort()
    expect(await textOf(other)).toBe('hello')
  })
})

describe('timeouts', () => {
  const NO_RESPONSE = {
    name: 'ConnectionError',
    code: 'ETIMEDOUT',
    timeout: 'responseTimeout',
    message: 'the server took longer than responseTimeout',
  }

  test('responseTimeout rejects a request without a response and destroys the connection', async () => {
    const [ours] = inMemory()
    await expect(requestOver(ours, GET, { responseTimeout: 30 })).rejects.toMatchObject(NO_RESPONSE)
    expect(ours.destroyed).toBe(true)
  })

  test('responseTimeout rejects a request whose content the server does not read', async () => {
    const [ours, theirs] = pair()
    theirs.pause()
    const body = [Buffer.alloc(2 ** 20), 'x']
    const request = requestOver(ours, { ...POST, body }, { responseTimeout: 30 })
    await expect(request).rejects.toMatchObject(NO_RESPONSE)
  })

  test('responseTimeout counts from the end of the request, even after an interim response', async () => {
    const { port } = await serve(async (request) => {
      request.sendInterim({ status: 102 })
      return { status: 200, body: await request.body.text() }
    })
    async function* slow() {
      yield 'a'
      await sleep(120)
      yield 'b'
    }
    const request = { ...POST, body: slow() }
    expect(await textOf2(await connect(port), request, { responseTimeout: 60 })).toBe('ab')
  })

  test('responseTimeout restarts with each interim response', async () => {
    const [ours, server] = inMemory()
    const timer = setInterval(() => server.say('HTTP/1.1 102 \r\n\r\n'), 15)
    setTimeout(() => {
      clearInterval(timer)
      server.say(OK)
    }, 150)
    expect(await textOf2(ours, GET, { responseTimeout: 80 })).toBe('ok')
  })

  test('bodyTimeout counts only while the program waits for content', async () => {
    const socket = await answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no')
    const { body } = await requestOver(socket, GET, { bodyTimeout: 40 })
    await sleep(80)
    const pieces = body[Symbol.asyncIterator]()
    expect((await pieces.next()).done).toBe(false)
    await sleep(80)
    expect(socket.destroyed).toBe(false)
    await expect(pieces.next()).rejects.toMatchObject({
      name: 'ConnectionError',
      code: 'ETIMEDOUT',
      timeout: 'bodyTimeout',
      message: 'the next piece of content took longer than bodyTimeout',
    })
    expect(socket.destroyed).toBe(true)
  })
})

describe('a connection that closes', () => {
  const CLOSED = { code: 'ECONNRESET', timeout: undefined, message: 'the connection was closed' }
  const UNSENT = { name: 'ConnectionError', code: 'UNSENT' }

  test('causes UNANSWERED before any response', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.end()))
    await expect(requestOver(await connect(port), GET)).rejects.toMatchObject({
      code: 'UNANSWERED',
    })
  })

  test.each([OK.slice(0, 9), OK.slice(0, -1)])('causes TRUNCATED after %j', async (part) => {
    const socket = await answering(part, (socket) => socket.end())
    await expect(textOf(socket)).rejects.toMatchObject({ code: 'TRUNCATED' })
    expect(socket.destroyed).toBe(true)
  })

  test('rejects the current and the queued request after a reset', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const socket = await connect(port)
    const requests = [requestOver(socket, GET), requestOver(socket, GET)]
    for (const { status } of await Promise.allSettled(requests)) expect(status).toBe('rejected')
  })

  test('makes a complete response not reusable, and rejects the next request', async () => {
    for (const allowHalfOpen of [false, true]) {
      const port = await listen((socket) => socket.once('data', () => socket.end(OK)))
      const socket = await connect(port, { allowHalfOpen })
      const response = await requestOver(socket, GET)
      expect(await response.body.text()).toBe('ok')
      await until(() => socket.readableEnded)
      expect(response.reusable).toBe(false)
      await expect(requestOver(socket, GET)).rejects.toMatchObject(UNSENT)
    }
  })

  test('makes requests after the last response UNSENT, at any moment', async () => {
    const last = OK.replace('200 OK', '200 OK\r\nConnection: close')
    const socket = await answering(last, (socket) => socket.end())
    const [first, second] = [requestOver(socket, GET), requestOver(socket, GET)]
    expect(await (await first).body.text()).toBe('ok')
    await expect(second).rejects.toMatchObject(UNSENT)
    await expect(requestOver(socket, GET)).rejects.toMatchObject(UNSENT)
    await until(() => socket.closed)
    await expect(requestOver(socket, GET)).rejects.toMatchObject(UNSENT)
  })

  test('is noticed by a request after the program has ended its side', async () => {
    const { port } = await serve(hello)
    const socket = await connect(port)
    const response = await requestOver(socket, GET)
    await response.body.text()
    socket.end()
    expect(response.reusable).toBe(false)
    await expect(requestOver(socket, GET)).rejects.toMatchObject({
      ...UNSENT,
      message: 'the request was not sent: the connection takes no more requests',
    })
  })

  test('rejects a request that is made after the close', async () => {
    const [ours] = pair()
    ours.destroy()
    await until(() => ours.closed)
    await expect(requestOver(ours, GET)).rejects.toMatchObject({
      ...UNSENT,
      message: 'the request was not sent: the connection was closed',
      cause: CLOSED,
    })
  })

  test('without an end or an error rejects the request with ECONNRESET', async () => {
    const [ours, server] = inMemory()
    const request = requestOver(ours, GET)
    await server.hear('\r\n\r\n')
    ours.destroy()
    await expect(request).rejects.toMatchObject(CLOSED)
    await expect(request).rejects.toBeInstanceOf(ConnectionError)
  })
})

describe('a server that misbehaves between responses', () => {
  test.each<[string, string]>([
    ['with the response', OK],
    ['later', ''],
  ])('has its connection closed for an unsolicited response that comes %s', async (_, extra) => {
    const socket = await answering(OK + extra, (socket) => setTimeout(() => socket.write(OK), 20))
    const response = await requestOver(socket, GET)
    expect(await response.body.text()).toBe('ok')
    await until(() => socket.destroyed)
    expect(response.reusable).toBe(false)
    await expect(requestOver(socket, GET)).rejects.toMatchObject({
      code: 'UNSENT',
      cause: { code: 'UNSOLICITED_RESPONSE' },
    })
  })

  test('does not delay the close by sending more bytes after the last response', async () => {
    const last = OK.replace('200 OK', '200 OK\r\nConnection: close')
    const socket = await answering(last, (theirs) => {
      setTimeout(() => theirs.write('more'), 10)
      setTimeout(() => theirs.end('and more'), 20)
    })
    const began = performance.now()
    expect(await textOf(socket)).toBe('ok')
    await until(() => socket.closed)
    expect(performance.now() - began).toBeLessThan(1_500)
  })

  test('does not prevent the close by keeping its side open after the last response', async () => {
    const last = OK.replace('200 OK', '200 OK\r\nConnection: close')
    const socket = await answering(last)
    expect(await textOf(socket)).toBe('ok')
    await until(() => socket.closed)
    await expect(requestOver(socket, GET)).rejects.toMatchObject({
      code: 'UNSENT',
      cause: { code: 'ECONNRESET' },
    })
  })

  test('has its connection closed for a response before the first request', async () => {
    const [ours, server] = inMemory()
    server.say(OK)
    const request = requestOver(ours, GET, { responseTimeout: 100 })
    const unsolicited = { code: 'UNSOLICITED_RESPONSE', side: 'remote' }
    await expect(request).rejects.toMatchObject({ code: 'UNSENT', cause: unsolicited })
    expect(ours.destroyed).toBe(true)
  })
})

describe('mistakes of the program', () => {
  test.each<[string, Partial<ClientRequest>]>([
    ['no Host', { headers: {} }],
    ['a target that splits', { target: '/ HTTP/1.1\r\nA: b' }],
    ['a method that is none', { method: 'G T' }],
    ['content that is an array of another type', { body: new Uint16Array(4) as never }],
    [
      'content of another type, after 100 (Continue)',
      { headers: { Host: 'a', Expect: '100-continue' }, body: new Uint16Array(4) as never },
    ],
    [
      'text with a lone surrogate, after 100 (Continue)',
      { headers: { Host: 'a', Expect: '100-continue' }, body: '\ud800' },
    ],
    [
      'large content of another length than it says',
      { headers: { Host: 'a', 'Content-Length': '5' }, body: Buffer.alloc(300_000) },
    ],
    [
      'content of another length than it says, after 100 (Continue)',
      { headers: { Host: 'a', 'Content-Length': '5', Expect: '100-continue' }, body: 'longer' },
    ],
    [
      'trailers after content of a known length, after 100 (Continue)',
      {
        headers: { Host: 'a', 'Content-Length': '5', Expect: '100-continue' },
        body: 'hello',
        trailers: { A: 'b' },
      },
    ],
    ['a header that splits', { headers: { Host: 'a', B: 'c\r\nD: e' } }],
    ['a header that splits, and an iterable', { headers: { Host: 'a', B: '\n' }, body: ['a'] }],
    [
      'trailers that throw',
      {
        trailers: () => {
          throw new Error('ours')
        },
        body: 'x',
      },
    ],
    [
      'content that is longer than it says',
      { headers: { Host: 'a', 'Content-Length': '1' }, body: 'ab' },
    ],
    [
      'a trailer that may be none',
      {
        headers: { Host: 'a', 'Transfer-Encoding': 'chunked' },
        body: 'ab',
        trailers: { Host: 'b' },
      },
    ],
  ])('leave the connection usable if nothing has been sent: %s', async (_, mistake) => {
    const { port } = await serve(hello)
    const socket = await connect(port)
    await expect(requestOver(socket, { ...GET, ...mistake })).rejects.toThrow()
    expect(await textOf(socket)).toBe('hello')
    await expect(requestOver(socket, { ...GET, ...mistake })).rejects.toThrow()
    expect(await textOf(socket)).toBe('hello')
  })

  test.each<[string, Partial<ClientRequest>]>([
    [
      'content that is shorter, in pieces',
      { headers: { Host: 'a', 'Content-Length': '3' }, body: ['ab'] },
    ],
    [
      'a source that throws',
      {
        body: (function* () {
          yield 'a'
          throw new Error('ours')
        })(),
      },
    ],
    [
      'trailers after content that throw',
      {
        body: ['a'],
        trailers: () => {
          throw new Error('ours')
        },
      },
    ],
    ['a source of garbage', { body: [5] as unknown as string[] }],
  ])('destroy the connection if the request has begun: %s', async (_, mistake) => {
    const { port } = await serve(async ({ body }) => ({ status: 200, body: await body.text() }))
    const socket = await connect(port)
    await expect(requestOver(socket, { ...POST, ...mistake })).rejects.toThrow()
    expect(socket.destroyed).toBe(true)
    await expect(requestOver(socket, GET)).rejects.toThrow()
  })

  test.each([5, {}, new ArrayBuffer(2)])('reject a body of the wrong type: %j', async (garbage) => {
    const { port } = await serve(hello)
    const body = garbage as unknown as string
    await expect(requestOver(await connect(port), { ...POST, body })).rejects.toThrow(TypeError)
  })

  test.each<[object, RegExp]>([
    [{ connection: { limits: { maxHead: -1 } } }, /maxHead/],
    [{ responseTimeout: Number.NaN }, /responseTimeout/],
    [{ bodyTimeout: -1 }, /bodyTimeout/],
    [{ continueTimeout: '5' }, /continueTimeout/],
    [{ onInterim: 5 }, /onInterim/],
    [{ timeout: 5 }, /unknown option timeout/],
  ])('reject with an error that names the option, and do not throw: %j', async (options, named) => {
    const [ours] = pair()
    await expect(requestOver(ours, GET, options)).rejects.toThrow(named)
    expect(ours.destroyed).toBe(false)
  })

  test('reject if the body text has a lone surrogate', async () => {
    const { port } = await serve(hello)
    const request = { ...POST, body: '\ud800' }
    await expect(requestOver(await connect(port), request)).rejects.toThrow('lone surrogate')
  })

  test('reject bytes() with BODY_TOO_LARGE and status 502 if the content exceeds its limit', async () => {
    const { port } = await serve(() => ({ status: 200, body: 'hello' }))
    const socket = await connect(port)
    await textOf(socket)
    const { body, head } = await requestOver(socket, GET)
    await expect(body.bytes(4)).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      status: 502,
      offset: head.offset,
      message: expect.stringMatching(
        /: the limit is 4 bytes here, the most .* bytes\(\), .* return$/,
      ),
    })
    expect(head.offset).toBeGreaterThan(0)
  })

  test.each(['bytes', 'text', 'json'] as const)(
    'destroy the stream and reject the requests after it if the content exceeds the limit of %s()',
    async (read) => {
      const { port } = await serve(() => ({ status: 200, body: Buffer.alloc(100_000) }))
      const socket = await connect(port)
      const response = await requestOver(socket, GET)
      const queued = requestOver(socket, GET)
      await expect(response.body[read](4)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
      expect([response.reusable, socket.destroyed]).toEqual([false, true])
      const unsent = { code: 'UNSENT', cause: { code: 'BODY_TOO_LARGE' } }
      await expect(queued).rejects.toMatchObject(unsent)
      await expect(requestOver(socket, GET)).rejects.toMatchObject(unsent)
    },
  )
})
