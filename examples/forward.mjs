import {
  Fields,
  RequestParser,
  RequestSerializer,
  ResponseParser,
  ResponseSerializer,
} from 'httpwire'

/** The head that a proxy forwards for the one it received (RFC 9110 s. 7.6). */
function forwarded(head) {
  // Content is forwarded as it is: a proxy that does not undo gzip must not drop its name.
  if (head.transferCodings.some((name) => name !== 'chunked')) throw new Error('501 or 502')
  const headers = Fields.from(head.headers).deleteHopByHop()
  // Transfer-Encoding applies to one connection only: the next message states its own framing.
  if (head.framing === 'chunked') headers.append('Transfer-Encoding', 'chunked')
  headers.append('Via', `${head.version} proxy.example`)
  if (head.type === 'response') return { type: 'response', status: head.status, headers }
  return { type: 'request', method: head.method, target: head.target, headers }
}

/** Forwards one direction: parses a chunk and returns what to send for it. */
function forward(chunk, parser, serializer, change) {
  const out = []
  for (const event of parser.push(Buffer.from(chunk))) {
    const isHead = event.type === 'request' || event.type === 'response'
    out.push(...serializer.write(isHead ? change(event) : event))
  }
  return Buffer.concat(out).toString()
}

const request =
  'HEAD /a HTTP/1.1\r\nhost:example.com\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\r\n'
const response =
  'HTTP/1.1 200\r\nServer:  demo\r\nContent-Length: 5, 5\r\nKeep-Alive: timeout=5\r\n\r\n'

// Canonical form, the safe way, removes spacing, folds and repetitions that others might read
// differently; `forwarded` removes what was for one connection only.
console.log(forward(request, new RequestParser(), new RequestSerializer(), forwarded))
console.log(
  forward(
    response,
    new ResponseParser().respondsTo('HEAD'),
    new ResponseSerializer().respondsTo('HEAD'),
    forwarded,
  ),
)

// Verbatim, for a program that only observes: every byte as it arrived.
const untouched = (head) => head
console.log(
  forward(request, new RequestParser(), new RequestSerializer({ verbatim: true }), untouched),
)
