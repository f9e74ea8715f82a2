import { RequestParser } from 'httpwire'

const wire = 'POST /items HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\n\r\nhello'

const parser = new RequestParser()
for (const event of parser.push(new TextEncoder().encode(wire))) {
  if (event.type === 'request') console.log(event.method, event.target, event.headers.get('host'))
  if (event.type === 'data') console.log(`${event.bytes.length} bytes of body`)
  if (event.type === 'end') console.log('complete')
}
