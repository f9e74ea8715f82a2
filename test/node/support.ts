/**
 * Servers on the loopback interface, clients that send exact bytes, and a pair of streams in memory. Each is
 * closed when the test that created it ends.
 */

import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import {
  type Handler,
  type ServedConnection,
  type ServeOptions,
  serveConnection,
} from '../../src/node.ts'

export const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

/** A GET request for `target`. */
export const get = (target: string) => GET.replace('/', target)

export const post = (body: string, ...fields: string[]) =>
  ['POST / HTTP/1.1', 'Host: a', `Content-Length: ${body.length}`, ...fields, '', body].join('\r\n')

export interface TestServer {
  readonly port: number
  readonly server: net.Server
  /** The connections, in the order in which they were accepted. */
  readonly served: ServedConnection[]
  readonly sockets: net.Socket[]
  /** The errors passed to onError. */
  readonly errors: unknown[]
}

/** Serves every connection to `path`, or to a free port. Sends no Date unless the options ask for it. */
export async function serve(
  handler: Handler,
  options: ServeOptions = {},
  path?: string,
): Promise<TestServer> {
  const served: ServedConnection[] = []
  const sockets: net.Socket[] = []
  const errors: unknown[] = []
  const server = net.createServer((socket) => {
    sockets.push(socket)
    const onError = (error: unknown) => errors.push(error)
    served.push(serveConnection(socket, handler, { date: false, onError, ...options }))
  })
  server.listen(path ?? { port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  onTestFinished(() => stop(server, sockets))
  const address = server.address()
  const { port } = typeof address === 'string' ? { port: 0 } : (address as AddressInfo)
  return { port, server, served, sockets, errors }
}

/** A server of plain sockets, which `onSocket` handles. Returns its port. */
export async function listen(onSocket: (socket: net.Socket) => void): Promise<number> {
  const sockets: net.Socket[] = []
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => stop(server, sockets))
  return (server.address() as AddressInfo).port
}

function stop(server: net.Server, sockets: net.Socket[]): void {
  for (const socket of sockets) socket.destroy()
  server.close()
}

export async function connect(
  port: number,
  options: Partial<net.TcpNetConnectOpts> = {},
): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.on('error', () => {})
  return socket
}

/** A client that sends given text, and collects what it receives. */
export class Talker {
  readonly socket: Duplex
  heard = ''
  /** Resolves when the other side has ended, or the stream has closed. */
  readonly ended: Promise<void>

  constructor(socket: Duplex) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.heard += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    this.ended = new Promise((resolve) => {
      socket.on('end', resolve)
      socket.on('close', resolve)
    })
  }

  say(text: string): this {
    this.socket.write(Buffer.from(text, 'latin1'))
    return this
  }

  end(text = ''): this {
    this.socket.end(Buffer.from(text, 'latin1'))
    return this
  }

  /** Waits until `part` has been received, then removes and returns everything up to its end. */
  async hear(part: string): Promise<string> {
    await until(
      () => this.heard.includes(part),
      () => `${part} in ${JSON.stringify(this.heard)}`,
    )
    const end = this.heard.indexOf(part) + part.length
    const heard = this.heard.slice(0, end)
    this.heard = this.heard.slice(end)
    return heard
  }

  /** Everything received and not yet removed, once the other side has ended. */
  async all(): Promise<string> {
    await this.ended
    return this.heard
  }
}

export async function talker(port: number): Promise<Talker> {
  return new Talker(await connect(port, { allowHalfOpen: true }))
}

/** Sends `wire`, ends this side, and returns everything received. */
export async function ask(port: number, wire: string): Promise<string> {
  const client = await talker(port)
  return client.end(wire).all()
}

/** Waits up to 5 seconds for `condition`. */
export async function until(
  condition: () => boolean,
  what: () => string = () => 'the condition',
): Promise<void> {
  const end = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what()}`)
    await sleep(2)
  }
}

/** Waits until `value` has not changed for 150 ms: the flow has stopped. Returns it. */
export async function settled(value: () => number): Promise<number> {
  for (;;) {
    const before = value()
    await sleep(150)
    if (value() === before) return before
  }
}

/** A promise, and the function that resolves it. */
export function deferred<T = void>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** Two streams in memory: bytes written to one are read from the other. */
export function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = []
  const waiting: ((() => void) | undefined)[] = [undefined, undefined]
  const make = (own: number, other: number) =>
    new Duplex({
      read() {
        const done = waiting[other]
        waiting[other] = undefined
        done?.()
      },
      write(chunk, _, done) {
        if (ends[other]?.push(chunk)) done()
        else waiting[own] = done
      },
      final(done) {
        ends[other]?.push(null)
        done()
      },
      destroy(error, done) {
        process.nextTick(() => ends[other]?.destroy())
        done(error)
      },
    })
  ends.push(make(0, 1), make(1, 0))
  onTestFinished(() => {
    for (const end of ends) end.destroy()
  })
  return ends as [Duplex, Duplex]
}
