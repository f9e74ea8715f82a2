// A whole client: node examples/hello-client.mjs [port] [host]
import { connect } from 'node:net'
import { requestOver } from 'httpwire/node'

const [port = 8080, host = '127.0.0.1'] = process.argv.slice(2)
const socket = connect(port, host)

const headers = { Host: `${host}:${port}` }
const { head, body } = await requestOver(socket, { target: '/', headers })
console.log(head.status, await body.text())
socket.end()
