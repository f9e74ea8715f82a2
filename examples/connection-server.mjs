// A server on ServerConnection, without httpwire/node: any transport will do, here a plain socket:
// node examples/connection-server.mjs [port]
import { createServer } from 'node:net'
import { HttpError, ServerConnection } from 'httpwire'

function serve(socket) {
  const connection = new ServerConnection()
  const write = (chunks) => {
    for (const chunk of chunks) socket.write(chunk)
  }

  function answer() {
    try {
      for (const event of connection) {
        if (connection.awaitsContinue) write(connection.send({ type: 'response', status: 100 }))
        if (event.type !== 'end') continue
        const body = `Hello, ${connection.request.target}!\n`
        write(connection.sendMessage({ head: { status: 200 }, body }))
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      // The request broke a rule: its sender is told which, unless a response has begun.
      const head = { status: error.status, headers: { 'Content-Type': 'text/plain' } }
      const body = `${error.message}\n`
      if (connection.responses === 'due') write(connection.sendMessage({ head, body }))
    }
    if (connection.mustClose) socket.end()
  }

  socket.on('data', (chunk) => {
    connection.receive(chunk)
    answer()
  })
  socket.on('end', () => {
    connection.receiveEnd()
    answer()
  })
  socket.on('error', () => socket.destroy())
}

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(process.argv[2] ?? 8080, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})
