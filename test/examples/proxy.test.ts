/**
 * The proxy forwards end-to-end fields and content, and no hop-by-hop fields. Its peers are clients and
 * servers other than httpwire, and plain sockets that see each byte.
 */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { requestOver } from '../../src/node.ts'
import { curl, exchange, open, readAll, start } from './program.ts'

const LARGE = 64 * 2 ** 20

async function listening(server: NetServer | Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server of node:http. */
function nodeServer(listener: RequestListener): Promise<number> {
  return listening(createHttpServer(listener))
}

/** A server that sends the next of `answers` for each chunk received, and records what it receives. */
async function wireServer(...answers: string[]) {
  const heard: string[] = []
  let connections = 0
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    connections++
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard.push(chunk.toString('latin1'))
      const answer = answers.shift()
      if (answer !== undefined) socket.write(answer, 'latin1')
      if (answers.length === 0 && answer !== undefined) socket.end()
    })
  })
  const port = await listening(server)
  return { port, heard, connections: () => connections }
}

async function reverse(upstream: number, ...argv: string[]) {
  return start('proxy', '0', '--upstream', `http://127.0.0.1:${upstream}`, ...argv)
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const lines = (...lines: string[]) => lines.join('\r\n')
const CLOSE = ['Connection: close', '', '']

describe('a request through the proxy', () => {
  test('is forwarded without hop-by-hop fields, with the Host of the upstream and a Via', async () => {
    const upstream = await wireServer(OK)
    const { port } = await reverse(upstream.port)
    await exchange(
      port,
      ...['GET /a/../b?c=%2F HTTP/1.1', 'host: public.example', 'X-Kept:   1', 'X-Hop: 1'],
      ...[
        'Connection: close, X-Hop, Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AA',
      ],
      ...[
        'Keep-Alive: timeout=5',
        'Proxy-Connection: keep-alive',
        'TE: gzip',
        'Expect: 100-continue',
      ],
      ...['Proxy-Authorization: Basic AAAA', 'Via: 1.0 other', '', ''],
    )
    expect(upstream.heard).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${lines(
            ...['GET /a/\\.\\./b\\?c=%2F HTTP/1.1', `Host: 127\\.0\\.0\\.1:${upstream.port}`],
            ...['X-Kept: 1', 'Via: 1.0 other', 'Via: 1.1 httpwire-[0-9a-f]{8}', '', ''],
          )}$`,
        ),
      ),
    ])
  })

  test('is routed by its absolute-form target, not by Host', async () => {
    const upstream = await wireServer(OK)
    const { port } = await start('proxy', '0')
    const target = `http://127.0.0.1:${upstream.port}?a=b`
    expect(await exchange(port, `GET ${target} HTTP/1.1`, 'Host: other', ...CLOSE)).toMatch(/ok$/)
    expect(upstream.heard[0]).toMatch(/^GET \/\?a=b HTTP\/1.1\r\nHost: 127\.0\.0\.1:\d+\r\n/)
  })

  test.each([
    ['OPTIONS', '', '*'],
    ['OPTIONS', '/', '/'],
    ['GET', '', '/'],
  ])('by %s for a URI ending in %j is forwarded with target %s', async (method, end, target) => {
    const upstream = await wireServer(OK)
    const { port } = await start('proxy', '0')
    await exchange(
      port,
      `${method} http://127.0.0.1:${upstream.port}${end} HTTP/1.1`,
      'Host: a',
      ...CLOSE,
    )
    expect(upstream.heard[0]).toMatch(`${method} ${target} HTTP/1.1\r\n`)
  })

  test('keeps its chunked content and its trailers', async () => {
    const upstream = await wireServer(OK)
    const { port } = await reverse(upstream.port)
    await exchange(
      port,
      ...[
        'POST / HTTP/1.1',
        'Host: a',
        'Connection: close, X-Hop',
        'Transfer-Encoding: chunked',
        '',
      ],
      ...['3;ext=1', 'abc', '0', 'Digest: d', 'X-Hop: 1', '', ''],
    )
    const heard = upstream.heard.join('')
    expect(heard).toContain('\r\nTransfer-Encoding: chunked\r\n')
    expect(heard).toMatch(/\r\n\r\n3\r\nabc\r\n0\r\nDigest: d\r\n\r\n$/)
  })

  test('is forwarded with TE: trailers if the client sent it', async () => {
    const upstream = await wireServer(OK)
    const { port } = await reverse(upstream.port)
    await exchange(
      port,
      'GET / HTTP/1.1',
      'Host: a',
      'TE: trailers',
      'Connection: close, TE',
      '',
      '',
    )
    expect(upstream.heard[0]).toContain('\r\nTE: trailers\r\nConnection: TE\r\n')
  })

  test('that loops back to the proxy is refused with 508', async () => {
    let via = ''
    const upstream = await nodeServer((request, response) => {
      via = `${request.headers.via}`
      response.end()
    })
    const { port } = await reverse(upstream)
    await exchange(port, 'GET / HTTP/1.1', 'Host: a', ...CLOSE)
    const again = await exchange(port, 'GET / HTTP/1.1', 'Host: a', `Via: ${via}`, ...CLOSE)
    expect(again).toMatch(/^HTTP\/1.1 508 /)
  })

  test.each([
    ['0', 'HTTP/1.1 204', 0],
    ['2', 'HTTP/1.1 200', 1],
  ])('by OPTIONS with Max-Forwards: %s gets %s', async (most, status, asked) => {
    const upstream = await wireServer(OK)
    const { port } = await reverse(upstream.port)
    const output = await exchange(
      port,
      'OPTIONS / HTTP/1.1',
      'Host: a',
      `Max-Forwards: ${most}`,
      ...CLOSE,
    )
    expect(output).toMatch(status)
    expect(upstream.heard).toHaveLength(asked)
    if (asked > 0) expect(upstream.heard[0]).toContain('Max-Forwards: 1\r\n')
  })

  test.each([
    ['GET / HTTP/1.1', 400],
    ['GET https://a.example/ HTTP/1.1', 400],
    ['GET ftp://a.example/ HTTP/1.1', 400],
    ['TRACE http://a.example/ HTTP/1.1', 501],
    ['CONNECT 127.0.0.1:25 HTTP/1.1', 403],
  ])('is refused if a forward proxy cannot serve it: %s', async (line, status) => {
    const { port } = await start('proxy', '0')
    expect(await exchange(port, line, 'Host: a', ...CLOSE)).toMatch(`HTTP/1.1 ${status} `)
  })

  test.each([
    ['Content-Length: 3', 'Transfer-Encoding: chunked', 400],
    ['X: 1', 'Transfer-Encoding: gzip, chunked', 501],
    ['Content-Length: 3', 'Content-Length: 4', 400],
  ])('with %s and %s is refused and not forwarded', async (first, second, status) => {
    const upstream = await wireServer(OK)
    const { port } = await reverse(upstream.port)
    const wire = ['POST / HTTP/1.1', 'Host: a', first, second, '', '0', '', '']
    const socket = await open(port)
    socket.end(lines(...wire))
    expect(await readAll(socket)).toMatch(`HTTP/1.1 ${status} `)
    expect(upstream.heard).toEqual([])
  })
})

describe('a response through the proxy', () => {
  test('is returned without hop-by-hop fields', async () => {
    const upstream = await wireServer(
      lines(
        ...['HTTP/1.1 299 As It Was', 'Connection: close, X-Hop', 'X-Hop: 1', 'X-Kept:  1'],
        ...['Set-Cookie: a=1', 'Set-Cookie: b=2', 'Date: then', 'Content-Length: 2, 2', '', 'ok'],
      ),
    )
    const { port } = await reverse(upstream.port)
    const socket = await open(port)
    const { head, body, reusable } = await requestOver(socket, {
      target: '/',
      headers: { Host: 'a' },
    })
    expect([head.status, head.reason, await body.text()]).toEqual([299, 'As It Was', 'ok'])
    expect([...head.headers]).toEqual([
      ...[
        ['X-Kept', '1'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Date', 'then'],
      ],
      ...[
        ['Content-Length', '2'],
        ['Via', expect.stringMatching(/^1\.1 httpwire-/)],
      ],
    ])
    expect(reusable).toBe(true)
  })

  test('keeps its trailers', async () => {
    const upstream = await nodeServer((_, response) => {
      response.writeHead(200, { Trailer: 'Digest' })
      response.write('abc')
      response.addTrailers({ Digest: 'd' })
      response.end()
    })
    const { port } = await reverse(upstream)
    const socket = await open(port)
    const { head, body } = await requestOver(socket, { target: '/', headers: { Host: 'a' } })
    expect([head.headers.get('Trailer'), await body.text()]).toEqual(['Digest', 'abc'])
    expect(body.trailers?.get('Digest')).toBe('d')
  })

  test('to HTTP/1.0 is complete and not chunked', async () => {
    const upstream = await nodeServer((_, response) => {
      response.write('abc')
      response.end('def')
    })
    const { port } = await reverse(upstream)
    const output = await exchange(port, 'GET / HTTP/1.0', '', '')
    expect(output).toMatch(/\r\n\r\nabcdef$/)
    expect(output).not.toMatch(/transfer-encoding/i)
  })

  test('without framing fields is sent chunked, and the client connection stays reusable', async () => {
    const upstream = await wireServer('HTTP/1.0 200 OK\r\n\r\nabc')
    const { port } = await reverse(upstream.port)
    const socket = await open(port)
    const { head, body, reusable } = await requestOver(socket, {
      target: '/',
      headers: { Host: 'a' },
    })
    expect([await body.text(), head.framing, reusable]).toEqual(['abc', 'chunked', true])
  })

  test.each([
    ['with a length', 'Content-Length: 5\r\n', 5],
    ['in chunks', 'Transfer-Encoding: chunked\r\n', null],
  ])('to HEAD %s keeps its contentLength, and has no content', async (_, field, length) => {
    const upstream = await wireServer(`HTTP/1.1 200 OK\r\n${field}\r\n`)
    const { port } = await reverse(upstream.port)
    const socket = await open(port)
    const request = { method: 'HEAD', target: '/', headers: { Host: 'a' } }
    const { head, body } = await requestOver(socket, request)
    expect([head.status, head.contentLength, await body.text()]).toEqual([200, length, ''])
  })

  test.each([204, 304])('with status %d is returned with its fields', async (status) => {
    const upstream = await wireServer(`HTTP/1.1 ${status} A\r\nETag: "a"\r\n\r\n`)
    const { port } = await reverse(upstream.port)
    const output = await exchange(port, 'GET / HTTP/1.1', 'Host: a', ...CLOSE)
    expect(output).toMatch(new RegExp(`^HTTP/1.1 ${status} A\r\nETag: "a"\r\n.*\r\n\r\n$`, 's'))
  })

  test('is preceded by its interim responses, except to HTTP/1.0', async () => {
    const upstream = await wireServer(
      `HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: </a>\r\nConnection: x\r\n\r\n${OK}`,
    )
    const { port } = await reverse(upstream.port)
    const seen: unknown[] = []
    const socket = await open(port)
    const { body } = await requestOver(
      socket,
      { target: '/', headers: { Host: 'a' } },
      { onInterim: ({ status, headers }) => seen.push([status, headers.get('Link')]) },
    )
    expect([await body.text(), seen]).toEqual([
      'ok',
      [
        [102, undefined],
        [103, '</a>'],
      ],
    ])
    // RFC 9110 s. 15.2: an HTTP/1.0 client gets no interim responses.
    const old = await reverse((await wireServer(`HTTP/1.1 102 P\r\n\r\n${OK}`)).port)
    expect(await exchange(old.port, 'GET / HTTP/1.0', '', '')).toMatch(/^HTTP\/1.1 200 /)
  })
})

describe('100 (Continue)', () => {
  test('comes from the server, and is followed by the content', async () => {
    const upstream = await wireServer('HTTP/1.1 100 Continue\r\n\r\n', OK)
    const { port } = await reverse(upstream.port)
    const data = ['--data', 'abc', '-H', 'Expect: 100-continue', '--expect100-timeout', '20']
    const seen = await curl('--include', ...data, `http://127.0.0.1:${port}/`)
    expect(seen).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/)
    expect(upstream.heard).toEqual([expect.stringMatching(/Expect: 100-continue\r\n/), 'abc'])
  })

  test('does not come if the server refuses, and no content is forwarded', async () => {
    const refusal = 'HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n'
    const upstream = await wireServer(refusal)
    const { port } = await reverse(upstream.port)
    const data = ['--data', 'abc', '-H', 'Expect: 100-continue', '--expect100-timeout', '20']
    const seen = await curl('--include', ...data, `http://127.0.0.1:${port}/`)
    expect(seen).toMatch(/^HTTP\/1.1 413 No\r\n/)
    expect(upstream.heard).toHaveLength(1)
  })

  test('does not prevent an upload to a node:http server', async () => {
    const upstream = await nodeServer((request, response) => request.pipe(response))
    const { port } = await reverse(upstream)
    const data = ['--data', 'abc', '-H', 'Expect: 100-continue']
    expect(await curl(...data, `http://127.0.0.1:${port}/`)).toBe('abc')
  })
})

describe('content through the proxy', () => {
  test('of 8 MiB is forwarded unchanged in both directions', async () => {
    const upstream = await nodeServer((request, response) => request.pipe(response))
    const { url } = await reverse(upstream)
    const sent = Buffer.alloc(8 * 2 ** 20, 'some content, ')
    const response = await fetch(url, { method: 'POST', body: sent })
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(digest(Buffer.from(await response.arrayBuffer()))).toBe(digest(sent))
  })

  test('is read from the server no faster than the client reads it', async () => {
    let sent = 0
    const upstream = await nodeServer(async (_, response) => {
      for (; sent < LARGE; sent += 65_536) {
        if (!response.write(Buffer.alloc(65_536))) await once(response, 'drain')
      }
      response.end()
    })
    const { port } = await reverse(upstream)
    const socket = await open(port)
    const { body } = await requestOver(socket, { target: '/', headers: { Host: 'a' } })
    await new Promise((resolve) => setTimeout(resolve, 500))
    // Only buffers lie between the two: those of the system, and one in each program.
    expect(sent).toBeLessThan(LARGE / 2)
    let received = 0
    for await (const piece of body) received += piece.length
    expect(received).toBe(LARGE)
  })

  test('is read from the client no faster than the server reads it', async () => {
    let proceed = () => {}
    const upstream = await nodeServer(async (request, response) => {
      request.pause()
      await new Promise<void>((resolve) => {
        proceed = resolve
      })
      let received = 0
      for await (const chunk of request) received += chunk.length
      response.end(`${received}`)
    })
    const { port } = await reverse(upstream)
    let sent = 0
    async function* content() {
      for (; sent < LARGE; sent += 65_536) yield Buffer.alloc(65_536)
    }
    const headers = { Host: 'a', 'Content-Length': `${LARGE}` }
    const socket = await open(port)
    const response = requestOver(socket, { method: 'PUT', target: '/', headers, body: content() })
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(sent).toBeLessThan(LARGE / 2)
    proceed()
    expect(await (await response).body.text()).toBe(`${LARGE}`)
  })

  test('with an invalid chunk size is answered with 400, and its end is not sent to the server', async () => {
    const upstream = await wireServer()
    const { port } = await reverse(upstream.port)
    const head = ['POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', '']
    const output = await exchange(port, ...head, '3', 'abc', 'x', '')
    expect(output).toMatch(/^HTTP\/1.1 400 /)
    expect(upstream.heard.join('')).not.toContain('0\r\n\r\n')
  })
})

describe('a failing server', () => {
  test('that cannot be reached causes a 502', async () => {
    const server = createServer()
    const port = await listening(server)
    server.close()
    await once(server, 'close')
    const proxy = await reverse(port)
    expect((await fetch(proxy.url)).status).toBe(502)
    expect(proxy.errors()).toContain('ECONNREFUSED')
  })

  test.each([
    ['says nothing', ''],
    ['speaks something else', 'SSH-2.0-OpenSSH\r\n'],
    ['ends in the middle of a head', 'HTTP/1.1 200 OK\r\nContent-'],
    [
      'switches to what nobody asked for',
      'HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    [
      'uses a coding that nobody asked for',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    ],
  ])('that %s causes a 502 without a retry', async (_, answer) => {
    const upstream = await wireServer(answer)
    const { url } = await reverse(upstream.port)
    expect((await fetch(url)).status).toBe(502)
    // The request was not sent again on another connection.
    expect(upstream.connections()).toBe(1)
  })

  test('that takes too long causes a 504', async () => {
    const upstream = await nodeServer(() => {})
    const { url } = await reverse(upstream, '--timeout', '200')
    expect((await fetch(url)).status).toBe(504)
  })

  test('that ends in the middle of content causes a response that is not completed', async () => {
    const upstream = await wireServer(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
    )
    const { port } = await reverse(upstream.port)
    const output = await exchange(port, 'GET / HTTP/1.1', 'Host: a', '', '').catch(String)
    expect(output).not.toContain('0\r\n\r\n')
  })
})

describe('connections to a server', () => {
  test('are reused', async () => {
    const ports = new Set<number | undefined>()
    const upstream = await nodeServer((request, response) => {
      ports.add(request.socket.remotePort)
      request.pipe(response)
    })
    const { url } = await reverse(upstream)
    expect(await (await fetch(url)).text()).toBe('')
    expect(await (await fetch(url, { method: 'POST', body: 'abc' })).text()).toBe('abc')
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
    expect(await (await fetch(url)).text()).toBe('')
    expect(ports.size).toBe(1)
  })

  test('are not reused after Connection: close from the server', async () => {
    const ports = new Set<number | undefined>()
    const upstream = await nodeServer((request, response) => {
      ports.add(request.socket.remotePort)
      response.setHeader('Connection', 'close').end()
    })
    const { url } = await reverse(upstream)
    for (let i = 0; i < 3; i++) await (await fetch(url)).text()
    expect(ports.size).toBe(3)
  })

  test('that close while a request is sent are replaced, and the request is sent again', async () => {
    let requests = 0
    const upstream = await nodeServer((request, response) => {
      // The second request finds the first connection closed.
      if (++requests === 2) request.socket.destroy()
      else response.end(`${requests}`)
    })
    const { url } = await reverse(upstream)
    expect(await (await fetch(url)).text()).toBe('1')
    expect(await (await fetch(url)).text()).toBe('3')
  })

  test.each(['/', '/content'])('are closed when their client disconnects: %s', async (target) => {
    const upstream = createHttpServer((request, response) => {
      if (request.url === '/content') response.write('some')
    })
    // The timeout is far away, so that only the client ends the request.
    const { port } = await reverse(await listening(upstream), '--timeout', '600000')
    const accepted = once(upstream, 'connection')
    const socket = await open(port)
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await Promise.all([once(upstream, 'request'), target === '/' || once(socket, 'data')])
    const [connection] = await accepted
    const closed = once(connection, 'close')
    socket.resetAndDestroy()
    await closed
  })

  test('that are idle do not keep the proxy from exiting on SIGTERM', async () => {
    const upstream = await nodeServer((_, response) => response.end())
    const { url, end, errors } = await reverse(upstream)
    await (await fetch(url)).text()
    expect(await end()).toEqual({ code: 0, signal: null })
    expect(errors()).toBe('')
  })
})

describe('a forward proxy', () => {
  test('forwards a request from curl', async () => {
    const upstream = await nodeServer((request, response) => response.end(`${request.url}`))
    const { url } = await start('proxy', '0')
    const target = `http://127.0.0.1:${upstream}/a?b`
    expect(await curl('--noproxy', '', '--proxy', url, target)).toBe('/a?b')
  })

  test('opens a tunnel for curl', async () => {
    const upstream = await nodeServer((request, response) => response.end(`${request.url}`))
    const { url } = await start('proxy', '0', '--tunnel', `${upstream}`)
    const through = ['--noproxy', '', '--proxytunnel', '--proxy', url]
    expect(await curl(...through, `http://127.0.0.1:${upstream}/a?b`)).toBe('/a?b')
  })

  test('forwards bytes that came with the CONNECT, and ends each side on its own', async () => {
    // Answers only once the client's side has ended.
    const upstream = createServer({ allowHalfOpen: true }, async (socket) => {
      socket.end(`heard ${await readAll(socket)}`)
    })
    const target = `127.0.0.1:${await listening(upstream)}`
    const { port } = await start('proxy', '0', '--tunnel', target.slice(10))
    const socket = await open(port)
    socket.end(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\nearly`)
    expect(await readAll(socket)).toMatch(/^HTTP\/1.1 200 OK\r\n.*\r\n\r\nheard early$/s)
  })

  test('opens a tunnel for requestOver', async () => {
    const upstream = await nodeServer((request, response) => response.end(`${request.url}`))
    const { port } = await start('proxy', '0', '--tunnel', `${upstream}`)
    const target = `127.0.0.1:${upstream}`
    const socket = await open(port)
    const headers = { Host: target }
    const { upgrade } = await requestOver(socket, { method: 'CONNECT', target, headers })
    if (upgrade === undefined) throw new Error('no tunnel')
    const tunnelled = await tunnelRequest(upgrade.duplex as Socket, '/through')
    expect(tunnelled).toMatch(/\/through$/)
  })

  test('answers CONNECT with 502 if nothing listens at the target', async () => {
    const server = createServer()
    const nobody = await listening(server)
    server.close()
    await once(server, 'close')
    const { port } = await start('proxy', '0', '--tunnel', `${nobody}`)
    const output = await exchange(port, `CONNECT 127.0.0.1:${nobody} HTTP/1.1`, 'Host: a', ...CLOSE)
    expect(output).toMatch(/^HTTP\/1.1 502 /)
  })

  test('closes its tunnels and exits with code 0 on SIGTERM', async () => {
    const upstream = createServer()
    const target = `127.0.0.1:${await listening(upstream)}`
    const { port, end, errors } = await start('proxy', '0', '--tunnel', target.slice(10))
    const socket = await open(port)
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
    await once(socket, 'data')
    const ended = end()
    await once(
      socket.resume().on('error', () => {}),
      'close',
    )
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(errors()).toBe('')
  })
})

function tunnelRequest(socket: Socket, target: string): Promise<string> {
  socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
  return readAll(socket)
}
