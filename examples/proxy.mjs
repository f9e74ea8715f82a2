/**
 * A forward proxy (absolute-form targets, and CONNECT), or a reverse proxy in front of one server.
 *
 *     node examples/proxy.mjs [port] [--tunnel 443]...              curl -x http://127.0.0.1:8080 ...
 *     node examples/proxy.mjs [port] --upstream http://127.0.0.1:3000 [--timeout milliseconds]
 *
 * Requests are forwarded in canonical form over connections of the proxy's own, without the fields that
 * apply to one connection only (RFC 9110 s. 7.6.1): framing, persistence and upgrades are negotiated
 * with each side separately. Content is forwarded on demand, so a slow peer holds back the one on the
 * other side.
 */

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { Fields, reasonPhrase } from 'httpwire'
import { requestOver } from 'httpwire/node'
import { endOnSignal, isProgram, listen, report, serving } from './serving.mjs'

/** This proxy's unique name in Via: a request that contains it already is in a loop. */
const NAME = `httpwire-${randomBytes(4).toString('hex')}`

const CONNECT_TIMEOUT = 5_000
/** Milliseconds; servers usually wait longer: ending idle connections first loses no request. */
const IDLE_TIMEOUT = 4_000
const MOST_IDLE = 64

/** An error with the status of the response to the client. */
class Failure extends Error {
  constructor(status, cause) {
    super(reasonPhrase(status), { cause })
    this.status = status
  }
}

/**
 * A handler that forwards to `upstream` if given, else to the host in the target. It opens tunnels only
 * to `tunnelPorts` (RFC 9110 s. 9.3.6). `timeout` is the time in milliseconds from the last byte of a
 * request to the head of the response. `end` closes idle connections and tunnels.
 */
export function proxy({ upstream, tunnelPorts = [443], timeout = 30_000 } = {}) {
  const pool = new Pool()
  const tunnels = new Set()
  const route = upstream === undefined ? routeByTarget : (head) => routeTo(upstream, head)
  const handler = async (request) => {
    try {
      const { head } = request
      refuseLoop(head)
      const isTunnel = head.method === 'CONNECT' && upstream === undefined
      if (isTunnel) return await openTunnel(request, tunnelPorts, tunnels)
      return isLastStop(head) ? { status: 204 } : await forward(request, route(head), pool, timeout)
    } catch (error) {
      // The client has gone, so there is nobody to answer.
      if (request.signal.aborted) throw error
      return explain(error)
    }
  }
  const end = () => {
    pool.end()
    for (const socket of tunnels) socket.destroy()
  }
  return { handler, end }
}

// Where a request goes

/** Targets in requests to a proxy are in absolute-form (RFC 9112 s. 3.2.2). */
function routeByTarget({ method, target, targetForm }) {
  if (targetForm !== 'absolute' || !/^http:/i.test(target)) throw new Failure(400)
  return { ...addressOf(target), target: pathOf(target, method) }
}

function routeTo(upstream, { method, target, targetForm }) {
  if (targetForm === 'authority') throw new Failure(501)
  const path = targetForm === 'absolute' ? pathOf(target, method) : target
  return { ...addressOf(upstream), target: path }
}

function addressOf(uri) {
  if (!URL.canParse(uri)) throw new Failure(400)
  const { hostname, port, host } = new URL(uri)
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), host }
}

/** Path and query, unchanged: spellings that `URL` treats as equal may differ to the server. */
function pathOf(target, method) {
  const [, rest] = /^[^:]*:\/\/[^/?]*(.*)$/.exec(target)
  // RFC 9112 s. 3.2.4: OPTIONS of a URI without a path and query becomes asterisk-form.
  if (rest === '') return method === 'OPTIONS' ? '*' : '/'
  return rest.startsWith('/') ? rest : `/${rest}`
}

function refuseLoop({ headers }) {
  if (headers.get('Via')?.includes(NAME)) throw new Failure(508)
}

/** Whether Max-Forwards makes this proxy the final recipient (RFC 9110 s. 7.6.2). */
function isLastStop({ method, headers }) {
  // Refused, because it would show a client what is added to its requests on the way, even passwords.
  if (method === 'TRACE') throw new Failure(501)
  return method === 'OPTIONS' && headers.get('Max-Forwards') === '0'
}

// Forwarding

async function forward(request, route, pool, timeout) {
  const { head, body, signal } = request
  const isPlain = head.framing === 'none' && ['GET', 'HEAD', 'OPTIONS'].includes(head.method)
  for (let mayBeIdle = true; ; mayBeIdle = false) {
    const { socket, wasIdle } = await pool.take(route, mayBeIdle)
    try {
      const response = await ask(socket, request, route, timeout)
      return answer(head, response, (isReusable) => {
        // A response may complete before its request does.
        if (isReusable && body.ended) pool.give(route, socket)
        else socket.destroy()
      })
    } catch (error) {
      socket.destroy()
      // A server may close an idle connection at any time. A request of which nothing has been sent is sent
      // again, and a safe one even if it was on its way.
      const mayResend = isPlain || error.code === 'UNSENT'
      if (!wasIdle || !mayResend || error instanceof Failure || signal.aborted) throw error
    }
  }
}

/** Sends the request, and resolves with the response when its head has arrived. */
async function ask(socket, request, { host, target }, timeout) {
  const { head, body } = request
  const headers = requestHeaders(head, host)

  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Failure(504)), timeout)
  try {
    return await requestOver(
      socket,
      {
        method: head.method,
        target,
        headers,
        ...(head.framing !== 'none' && { body: refreshing(timer, body) }),
        ...(head.framing === 'chunked' && { trailers: () => forwardedTrailers(head, body) }),
      },
      {
        responseTimeout: 0,
        // Applies until the response is complete: a client that leaves ends this connection, too.
        signal: AbortSignal.any([request.signal, late.signal]),
        onInterim: (interim) => forwardInterim(request, interim),
      },
    )
  } finally {
    clearTimeout(timer)
  }
}

/** Restarts the timeout with each piece, since it runs from the last byte of the request. */
async function* refreshing(timer, pieces) {
  for await (const piece of pieces) {
    timer.refresh()
    yield piece
  }
}

function answer({ version }, response, release) {
  const { head, body } = response
  const headers = forwarded(head)
  headers.delete('Proxy-Authenticate')
  // Trailers require the chunked coding, which HTTP/1.0 lacks.
  const mayHaveTrailers = head.framing === 'chunked' && version === '1.1'
  return {
    status: head.status,
    reason: head.reason,
    headers,
    body: releasing(response, release),
    ...(mayHaveTrailers && { trailers: () => forwardedTrailers(head, body) }),
  }
}

/** The content; calls `release` after it, when the connection can carry another request. */
async function* releasing(response, release) {
  try {
    yield* response.body
  } finally {
    release(response.body.ended && response.reusable)
  }
}

function forwarded(head) {
  // Transfer codings other than chunked apply to one connection, too, and are not undone here.
  const isCoded = head.transferCodings.some((coding) => coding !== 'chunked')
  if (isCoded) throw new Failure(head.type === 'request' ? 501 : 502)
  return Fields.from(head.headers).deleteHopByHop().append('Via', `${head.version} ${NAME}`)
}

function forwardedTrailers(head, body) {
  return Fields.from(body.trailers).deleteHopByHop(head.headers)
}

function requestHeaders(head, host) {
  const headers = forwarded(head)
  // RFC 9112 s. 3.2.2: the host in the target replaces the Host that was received.
  headers.set('Host', host)
  headers.delete('Proxy-Authorization')
  // Without content, or from HTTP/1.0, Expect has no effect and is not forwarded.
  if (!head.expectsContinue) headers.delete('Expect')
  // A client that accepts trailers gets the server's.
  if (/\btrailers\b/i.test(head.headers.get('TE'))) {
    headers.append('TE', 'trailers').append('Connection', 'TE')
  }
  const most = Number(headers.get('Max-Forwards'))
  if (head.method === 'OPTIONS' && most > 0) headers.set('Max-Forwards', `${most - 1}`)
  return headers
}

function forwardInterim(request, interim) {
  const { head } = request
  // The library sends a 100 itself when it reads the content of a client that waits for one. HTTP/1.0 has
  // no interim responses (RFC 9110 s. 15.2).
  if (head.version === '1.0' || (interim.status === 100 && head.expectsContinue)) return
  request.sendInterim({ status: interim.status, headers: forwarded(interim) })
}

/** The response to the client for an error. */
function explain(error) {
  // Errors of the library carry a status: 4xx for a client's bad content, 502 for a bad response.
  const status = error.side === 'remote' ? error.status : 502
  const failure = error instanceof Failure ? error : new Failure(status, error)
  if (failure.status >= 500) report(failure.cause ?? failure)
  const headers = { 'Content-Type': 'text/plain' }
  return { status: failure.status, headers, body: `${failure.message}\n` }
}

// Connections

/** Opens a connection within the timeout. */
async function open({ hostname, port }, options) {
  const socket = connect({ host: hostname, port, noDelay: true, ...options })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT) })
    return socket
  } catch (error) {
    socket.destroy()
    throw new Failure(error.name === 'AbortError' ? 504 : 502, error)
  }
}

/** Idle connections that can carry another request. */
class Pool {
  #idle = []

  async take(route, mayBeIdle) {
    const found = this.#idle.findLastIndex(({ host }) => mayBeIdle && host === route.host)
    if (found >= 0) {
      const [{ socket }] = this.#idle.splice(found, 1)
      socket.setTimeout(0)
      return { socket, wasIdle: true }
    }
    const socket = await open(route)
    socket.on('timeout', () => socket.destroy())
    socket.on('close', () => {
      this.#idle = this.#idle.filter((idle) => idle.socket !== socket)
    })
    return { socket, wasIdle: false }
  }

  give({ host }, socket) {
    if (socket.destroyed) return
    socket.setTimeout(IDLE_TIMEOUT)
    this.#idle.push({ host, socket })
    if (this.#idle.length > MOST_IDLE) this.#idle.shift().socket.destroy()
  }

  end() {
    for (const { socket } of this.#idle) socket.destroy()
  }
}

// Tunnels

async function openTunnel({ head, signal }, ports, tunnels) {
  const address = addressOf(`http://${head.target}`)
  if (!ports.includes(address.port)) throw new Failure(403)
  // Each side may end before the other.
  const socket = await open(address, { allowHalfOpen: true })
  const leave = () => socket.destroy()
  signal.addEventListener('abort', leave)
  if (signal.aborted) leave()
  const upgrade = async (duplex, rest) => {
    tunnels.add(duplex)
    socket.write(rest)
    await Promise.allSettled([pipeline(duplex, socket), pipeline(socket, duplex)])
    tunnels.delete(duplex)
  }
  return { status: 200, upgrade }
}

if (isProgram(import.meta)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      upstream: { type: 'string' },
      tunnel: { type: 'string', multiple: true, default: ['443'] },
      timeout: { type: 'string', default: '30000' },
    },
  })
  const { upstream, tunnel, timeout } = values
  const tunnelPorts = tunnel.map(Number)
  const { handler, end } = proxy({ upstream, tunnelPorts, timeout: Number(timeout) })
  const { accept, shutdown } = serving(handler)
  const server = createServer({ noDelay: true }, accept)
  endOnSignal(server, async () => {
    await shutdown()
    end()
  })
  console.log(`http://${await listen(server, positionals[0] ?? 8080)}/`)
}
