/**
 * Whole exchanges on one persistent connection: a GET comes in, a small text that depends on it goes
 * out. Node's http server and `serveConnection` are each on a Duplex in memory, and every request comes
 * in a turn of the event loop of its own, as from a socket; `ServerConnection` alone has neither
 * stream nor event loop, which is what it is for, so that row is not the same work.
 *
 * All send the same bytes, and are checked to: Node's is told to leave out Date, Connection and
 * Keep-Alive, `serveConnection` to leave out Date.
 */

import { createServer } from 'node:http'
import { Duplex } from 'node:stream'
import { tally } from './tally.mjs'

export const suite = 'connection'

const NODE = "Node's http server"
const VARIANTS = 64

const requests = Array.from({ length: VARIANTS }, (_, i) =>
  Buffer.from(
    `GET /api/items/${100 + i} HTTP/1.1\r\nHost: localhost:80${10 + i}\r\n` +
      `User-Agent: curl/7.88.${10 + i}\r\nAccept: */*\r\n\r\n`,
  ),
)

const hello = (target) => `Hello, ${target}!\n`

/** The client's side: sends a request when the response to the one before is there. */
class Client extends Duplex {
  #turn = 0
  #left = 0
  #awaited
  #received = 0
  #done = () => {}
  /** The bytes of the response at work. */
  response = []

  /** @param {number} awaited Bytes of a response; they are all of the same length. */
  constructor(awaited) {
    super()
    this.#awaited = awaited
  }

  exchange(times) {
    this.#left = times
    return new Promise((resolve) => {
      this.#done = resolve
      this.#send()
    })
  }

  #send() {
    this.#received = 0
    this.response = []
    this.push(requests[this.#turn++ % VARIANTS])
  }

  _read() {}

  _write(chunk, _encoding, callback) {
    this.#take(chunk)
    callback()
  }

  _writev(chunks, callback) {
    for (const { chunk } of chunks) this.#take(chunk)
    callback()
  }

  #take(chunk) {
    this.response.push(chunk)
    this.#received += chunk.length
    tally.bytes += chunk.length
    if (this.#received < this.#awaited) return
    if (--this.#left > 0) setImmediate(() => this.#send())
    else setImmediate(this.#done)
  }
}

function nodeServer(client) {
  const server = createServer((request, response) => {
    const body = hello(request.url)
    response.sendDate = false
    // It would say keep-alive, which HTTP/1.1 need not.
    response.removeHeader('Connection')
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length })
    response.end(body)
  })
  server.keepAliveTimeout = 0
  server.emit('connection', client)
}

function ourServer({ serveConnection }, client) {
  const handler = ({ head }) => ({
    status: 200,
    headers: { 'Content-Type': 'text/plain' },
    body: hello(head.target),
  })
  serveConnection(client, handler, { date: false })
}

/** Without streams: what comes in is pushed, what goes out is counted. */
function alone({ ServerConnection }) {
  const connection = new ServerConnection()
  let turn = 0
  const exchange = () => {
    connection.receive(requests[turn++ % VARIANTS])
    const { target } = connection.read()
    if (connection.read().type !== 'end') throw new Error('the request did not end')
    return connection.sendMessage({
      head: { status: 200, headers: { 'Content-Type': 'text/plain' } },
      body: hello(target),
    })
  }
  return {
    exchange,
    run: () => {
      for (const chunk of exchange()) tally.bytes += chunk.length
    },
  }
}

/**
 * Serves a client, has one exchange, and gives what goes on with them; or why that cannot be.
 *
 * @param {Buffer} expected The first response.
 */
async function overDuplex(name, expected, serve) {
  const client = new Client(expected.length)
  try {
    await serve(client)
    await within(1_000, client.exchange(1))
    const sent = Buffer.concat(client.response)
    // Deno's http answers once over a Duplex, and then no more.
    await within(1_000, client.exchange(VARIANTS - 1))
    if (!sent.equals(expected))
      throw new Error(`it sends ${JSON.stringify(sent.toString('latin1'))}`)
    return {
      name,
      mode: 'on a Duplex',
      runMany: (times) => client.exchange(times),
      close: () => client.destroy(),
    }
  } catch (error) {
    return { name, why: error.message }
  }
}

function within(milliseconds, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('no whole response over a Duplex')),
      milliseconds,
    )
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

export async function prepare({ wire, node }) {
  const { exchange, run } = alone(wire)
  const expected = Buffer.concat(exchange())
  const sides = [
    await overDuplex('httpwire', expected, (client) => ourServer(node, client)),
    { name: 'httpwire', mode: 'ServerConnection alone', run },
    await overDuplex(NODE, expected, nodeServer),
  ]
  return [
    {
      suite,
      name: 'GET and a small text',
      about: 'one exchange at a time on a persistent connection',
      bytes: requests[0].length,
      messages: 1,
      unit: 1,
      reference: NODE,
      contestants: sides.filter(({ why }) => why === undefined),
      leftOut: sides.filter(({ why }) => why !== undefined),
      close: () => {
        for (const { close } of sides) close?.()
      },
    },
  ]
}
