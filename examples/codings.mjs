import { Fields, parse, serialize } from 'httpwire'
import { chooseCoding, decodeBody, describeContent, encodeBody } from 'httpwire/codings'

const page = Buffer.from('<p>Hello, hello, hello, hello, hello, hello!</p>\n')

/** Responds with the page in the coding that the client prefers. */
async function respond({ head }) {
  const coding = chooseCoding(head.headers.get('accept-encoding'), ['br', 'gzip'])
  if (coding === null) return serialize({ head: { status: 406 } })

  const codings = coding === 'identity' ? [] : [coding]
  const body = await encodeBody(page, codings)
  const headers = Fields.from({ 'Content-Type': 'text/html', ETag: '"v1"' })
  describeContent(headers, { codings, length: body.length })
  return serialize({ head: { status: 200, headers }, body })
}

const wire = Buffer.from('GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: gzip\r\n\r\n')
const [request] = parse(wire).messages
const [response] = parse(await respond(request)).messages

for (const [name, value] of response.head.headers) console.log(`${name}: ${value}`)
console.log(`${await decodeBody(response)}`)

// Mislabelled data is reported with an error code of its own.
try {
  await decodeBody({ head: response.head, body: page })
} catch (error) {
  console.log(`${error.code}: ${error.message}`)
}
