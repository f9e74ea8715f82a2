/**
 * What every server program does around `serveConnection`: it keeps track of its connections, so that it
 * can end them gracefully, and reports errors. The other examples use it.
 */

import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { serveConnection } from 'httpwire/node'

/**
 * `accept` is a listener for createServer of node:net or node:tls. `shutdown` lets each connection
 * finish its current exchange, and resolves when all have ended.
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

const CONNECTION_ERRORS = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT']

/** Logs errors of this program, but not those of clients, which have been answered already. */
export function report(error) {
  const theirs = error.side === 'remote' || CONNECTION_ERRORS.includes(error.code)
  if (!theirs) console.error(error)
}

/** Listens on this machine only: wider access must be a deliberate choice. Returns host and port. */
export async function listen(server, port) {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${server.address().port}`
}

/** Shuts down gracefully on the first SIGINT or SIGTERM: no new connections, then `shutdown`. */
export function endOnSignal(server, shutdown) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    // Only once, so that a second signal ends the program immediately.
    process.once(signal, () => {
      server.close()
      shutdown()
    })
  }
}

/** Whether the module is the program itself, rather than imported by another one. */
export function isProgram({ url }) {
  return process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href
}
