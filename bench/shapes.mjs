/**
 * The inputs of the benchmarks: what section 4 of the design measured.
 *
 * The browser's request and the response are captured; the others are as the program that they are
 * named for sends them.
 */

import { loadHead } from '../test/fixtures/captures/load-captures.mjs'

const fixture = (name) => Buffer.from(loadHead(name).bytes)

const lines = (...lines) => `${lines.join('\r\n')}\r\n\r\n`

export function shapes() {
  const tiny = Buffer.from(lines('GET /index.html HTTP/1.1', 'Host: example.com'))
  const curl = Buffer.from(
    lines(
      'GET /v1/items HTTP/1.1',
      'Host: localhost:8080',
      'User-Agent: curl/7.88.1',
      'Accept: */*',
    ),
  )
  const json = JSON.stringify({ items: 'x'.repeat(1_010) })
  const post = Buffer.from(
    lines(
      'POST /v1/items HTTP/1.1',
      'Host: localhost:8080',
      'Content-Type: application/json',
      `Content-Length: ${json.length}`,
    ) + json,
  )
  const chunk = Buffer.alloc(4_096, 'x')
  const chunked = Buffer.concat([
    Buffer.from(lines('HTTP/1.1 200 OK', 'Content-Type: text/plain', 'Transfer-Encoding: chunked')),
    ...Array.from({ length: 16 }, () => [
      Buffer.from('1000\r\n'),
      chunk,
      Buffer.from('\r\n'),
    ]).flat(),
    Buffer.from('0\r\n\r\n'),
  ])
  const browser = fixture('001-baidu-request.http')
  const response = Buffer.from(
    lines(
      'HTTP/1.1 200 OK',
      'Server: nginx/1.22.1',
      'Date: Sat, 21 Nov 2026 02:00:00 GMT',
      'Content-Type: text/html; charset=utf-8',
      'Content-Length: 0',
      'Last-Modified: Fri, 20 Nov 2026 10:12:48 GMT',
      'Connection: keep-alive',
      'ETag: "6560a1b0-264"',
      'Cache-Control: public, max-age=900, must-revalidate',
      'Vary: Accept-Encoding',
      'X-Frame-Options: SAMEORIGIN',
      'Strict-Transport-Security: max-age=172800',
      'Accept-Ranges: bytes',
    ),
  )
  return [
    { name: 'tiny GET', kind: 'request', chunks: [tiny] },
    { name: 'curl GET', kind: 'request', chunks: [curl] },
    { name: 'browser request', kind: 'request', chunks: [browser] },
    {
      name: 'browser request in two',
      kind: 'request',
      chunks: [browser.subarray(0, 300), browser.subarray(300)],
    },
    { name: 'POST with 1 kB', kind: 'request', chunks: [post] },
    { name: 'response, 12 fields', kind: 'response', chunks: [response] },
    { name: 'chunked, 16 x 4 kB', kind: 'response', chunks: [chunked] },
    { name: '16 pipelined GETs', kind: 'request', chunks: [Buffer.concat(Array(16).fill(tiny))] },
    {
      name: 'curl GET byte by byte',
      kind: 'request',
      chunks: [...curl].map((byte) => Buffer.from([byte])),
    },
  ]
}
