/**
 * Content of requests and responses: streams are destroyed when their content is not needed, a handler that
 * reads content makes a waiting client send it, and timeouts apply to each piece of large content.
 */

import type net from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { type ClientRequest, requestOver, type ServerResponse } from '../../src/node.ts'
import { ask, connect, GET, get, listen, post, serve, talker, until } from './support.ts'

const TO = { target: '/', headers: { Host: 'a' } } satisfies ClientRequest
const POST = { ...TO, method: 'POST' } satisfies ClientRequest

/** A stream that has emitted `pieces`, and then stays open without emitting anything. */
function quiet(...pieces: string[]): Readable {
  const stream = new Readable({ read() {} })
  for (const piece of pieces) stream.push(piece)
  return stream
}

/** Reads everything that the peer sends, with a pause of 5 ms after each chunk. */
function readSlowly(socket: net.Socket): void {
  socket.on('data', () => {
    socket.pause()
    setTimeout(() => socket.resume(), 5)
  })
}

describe('a stalled response body stream', () => {
  test.each<[string, string, ServerResponse]>([
    ['the request is one for the head', GET.replace('GET', 'HEAD'), { status: 200 }],
    ['the response may not be sent', GET, { status: 200, headers: { 'bad name': 'x' } }],
  ])('is destroyed when %s', async (_, request, response) => {
    const body = quiet()
    const { port } = await serve(() => ({ ...response, body }))
    await ask(port, request)
    await until(() => body.destroyed)
  })

  test('is destroyed when the client resets the connection during the response', async () => {
    const body = quiet('some')
    const { port, errors } = await serve(() => ({ status: 200, body }))
    const client = await connect(port)
    client.write(GET)
    await new Promise((resolve) => client.once('data', resolve))
    client.resetAndDestroy()
    await until(() => body.destroyed)
    expect(errors.filter((error) => !(error instanceof Error && 'code' in error))).toEqual([])
  })

  test('is destroyed when the client has reset the connection before the response', async () => {
    const body = quiet()
    const { port, served } = await serve(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return { status: 200, body }
    })
    const client = await connect(port)
    client.write(GET)
    await until(() => served[0]?.connection.request !== undefined)
    client.resetAndDestroy()
    await until(() => body.destroyed)
  })
})

describe('a stalled request body stream', () => {
  test('is destroyed when the request is aborted', async () => {
    const { port } = await serve(() => new Promise(() => {}))
    const controller = new AbortController()
    const body = quiet('some')
    const { signal } = controller
    const response = requestOver(await connect(port), { ...POST, body }, { signal })
    setTimeout(() => controller.abort(new Error('mine')), 10)
    await expect(response).rejects.toThrow('mine')
    expect(body.destroyed).toBe(true)
  })

  test('is destroyed when the server resets the connection', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const body = quiet('some')
    await expect(requestOver(await connect(port), { ...POST, body })).rejects.toThrow()
    expect(body.destroyed).toBe(true)
  })

  test('is destroyed when the server answers early with 413', async () => {
    const { port } = await serve(() => ({ status: 413, body: 'no' }))
    const body = quiet('some')
    const response = await requestOver(await connect(port), { ...POST, body })
    expect(response.head.status).toBe(413)
    expect(await response.body.text()).toBe('no')
    await until(() => body.destroyed)
  })
})

test('a handler that echoes the request content sends 100 (Continue) to a client that waits for it', async () => {
  const { port } = await serve(({ body }) => ({ status: 200, body }))
  const client = await talker(port)
  client.say('PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n')
  await client.hear('HTTP/1.1 100 Continue\r\n\r\n')
  await client
    .say('hello')
    .hear('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n')
  await client.say(GET).hear('HTTP/1.1 200 OK')

  const headers = { Host: 'a', Expect: '100-continue' }
  const response = await requestOver(await connect(port), { ...POST, headers, body: 'hello' })
  expect(await response.body.text()).toBe('hello')
  expect(response.reusable).toBe(true)
})

test('an iterable body that ignores the request content sends Connection: close and no 100 (Continue)', async () => {
  const { port } = await serve(({ head }) => ({
    status: 403,
    body: head.target === '/' ? ['no'] : [],
  }))
  for (const target of ['/', '/none']) {
    const client = await talker(port)
    client.say(
      `PUT ${target} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
    )
    const heard = await client.all()
    expect(heard.startsWith('HTTP/1.1 403 Forbidden\r\n')).toBe(true)
    expect(heard).toContain('Connection: close')
  }
})

describe('timeouts for large content in one array', () => {
  // The buffers of both sides hold about 6 MB in transit.
  const large = Buffer.alloc(24_000_000)

  test('do not end a request whose server reads slowly', async () => {
    const port = await listen((socket) => {
      let received = 0
      readSlowly(socket)
      socket.on('data', (chunk) => {
        received += chunk.length
        if (received > large.length) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
    })
    const request = { ...POST, body: large }
    const options = { responseTimeout: 1_000 }
    const response = await requestOver(await connect(port), request, options)
    expect(response.head.status).toBe(200)
  })

  test('do not end a response with Content-Length whose client reads slowly', async () => {
    const { port } = await serve(() => ({ status: 200, body: large }), { writeTimeout: 1_000 })
    const client = await connect(port)
    readSlowly(client)
    let received = 0
    let text = ''
    client.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (text.length < 100) text += chunk.toString('latin1', 0, 100)
    })
    client.write(GET)
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`
    await until(() => received === head.length + large.length)
    expect(text.startsWith(head)).toBe(true)
  })

  test('end a request whose server reads none of the content', async () => {
    for (const answer of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n']) {
      const port = await listen((socket) => {
        socket.once('data', () => {
          socket.pause()
          if (answer !== '') socket.write(answer)
        })
      })
      const socket = await connect(port)
      const request = { ...POST, body: Buffer.alloc(2 ** 25) }
      const options = { responseTimeout: 100 }
      if (answer !== '') await (await requestOver(socket, request, options)).body.text()
      const next = answer === '' ? request : TO
      const late = { code: 'ETIMEDOUT', timeout: 'responseTimeout' }
      await expect(requestOver(socket, next, options)).rejects.toMatchObject(
        answer === '' ? late : { code: 'UNSENT', cause: late },
      )
      expect(socket.destroyed).toBe(true)
    }
  })
})

test('aborting a request whose content is still unsent after its response rejects the queued request', async () => {
  const port = await listen((socket) => {
    socket.once('data', () => {
      socket.pause()
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
  })
  const socket = await connect(port)
  const controller = new AbortController()
  const { signal } = controller
  const response = await requestOver(socket, { ...POST, body: Buffer.alloc(2 ** 25) }, { signal })
  expect(await response.body.text()).toBe('')
  const next = requestOver(socket, TO)
  controller.abort(new Error('mine'))
  await expect(next).rejects.toThrow('mine')
})

test.each(['Expect: 100-continue\r\n', ''])(
  'a 101 that arrives before the request is complete switches after the rest of the content: %j',
  async (expect100) => {
    let heard = ''
    const port = await listen((socket) => {
      socket.on('data', (chunk) => {
        if (heard === '') {
          socket.write('HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nnot HTTP')
        }
        heard += chunk.toString('latin1')
      })
    })
    const headers = {
      ...{ Host: 'a', Connection: 'upgrade', Upgrade: 'x' },
      ...(expect100 === '' ? {} : { Expect: '100-continue' }),
    }
    const body = (async function* () {
      yield 'a'
      await sleep(20)
      yield 'b'
    })()
    const { head, upgrade } = await requestOver(await connect(port), { ...POST, headers, body })
    expect(head.status).toBe(101)
    await until(() => heard.endsWith('1\r\na\r\n1\r\nb\r\n0\r\n\r\n'))
    expect(Buffer.from(upgrade?.rest ?? []).toString()).toBe('not HTTP')
    upgrade?.duplex.write('neither')
    await until(() => heard.endsWith('neither'))
  },
)

describe('a web stream', () => {
  /** One that emits `some`, and then stays open, and whether it has been cancelled. */
  function webStream() {
    const state = { cancelled: false }
    const stream = new ReadableStream<string>({
      start: (controller) => controller.enqueue('some'),
      cancel() {
        state.cancelled = true
      },
    })
    return { state, stream }
  }

  test('is sent as response and request content', async () => {
    const { port } = await serve(({ body }) => ({ status: 200, body }))
    const pieces = ['a', Buffer.from('b'), '', 'ü']
    const body = new ReadableStream<string | Uint8Array>({
      pull(controller) {
        const piece = pieces.shift()
        if (piece === undefined) controller.close()
        else controller.enqueue(piece)
      },
    })
    const response = await requestOver(await connect(port), { ...POST, body })
    expect(await response.body.text()).toBe('abü')
  })

  test.each<[string, string, object]>([
    ['the client resets the connection', GET, {}],
    ['the request is one for the head', GET.replace('GET', 'HEAD'), {}],
    ['the response may not be sent', GET, { 'bad name': 'x' }],
  ])('is cancelled while it is stalled when %s', async (_, wire, headers) => {
    const { state, stream } = webStream()
    const { port } = await serve(() => ({ status: 200, headers: { ...headers }, body: stream }))
    const client = await connect(port)
    client.write(wire)
    await new Promise((resolve) => client.once('data', resolve))
    client.resetAndDestroy()
    await until(() => state.cancelled)
  })

  test('is cancelled while it is stalled when the server refuses the request, but not if none of it was sent', async () => {
    const [refused, unsent] = [webStream(), webStream()]
    const { port } = await serve(() => ({ status: 413 }))
    const socket = await connect(port)
    const response = await requestOver(socket, { ...POST, body: refused.stream })
    expect(response.head.status).toBe(413)
    await until(() => refused.state.cancelled)
    const later = requestOver(socket, { ...POST, body: unsent.stream })
    await expect(later).rejects.toMatchObject({ code: 'UNSENT' })
    expect([unsent.state.cancelled, unsent.stream.locked]).toEqual([false, false])
  })
})

test('trailers of a 204 or 304 response are left out', async () => {
  const { port } = await serve(({ head }) => ({
    status: Number(head.target.slice(1)),
    trailers: { A: 'b' },
  }))
  expect(await ask(port, get('/204') + get('/304'))).toBe(
    'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n',
  )
})

test('a Uint8Array from another realm is sent as a response body', async () => {
  const body: Uint8Array = runInNewContext('new Uint8Array([104, 105])')
  const { port } = await serve(() => ({ status: 200, body }))
  expect(await ask(port, GET)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
})

test('json() returns the parsed content and rejects invalid JSON with SyntaxError', async () => {
  const { port } = await serve(({ head }) => ({ status: 200, body: head.target.slice(1) }))
  const ask = async (target: string) => {
    const options = { method: 'GET', target, headers: { Host: 'a' } }
    return (await requestOver(await connect(port), options)).body.json()
  }
  expect(await ask('/{"a":[1,2]}')).toEqual({ a: [1, 2] })
  await expect(ask('/{"a":')).rejects.toThrow(SyntaxError)
})

test('invalid JSON in a request is answered with 400 if the handler does not catch its SyntaxError', async () => {
  const { port, errors } = await serve(async ({ head, body }) => {
    const value = await body.json().catch((error: unknown) => {
      if (head.target === '/') throw error
      return error instanceof SyntaxError ? error.message : ''
    })
    return { status: 200, body: `${value}` }
  })
  const wire = post('{"a":')
  expect(await ask(port, wire)).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
  expect(errors).toEqual([expect.any(SyntaxError)])
  expect(await ask(port, wire.replace('/', '/caught'))).toContain('the content is not JSON: ')
})

test('invalid JSON in a response that a handler requested is answered with 502', async () => {
  const origin = await serve(() => ({ status: 200, body: '{"a":' }))
  const { port } = await serve(async () => {
    const response = await requestOver(await connect(origin.port), TO)
    return { status: 200, body: `${await response.body.json()}` }
  })
  expect(await ask(port, GET)).toMatch(/^HTTP\/1.1 502 Bad Gateway\r\n/)
})

test('content whose length exceeds the limit of bytes() is refused before any of it is read', async () => {
  const { port } = await serve(async ({ head, body }) => {
    if (head.target === '/rest') for await (const _ of body) break
    return { status: 200, body: `${(await body.bytes(4)).length}` }
  })
  const expecting = (length: number) =>
    `PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`
  const client = await talker(port)
  expect(await client.say(expecting(5)).all()).toMatch(/^HTTP\/1.1 413 /)
  const other = await talker(port)
  await other.say(expecting(4)).hear('HTTP/1.1 100 Continue\r\n\r\n')
  await other.say('four').hear('\r\n\r\n4')

  // Content that has been read already does not count.
  const rest = await talker(port)
  rest.say(post('hello').replace('/', '/rest').slice(0, -4))
  await until(() => rest.socket.writableLength === 0)
  await sleep(10)
  await rest.say('ello').hear('\r\n\r\n4')
})

test.each([Number.NaN, -1, 1.5, null, '1mb', {}])(
  'bytes(), text() and json() refuse %j as their limit',
  async (wrong) => {
    const { port } = await serve(() => ({ status: 200, body: '1' }))
    const { body } = await requestOver(await connect(port), TO)
    const most = wrong as number
    for (const read of [body.bytes(most), body.text(most), body.json(most)]) {
      await expect(read).rejects.toThrow(RangeError)
      await expect(read).rejects.toThrow('most must be an integer from 0 to')
    }
    expect(await body.json(1)).toBe(1)
  },
)

test('a handler that catches BODY_TOO_LARGE can answer, and the rest of the content is dropped', async () => {
  const { port } = await serve(async ({ body }) => ({
    status: 200,
    body: await body.text(4).catch((error) => error.code),
  }))
  const heard = await ask(port, post('hello') + post('hi'))
  expect(heard).toMatch(/\r\n\r\nBODY_TOO_LARGEHTTP\/1.1 200 OK\r\n.*\r\n\r\nhi$/s)
})

test('bytes() returns content of exactly its limit and rejects longer content with BODY_TOO_LARGE', async () => {
  const { port } = await serve(() => ({ status: 200, body: 'hello' }))
  const read = async (most: number) => {
    const response = await requestOver(await connect(port), { target: '/', headers: { Host: 'a' } })
    return (await response.body.bytes(most)).length
  }
  expect(await read(5)).toBe(5)
  await expect(read(4)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
})

test('content that waits for 100 (Continue) is not sent after a 103', async () => {
  let heard = ''
  const port = await listen((socket) => {
    socket.on('data', (bytes) => {
      heard += bytes
      if (heard.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')
      if (heard.endsWith('hello')) socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`)
    })
  })
  const seen: number[] = []
  const headers = { Host: 'a', Expect: '100-continue' }
  const aborter = new AbortController()
  const sent = requestOver(
    await connect(port),
    { ...POST, headers, body: 'hello' },
    {
      continueTimeout: 0,
      signal: aborter.signal,
      onInterim: ({ status }) => {
        seen.push(status)
        setTimeout(() => aborter.abort(new Error('enough')), 50)
      },
    },
  )
  await expect(sent).rejects.toThrow('enough')
  expect(seen).toEqual([103])
  expect(heard).not.toContain('hello')
})

test.each([300, 302, 303])('an early %i response stops the request content', async (status) => {
  const port = await listen((socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 ${status} \r\nContent-Length: 0\r\n\r\n`)
    })
  })
  const body = quiet('some')
  const response = await requestOver(await connect(port), { ...POST, body })
  expect(response.head.status).toBe(status)
  await until(() => body.destroyed)
  expect(response.reusable).toBe(false)
})

test('an early 200 with Connection: close stops the request content', async () => {
  const port = await listen((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    })
  })
  const body = quiet('some')
  const response = await requestOver(await connect(port), { ...POST, body })
  await until(() => body.destroyed)
  expect(response.reusable).toBe(false)
})
