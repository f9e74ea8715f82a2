// Three requests at once on one connection, over ClientConnection and a plain socket:
// node examples/pipelining-client.mjs [port]
import { connect } from 'node:net'
import { ClientConnection } from 'httpwire'

const port = Number(process.argv[2] ?? 8080)
const connection = new ClientConnection({ pipelining: true })
const socket = connect(port, '127.0.0.1')

const headers = { Host: `127.0.0.1:${port}` }
for (const target of ['/1', '/2', '/3']) {
  const chunks = connection.sendMessage({ head: { method: 'GET', target, headers } })
  for (const chunk of chunks) socket.write(chunk)
}

function read() {
  for (const event of connection) {
    if (event.type === 'response') console.log(event.status, event.reason)
    if (event.type === 'data') process.stdout.write(event.bytes)
  }
  if (connection.responses === 'idle' || connection.mustClose) socket.end()
}

socket.on('data', (chunk) => {
  connection.receive(chunk)
  read()
})
socket.on('end', () => {
  connection.receiveEnd()
  try {
    read()
  } catch (error) {
    console.error(error.message)
    for (const { head, retryable } of connection.unanswered)
      console.error(head.target, { retryable })
  }
})
