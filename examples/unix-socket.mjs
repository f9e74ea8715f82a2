/**
 * HTTP between two programs on one machine, over a socket in the file system. It needs no port, and the
 * permissions of its file determine who may connect.
 *
 *     node examples/unix-socket.mjs serve hello.sock
 *     node examples/unix-socket.mjs get hello.sock /some/path
 *
 * To the library it is a stream like any other; only the file needs special care.
 */

import { once } from 'node:events'
import { unlink } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { requestOver } from 'httpwire/node'
import { endOnSignal, isProgram, serving } from './serving.mjs'

const hello = ({ head }) => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: `Hello, ${head.target}!\n`,
})

/** Serves on the socket file at `path`. */
export async function serve(path, handler = hello) {
  await removeStale(path)
  const { accept, shutdown } = serving(handler)
  const server = createServer(accept).listen(path)
  await once(server, 'listening')
  return { server, shutdown }
}

/** Removes the file that a crashed server left behind, on which connections are refused. */
async function removeStale(path) {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch (error) {
    if (error.code === 'ECONNREFUSED') await unlink(path)
  } finally {
    socket.destroy()
  }
}

/** Requests `target` over the socket file at `path`. */
export async function get(path, target) {
  const socket = connect(path)
  await once(socket, 'connect')
  // HTTP/1.1 requires a Host, although the socket has none.
  const headers = { Host: 'localhost', Connection: 'close' }
  const { head, body } = await requestOver(socket, { target, headers })
  return { status: head.status, text: await body.text() }
}

if (isProgram(import.meta)) {
  const [command, path, target = '/'] = process.argv.slice(2)
  if (command === 'serve') {
    const { server, shutdown } = await serve(path)
    endOnSignal(server, shutdown)
    console.log(path)
  } else {
    const { status, text } = await get(path, target)
    process.stdout.write(`${status}\n${text}`)
  }
}
