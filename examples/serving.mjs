/**
 * What every server program does around `serveConnection`, whatever it serves: know its connections,
 * so that it can end them gracefully, and tell what goes wrong. The other examples use it.
 */

import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { serveConnection } from 'httpwire/node'

/**
 * `accept` is for createServer, be it of node:net or node:tls; `shutdown` lets each connection finish
 * the exchange that it is in, and settles when all have ended.
 */
export function serving(handler, options) {
  const connections = new Set()
  return {
    accept(socket) {
      const connection = serveConnection(socket, handler, { onError: report, ...options })
      connections.add(connection)
      connection.closed.then(() => connections.delete(connection))
    },
    async shutdown() {
      await Promise.all([...connections].map((connection) => connection.shutdown()))
    },
  }
}

/** Tells of what is wrong here; what clients do wrong has been answered, and is no news. */
export function report(error) {
  const theirs = error.side === 'remote' || ['ECONNRESET', 'EPIPE'].includes(error.code)
  if (!theirs) console.error(error)
}

/** Listens on this machine only: who wants the world to come in has to say so. Gives host and port. */
export async function listen(server, port) {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${server.address().port}`
}

/** Ends with grace at the first SIGINT or SIGTERM: no new connections, then `shutdown`. */
export function endOnSignal(server, shutdown) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    // Once: a second signal is for who does not want to wait, and ends the program at once.
    process.once(signal, () => {
      server.close()
      shutdown()
    })
  }
}

/** Whether the module is the program itself, not imported by another one. */
export function isProgram({ url }) {
  return process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href
}
