/**
 * Whole exchanges on one persistent connection: a GET arrives, a small text that depends on it is sent.
 * Node's http server and `serveConnection` each run on a Duplex in memory, and every request arrives in
 * its own turn of the event loop, as from a socket. `ServerConnection` alone uses neither stream nor
 * event loop, by design, so its row is not the same work.
 *
 * All must send the same bytes, which is checked: Node's server is configured to omit Date, Connection
 * and Keep-Alive, `serveConnection` to omit Date.
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

/** The client's side: sends each request when the response to the previous one has arrived. */
class Client extends Duplex {
  #turn = 0
  #left = 0
  #awaited
  #received = 0
  #done = () => {}
  /** The chunks of the current response. */
  response = []

  /** @param {number} awaited The length of each response in bytes. */
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
    // Node would add `Connection: keep-alive`, which is redundant in HTTP/1.1.
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

/** Without streams: received bytes are pushed, sent bytes are counted. */
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
 * Serves a client, checks a round of exchanges, and returns the contestant; or why it is left out.
 *
 * @param {Buffer} expected The first response.
 */
async function overDuplex(name, expected, serve) {
  const client = new Client(expected.length)
  try {
    await serve(client)
    await within(1_000, client.exchange(1))
    const sent = Buffer.concat(client.response)
    // Deno's http answers only the first request over a Duplex.
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
