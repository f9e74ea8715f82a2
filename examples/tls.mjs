/**
 * The server of hello-server.mjs, over TLS.
 *
 *     openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost \
 *       -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem
 *     node examples/tls.mjs [port] [key.pem] [cert.pem]
 *
 * A TLS socket is served like any other stream.
 */

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:tls'
import { endOnSignal, listen, serving } from './serving.mjs'

const hello = ({ head }) => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: `Hello, ${head.target}!\n`,
})

const [port = 8443, key = 'key.pem', cert = 'cert.pem'] = process.argv.slice(2)
const { accept, shutdown } = serving(hello)
const server = createServer(
  // Tells clients that could also speak HTTP/2 to use HTTP/1.1.
  { key: await readFile(key), cert: await readFile(cert), ALPNProtocols: ['http/1.1'] },
  accept,
)
endOnSignal(server, shutdown)
console.log(`https://${await listen(server, port)}/`)
