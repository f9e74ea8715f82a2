// A whole server: node examples/hello-server.mjs [port]
import { createServer } from 'node:net'
import { serveConnection } from 'httpwire/node'

const headers = { 'Content-Type': 'text/plain' }
const hello = ({ head }) => ({ status: 200, headers, body: `Hello, ${head.target}!\n` })

const server = createServer((socket) => serveConnection(socket, hello))
server.listen(process.argv[2] ?? 8080, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})
