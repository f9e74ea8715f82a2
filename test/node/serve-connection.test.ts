/**
 * serveConnection(): the streams it serves, responses, request content, interim responses, 100 (Continue) and
 * pipelining.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Handler, type ServerResponse, serveConnection } from '../../src/node.ts'
import {
  ask,
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
const BARE = 'HTTP/1.1 200 OK\r\n\r\n'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

async function* later(...pieces: (string | Uint8Array)[]) {
  for (const piece of pieces) {
    await sleep(1)
    yield piece
  }
}

describe('a served stream', () => {
  test('may be paused when it is passed in', async () => {
    const [ours, theirs] = pair()
    theirs.pause()
    serveConnection(theirs, hello, { date: false })
    await new Talker(ours).say(GET).hear(HELLO)
  })

  test('may be a TCP socket', async () => {
    const { port, served } = await serve(hello)
    expect(await ask(port, GET + GET)).toBe(HELLO + HELLO)
    await served[0]?.closed
  })

  test('may be a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'httpwire-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'socket')
    const { served } = await serve(hello, {}, path)
    const client = new Talker(net.connect({ path, allowHalfOpen: true }))
    expect(await client.end(GET).all()).toBe(HELLO)
    await served[0]?.closed
  })

  test('may be a Duplex in memory whose bytes arrive one by one', async () => {
    const [ours, theirs] = pair()
    const { closed } = serveConnection(theirs, hello, { date: false })
    const client = new Talker(ours)
    for (const byte of GET) client.say(byte)
    await client.hear(HELLO)
    client.end()
    await closed
    expect(client.heard).toBe('')
  })

  test('may be closed already, which resolves the closed promise', async () => {
    const [, theirs] = pair()
    theirs.destroy()
    await until(() => theirs.closed)
    await serveConnection(theirs, hello).closed
  })

  test.each([true, false])(
    'gets the Date of the clock in `connection` if date is %j',
    async (date) => {
      const { port } = await serve(hello, { date, connection: { date: () => 'now' } })
      expect(await ask(port, GET)).toContain('\r\nDate: now\r\n')
    },
  )

  test('gets responses with a Date field if the option date is true', async () => {
    const { port } = await serve(hello, { date: true })
    expect(await ask(port, GET)).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/)
  })
})

describe('responses', () => {
  const bodies: [string, () => ServerResponse['body'], string][] = [
    ['none', () => undefined, '0\r\n\r\n'],
    ['null', () => null, '0\r\n\r\n'],
    ['text', () => 'grün', '5\r\n\r\ngr\xc3\xbcn'],
    ['bytes', () => new Uint8Array([1, 2]), '2\r\n\r\n\x01\x02'],
  ]
  test.each(bodies)('with a complete body (%s) have a Content-Length', async (_, body, sent) => {
    const { port } = await serve(() => ({ status: 200, body: body() ?? null }))
    expect(await ask(port, GET)).toBe(`HTTP/1.1 200 OK\r\nContent-Length: ${sent}`)
  })

  test.each<[string, () => NonNullable<ServerResponse['body']>]>([
    ['an iterable', () => ['ab', '', new Uint8Array([99])]],
    ['an async iterable', () => later('ab', '', 'c')],
    ['a Readable', () => Readable.from([Buffer.from('ab'), Buffer.from('c')])],
  ])('with %s as the body are chunked, one chunk per non-empty piece', async (_, body) => {
    const { port } = await serve(() => ({ status: 200, body: body() }))
    expect(await ask(port, GET)).toBe(`${CHUNKED}2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`)
  })

  test('with an iterable body and a Content-Length are not chunked', async () => {
    const { port } = await serve(() => ({
      status: 200,
      headers: { 'Content-Length': '3' },
      body: later('ab', 'c'),
    }))
    expect(await ask(port, GET)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc')
  })

  test('to HTTP/1.0 with an iterable body end with the connection', async () => {
    const { port } = await serve(() => ({ status: 200, body: later('ab', 'c') }))
    expect(await ask(port, 'GET / HTTP/1.0\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc',
    )
  })

  test('have the reason phrase and the fields that the handler returns', async () => {
    const { port } = await serve(async () => ({
      status: 404,
      reason: 'Gone fishing',
      headers: { A: 'b' },
    }))
    expect(await ask(port, GET)).toBe(
      'HTTP/1.1 404 Gone fishing\r\nA: b\r\nContent-Length: 0\r\n\r\n',
    )
  })

  test('may come from an async handler', async () => {
    const { port } = await serve(async ({ head }) => {
      await sleep(5)
      return { status: 200, body: head.target }
    })
    expect(await ask(port, get('/a'))).toContain('\r\n\r\n/a')
  })

  test('to HEAD have no content, and close an iterable body', async () => {
    let left = false
    async function* pieces() {
      try {
        for (;;) yield 'x'
      } finally {
        left = true
      }
    }
    const { port } = await serve(({ head }) => ({
      status: 200,
      body: head.target === '/stream' ? pieces() : 'hello',
    }))
    const HEAD = GET.replace('GET', 'HEAD')
    expect(await ask(port, HEAD + HEAD.replace('/', '/stream'))).toBe(HELLO.slice(0, -5) + BARE)
    await until(() => left)
  })

  test('to HEAD do not wait for an iterable body', async () => {
    async function* never() {
      await new Promise(() => {})
      yield ''
    }
    const { port } = await serve(() => ({ status: 200, body: never() }))
    expect(await ask(port, GET.replace('GET', 'HEAD'))).toBe(BARE)
  })

  test('end with the trailers of a function that is called after the content', async () => {
    let count = 0
    async function* pieces() {
      for await (const piece of later('a', 'b')) {
        count++
        yield piece
      }
    }
    const { port } = await serve(() => ({
      status: 200,
      body: pieces(),
      trailers: () => ({ Count: String(count) }),
    }))
    expect(await ask(port, GET)).toBe(`${CHUNKED}1\r\na\r\n1\r\nb\r\n0\r\nCount: 2\r\n\r\n`)
  })

  test.each<ServerResponse['body']>(['ab', ['ab']])(
    'with trailers and the body %j cause no error for HEAD, and omit the trailers for HTTP/1.0',
    async (body) => {
      const { port, errors } = await serve(() => ({
        status: 200,
        body: body ?? '',
        trailers: { A: 'b' },
      }))
      expect(await ask(port, GET.replace('GET', 'HEAD') + GET)).toMatch(/0\r\nA: b\r\n\r\n$/)
      expect(await ask(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/\r\n\r\nab$/)
      expect(errors).toEqual([])
    },
  )

  test('with trailers are chunked even if the body is complete', async () => {
    const { port } = await serve(() => ({ status: 200, body: 'ab', trailers: { A: 'b' } }))
    expect(await ask(port, GET)).toBe(`${CHUNKED}2\r\nab\r\n0\r\nA: b\r\n\r\n`)
  })
})

describe('requests', () => {
  const echo: Handler = async ({ body }) => ({ status: 200, body: await body.bytes() })

  test('have content, framed by Content-Length or chunked', async () => {
    const { port } = await serve(echo)
    const chunked =
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'
    expect(await ask(port, post('hello') + chunked)).toBe(HELLO + HELLO)
  })

  test('have trailers once the content has been read', async () => {
    const seen: unknown[] = []
    const { port } = await serve(async ({ body }) => {
      seen.push(body.ended, body.trailers)
      await body.text()
      seen.push(body.ended, body.trailers?.get('A'))
      return { status: 200 }
    })
    await ask(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n\r\n',
    )
    expect(seen).toEqual([false, undefined, true, 'b'])
  })

  test('without content have an empty, ended body and empty trailers', async () => {
    const { port } = await serve(async ({ body }) => ({
      status: 200,
      body: JSON.stringify([body.ended, await body.text(), body.trailers?.size]),
    }))
    expect(await ask(port, GET)).toContain('[true,"",0]')
  })

  test('can be echoed while their content arrives', async () => {
    const { port } = await serve(({ body }) => ({ status: 200, body }))
    const client = await talker(port)
    client.say('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n')
    await client.hear('1\r\na\r\n')
    client.say('1\r\nb\r\n')
    await client.hear('1\r\nb\r\n')
    client.say(`0\r\n\r\n${GET}`)
    expect(await client.hear('0\r\n\r\n')).toBe('0\r\n\r\n')
    await client.hear(`${CHUNKED}0\r\n\r\n`)
  })

  test('with content above the limit of bytes() are answered with 413', async () => {
    const { port, errors } = await serve(async ({ body }) => ({
      status: 200,
      body: await body.bytes(4),
    }))
    expect(await ask(port, post('hello'))).toMatch(/^HTTP\/1.1 413 /)
    expect(errors).toMatchObject([{ code: 'BODY_TOO_LARGE' }])
  })

  test('are answered with 500 if the response text has a lone surrogate', async () => {
    const { port, errors } = await serve(() => ({ status: 200, body: '\ud800' }))
    expect(await ask(port, GET)).toMatch(/^HTTP\/1.1 500 /)
    expect(errors).toEqual([expect.any(TypeError)])
  })

  test('have content that can be read once: a second read is empty', async () => {
    const { port } = await serve(async ({ body }) => ({
      status: 200,
      body: `${await body.text()}|${await body.text()}`,
    }))
    expect(await ask(port, post('hello'))).toContain('hello|')
  })

  test('have content for one reader: a concurrent second read is rejected', async () => {
    const { port } = await serve(async ({ body }) => {
      const [first, second] = await Promise.allSettled([body.text(), body.text()])
      return { status: 200, body: `${first.status} ${second.status}` }
    })
    const client = await talker(port)
    client.say(post('hello').slice(0, -5))
    await sleep(5)
    client.say('hello')
    await client.hear('fulfilled rejected')
  })
})

describe('interim responses', () => {
  test('are sent before the final response', async () => {
    const { port } = await serve(async (request) => {
      request.sendInterim({ status: 103, headers: { Link: '<a>' } })
      request.sendInterim({ status: 102 })
      return { status: 200, body: 'hello' }
    })
    expect(await ask(port, GET)).toBe(
      `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${HELLO}`,
    )
  })

  test('are not sent to HTTP/1.0', async () => {
    const { port } = await serve((request) => {
      request.sendInterim({ status: 103 })
      return { status: 200, body: 'hello' }
    })
    expect(await ask(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
  })

  test('throw WRONG_STATE after the final head, and do nothing after the response', async () => {
    const outcome: unknown[] = []
    const { port } = await serve((request) => {
      async function* pieces() {
        yield 'a'
        try {
          request.sendInterim({ status: 103 })
        } catch (error) {
          outcome.push((error as { code?: string }).code)
        }
        setTimeout(() => outcome.push(request.sendInterim({ status: 103 })), 10)
      }
      return { status: 200, body: pieces() }
    })
    const client = await talker(port)
    client.say(GET)
    expect(await client.hear('0\r\n\r\n')).toBe(`${CHUNKED}1\r\na\r\n0\r\n\r\n`)
    await until(() => outcome.length === 2)
    expect(outcome).toEqual(['WRONG_STATE', undefined])
    expect(client.heard).toBe('')
  })

  test.each([200, 101, 99, Number.NaN])('cannot have the status %d', async (status) => {
    const { port, errors } = await serve((request) => {
      request.sendInterim({ status })
      return { status: 200 }
    })
    expect(await ask(port, GET)).toMatch(/^HTTP\/1.1 500 /)
    expect(errors[0]).toBeInstanceOf(RangeError)
  })
})

describe('Expect: 100-continue', () => {
  const EXPECT = post('hello', 'Expect: 100-continue').slice(0, -5)
  const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

  test('is answered with 100 (Continue) when the content is first read', async () => {
    const go = deferred()
    const { port } = await serve(async ({ body }) => {
      await go.promise
      return { status: 200, body: await body.text() }
    })
    const client = await talker(port)
    client.say(EXPECT)
    await sleep(20)
    expect(client.heard).toBe('')
    go.resolve()
    expect(await client.hear(CONTINUE)).toBe(CONTINUE)
    client.say(`hello${GET}`)
    expect(await client.hear('hello')).toBe(HELLO)
    expect(await client.hear('\r\n\r\n')).toContain('Content-Length: 0')
  })

  test('is refused by a final response, which closes the connection', async () => {
    const { port } = await serve(() => ({ status: 417 }))
    const client = await talker(port)
    expect(await client.say(EXPECT).all()).toBe(
      'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
  })

  test('does not disturb a client that sends its content without waiting', async () => {
    const { port } = await serve(async ({ body }) => {
      await sleep(20)
      for await (const _ of body);
      return { status: 200, body: 'hello' }
    })
    const heard = await ask(port, `${EXPECT}hello`)
    expect(heard.replace(CONTINUE, '')).toBe(HELLO)
  })

  test('is the only expectation: any other is answered with 417', async () => {
    const { port } = await serve(hello)
    expect(await ask(port, GET.replace('Host', 'Expect: tea\r\nHost'))).toMatch(/^HTTP\/1.1 417 /)
  })
})

describe('pipelining', () => {
  test('runs one handler at a time and answers in order', async () => {
    let running = 0
    let most = 0
    const { port } = await serve(async ({ head }) => {
      most = Math.max(most, ++running)
      await sleep(Number(head.target.slice(1)))
      running--
      return { status: 200, body: head.target }
    })
    const heard = await ask(port, get('/9') + get('/1') + get('/5'))
    expect(heard.match(/\/\d(?!\.)/g)).toEqual(['/9', '/1', '/5'])
    expect(most).toBe(1)
  })

  test('keeps the order across sync, async and streaming handlers', async () => {
    const { port } = await serve(({ head: { target }, body }) => {
      if (target === '/sync') return { status: 200, body: target }
      if (target === '/stream') return { status: 200, body: later(target) }
      return body.text().then((text) => ({ status: 200, body: text }))
    })
    const wire = get('/sync') + post('/post') + get('/stream') + get('/sync') + get('/stream')
    const heard = await ask(port, wire.repeat(20))
    const round = ['/sync', '/post', '/stream', '/sync', '/stream']
    expect(heard.match(/\/[a-z]+/g)).toEqual(Array(20).fill(round).flat())
  })

  test('answers 3000 HEAD requests whose response bodies are iterables', async () => {
    const { port } = await serve(() => ({ status: 200, body: ['hello'] }))
    const HEAD = GET.replace('GET', 'HEAD')
    const heard = await ask(port, HEAD.repeat(3_000))
    expect(heard).toBe(BARE.repeat(3_000))
  })

  test('stops reading from a client that does not read, and keeps both buffers small', async () => {
    let handled = 0
    const { port, sockets } = await serve(() => {
      handled++
      return { status: 200, body: Buffer.alloc(10_000) }
    })
    const client = await talker(port)
    client.socket.pause()
    const burst = Buffer.from(GET.repeat(1_000))
    let taken = 0
    const feed = () => {
      while (client.socket.write(burst)) taken += burst.length
    }
    client.socket.on('drain', feed)
    feed()
    const before = await settled(() => handled + taken)
    expect(sockets[0]?.writableLength).toBeLessThan(200_000)
    expect(sockets[0]?.readableLength).toBeLessThan(200_000)
    client.socket.resume()
    await until(() => handled + taken > before)
  })

  test('delivers every response to a client that reads slowly', async () => {
    const { port } = await serve(() => ({ status: 200, body: Buffer.alloc(20_000, 'x') }))
    const client = await talker(port)
    client.socket.pause()
    client.end(GET.repeat(200))
    const timer = setInterval(() => {
      client.socket.resume()
      setTimeout(() => client.socket.pause(), 1)
    }, 3)
    onTestFinished(() => clearInterval(timer))
    const heard = await client.all()
    expect(heard.split('HTTP/1.1 200 OK').length).toBe(201)
    expect(heard.split('x').length).toBe(200 * 20_000 + 1)
  })
})
