import { RequestSerializer, serialize } from 'httpwire'

const show = (bytes) => process.stdout.write(`${Buffer.from(bytes)}\n\n`)

// A whole message. Content-Length is computed and added.
const headers = { 'Content-Type': 'text/plain' }
show(serialize({ head: { status: 200, headers }, body: 'hello' }))

// A stream: each event gives the chunks to send, in order. Content passes by reference.
const serializer = new RequestSerializer()
const events = [
  {
    type: 'request',
    method: 'POST',
    target: '/upload',
    headers: { Host: 'example.com', 'Transfer-Encoding': 'chunked', Trailer: 'Content-Digest' },
  },
  { type: 'data', bytes: Buffer.from('first part, ') },
  { type: 'data', bytes: 'second part' },
  { type: 'end', trailers: { 'Content-Digest': 'sha-256=:...:' } },
]
show(Buffer.concat(events.flatMap((event) => serializer.write(event))))

// What a strict parser would refuse is refused before a byte of it leaves.
try {
  serialize({ head: { status: 302, headers: { Location: '/\r\nSet-Cookie: admin=1' } } })
} catch (error) {
  console.log(`${error.code}: ${error.message}`)
}
