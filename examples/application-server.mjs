/**
 * A server that runs an application, here the notebook of application.mjs.
 *
 *     node examples/application-server.mjs [port]
 *
 * Only `run` depends on both the server and the application.
 */

import { createServer } from 'node:net'
import { notebook } from './application.mjs'
import { endOnSignal, isProgram, listen, report, serving } from './serving.mjs'

/** A handler for `serveConnection` that calls an application. */
export function run(application) {
  return ({ head, body }) => {
    // Not `new URL(target, base)`, where a target that begins with // would name a host.
    const url = head.targetForm === 'origin' ? `http://localhost${head.target}` : head.target
    if (!URL.canParse(url)) return { status: 400 }
    const { pathname, searchParams } = new URL(url)
    const { method } = head
    const headers = new Headers([...head.headers])
    return application({ method, path: pathname, query: searchParams, headers, body })
  }
}

if (isProgram(import.meta)) {
  const { accept, shutdown } = serving(run(notebook({ log: console.log, report })))
  const server = createServer({ noDelay: true }, accept)
  endOnSignal(server, shutdown)
  console.log(`http://${await listen(server, process.argv[2] ?? 8080)}/`)
}
