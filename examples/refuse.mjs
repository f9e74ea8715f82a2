import { RequestParser } from 'httpwire'

// Two lengths for one body, on which two programs may disagree: request smuggling (CL.TE).
const wire = `POST / HTTP/1.1\r
Host: example.com\r
Content-Length: 6\r
Transfer-Encoding: chunked\r
\r
0\r
\r
G`

try {
  new RequestParser().push(Buffer.from(wire)).read()
} catch (error) {
  console.log(`${error.code} at byte ${error.offset} (${error.rfc}): answer ${error.status}`)
}
