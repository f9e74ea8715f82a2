/**
 * The inputs of the benchmarks: typical shapes of messages, and the captured corpus.
 *
 * A workload has several variants of the same messages: lists of chunks, each in its own Buffer. Values
 * differ between variants, except those of framing fields. Variants take turns, so that nothing can be
 * cached by content or by the identity of a chunk.
 */

import { loadCaptures, loadConnection, loadHead } from '../test/fixtures/captures/load-captures.mjs'

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} about Where the bytes come from.
 * @property {'request' | 'response'} kind
 * @property {Buffer[][][]} variants For each variant its connections, for each of those its chunks.
 * @property {boolean} reset Whether each connection begins with a new or reset parser; otherwise all
 *   variants are one connection.
 * @property {number} messages The number of messages in one variant.
 * @property {number} bytes The number of bytes in one variant.
 */

/** Numbers of variants: many of small messages, few of large bodies, which no parser looks into. */
const MANY = 64
const FEW = 8

const CRLF = '\r\n'
const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection'])

const lines = (...lines) => lines.join(CRLF) + CRLF + CRLF
const text = (bytes) => Buffer.from(bytes).toString('latin1')

/** The same head, with a target and values that end in two digits of this variant. */
function vary(head, variant) {
  const digits = String(10 + (variant % 90))
  const end = (text) => text.slice(0, -2) + digits.slice(-Math.min(2, text.length))
  const [startLine, ...fields] = head.slice(0, -2 * CRLF.length).split(CRLF)
  const request = / HTTP\/1\.1$/.exec(startLine)
  return lines(
    request === null
      ? startLine
      : `${end(startLine.slice(0, request.index))}${startLine.slice(request.index)}`,
    ...fields.map((line) => {
      const colon = line.indexOf(': ')
      const name = line.slice(0, colon)
      return FRAMING.has(name.toLowerCase()) ? line : `${name}: ${end(line.slice(colon + 2))}`
    }),
  )
}

/** The same head, with names that end in two digits of this variant, except framing fields and Host. */
function renameFields(head, variant) {
  return head.replaceAll(/^([A-Za-z-]+): /gm, (line, name) =>
    FRAMING.has(name.toLowerCase()) || name === 'Host'
      ? line
      : `${name.slice(0, -2)}${10 + (variant % 90)}: `,
  )
}

function cutIn(bytes, size) {
  const chunks = []
  for (let at = 0; at < bytes.length; at += size) chunks.push(copy(bytes.subarray(at, at + size)))
  return chunks
}

/** A copy in its own memory, as if from a socket; the buffer pool would put several into one. */
const copy = (bytes) => Buffer.from(new Uint8Array(bytes).buffer)

/**
 * @param {(variant: number) => Buffer[]} chunksOf
 * @returns {Workload}
 */
function shape(name, kind, about, chunksOf, { variants = MANY, messages = 1 } = {}) {
  const all = Array.from({ length: variants }, (_, i) => [chunksOf(i).map(copy)])
  const bytes = all[0][0].reduce((sum, chunk) => sum + chunk.length, 0)
  return { name, about, kind, variants: all, reset: false, messages, bytes }
}

export function shapes() {
  const tiny = lines('GET /docs/12.html HTTP/1.1', 'Host: example.com')
  const curl = lines(
    'GET /api/items HTTP/1.1',
    'Host: localhost:8080',
    'User-Agent: curl/7.88.1',
    'Accept: */*',
  )
  const browser = browserRequest()
  const json = JSON.stringify({ items: 'x'.repeat(1_012) })
  const post = lines(
    'POST /v1/items HTTP/1.1',
    'Host: localhost:8080',
    'Content-Type: application/json',
    `Content-Length: ${json.length}`,
  )
  const response = lines(
    'HTTP/1.1 200 OK',
    'Server: nginx/1.22.1',
    'Date: Sat, 21 Nov 2026 02:00:00 GMT',
    'Content-Type: text/html; charset=utf-8',
    'Content-Length: 0',
    'Last-Modified: Fri, 20 Nov 2026 10:12:48 GMT',
    'Connection: keep-alive',
    'ETag: "6560a1b0-264-gzip"',
    'Cache-Control: public, max-age=86400, must-revalidate',
    'Vary: Accept-Encoding, Origin',
    'X-Frame-Options: SAMEORIGIN',
    'Strict-Transport-Security: max-age=31536000; includeSubDomains',
    'Accept-Ranges: bytes',
  )
  const chunkedHead = lines(
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain; charset=utf-8',
    'Transfer-Encoding: chunked',
  )
  const chunk = `1000${CRLF}${'x'.repeat(4_096)}${CRLF}`
  const chunkedBody = `${chunk.repeat(16)}0${CRLF}${CRLF}`
  const upload = lines(
    'PUT /v1/images/12 HTTP/1.1',
    'Host: localhost:8080',
    'Content-Type: application/octet-stream',
    `Content-Length: ${2 ** 20}`,
  )
  const of = (text) => Buffer.from(text, 'latin1')
  return [
    shape('tiny GET', 'request', 'typed by hand', (i) => [of(vary(tiny, i))]),
    shape('curl GET', 'request', 'as curl sends it', (i) => [of(vary(curl, i))]),
    shape('browser request', 'request', BROWSER, (i) => [of(vary(browser, i))]),
    shape(
      'browser request, odd names',
      'request',
      'the same, with names that differ from message to message, all but Host and Connection',
      (i) => [of(renameFields(vary(browser, i), i))],
    ),
    shape('POST with 1 kB', 'request', 'typed by hand', (i) => [of(vary(post, i) + json)]),
    shape('response, 12 fields', 'response', 'typed by hand', (i) => [of(vary(response, i))]),
    shape(
      'chunked, 16 x 4 kB',
      'response',
      'typed by hand; in one read',
      (i) => [of(vary(chunkedHead, i) + chunkedBody)],
      { variants: FEW },
    ),
    shape(
      '16 pipelined GETs',
      'request',
      'the tiny GET, each with other values; in one read',
      (i) => [of(Array.from({ length: 16 }, (_, j) => vary(tiny, i * 16 + j)).join(''))],
      { messages: 16 },
    ),
    shape('browser request in two', 'request', 'cut in the middle', (i) => {
      const bytes = of(vary(browser, i))
      return cutIn(bytes, bytes.length >> 1)
    }),
    // Few variants, since the chunks of many would not fit into the processor's cache.
    shape('curl GET byte by byte', 'request', '', (i) => cutIn(of(vary(curl, i)), 1), {
      variants: FEW,
    }),
    shape(
      '1 MB in 64 kB reads',
      'request',
      'PUT with Content-Length; the head in a read of its own',
      (i) => [of(vary(upload, i)), ...cutIn(Buffer.alloc(2 ** 20, i), 2 ** 16)],
      { variants: FEW },
    ),
  ]
}

const BROWSER =
  "captured: Chromium's request for a page, with the Referer of its next request and a Cookie of " +
  'pairs from two other captures'

/**
 * 16 fields, 978 bytes, combined from several captures: over loopback only the cookie scenario has
 * cookies, and the heads that browsers sent have up to 849 bytes, or 4 kB.
 */
function browserRequest() {
  const [page, next] = text(loadConnection('chromium/get').request).split(CRLF + CRLF)
  const seed = (file) => text(loadHead(file).bytes)
  const find = (pattern, within) => pattern.exec(within)[0]
  const referer = find(/^Referer: [^\r]*/m, next)
  const cookie = find(/^Cookie: [^\r]*/m, seed('001-baidu-request.http'))
  const pair = find(/FP_UID=[^;]*/, seed('000-zhidao-baidu-request.http'))
  return lines(page, referer, `${cookie}; ${pair}`)
}

/**
 * The sample of the corpus: every HTTP/1.1 connection of these scenarios, in the reads in which it
 * arrived from the socket. In these scenarios the messages alone determine where they end (no HEAD,
 * CONNECT or Upgrade, no end of the connection), since not every contestant can be given outside
 * context, and nothing breaks a rule. HTTP/1.0 is excluded because milo refuses it; `utf8-values`,
 * because http-parser-js does: it reads a byte 0x8D as a CR.
 */
const SCENARIOS = new Set([
  'cookies',
  'delete',
  'get',
  'gzip-chunked',
  'gzip-length',
  'keep-alive',
  'large',
  'not-found',
  'patch',
  'post-empty',
  'post-form',
  'post-json',
  'post-multipart',
  'put',
  'redirect',
  'server-error',
  'status-204',
  'upload-chunked',
])

/** @returns {Workload[]} */
export function corpus(wire) {
  const connections = loadCaptures().connections.filter(({ scenario }) => SCENARIOS.has(scenario))
  return ['request', 'response'].map((kind) => {
    const sample = []
    let messages = 0
    let bytes = 0
    for (const one of connections) {
      const count = one[kind] ? countMessages(wire, kind, one[kind]) : 0
      if (count === 0) continue
      sample.push(one)
      messages += count
      bytes += one[kind].length
    }
    return {
      name: `captured ${kind}s`,
      about: `${messages} messages on ${sample.length} connections, each with a parser made or set up anew; times are for one message`,
      kind,
      variants: Array.from({ length: FEW / 2 }, () => sample.map((one) => reads(one, kind))),
      reset: true,
      messages,
      bytes,
    }
  })
}

/** The number of messages; 0 to leave out another version, or a body that ends with the connection. */
function countMessages(wire, kind, bytes) {
  const { ok, messages, rest } = wire.safeParse(bytes, { kind })
  const fits = ({ head }) => head.version === '1.1' && head.framing !== 'until-close'
  return ok && rest.length === 0 && messages.every(fits) ? messages.length : 0
}

/** One direction of a connection, in the reads in which it was recorded. */
function reads(connection, kind) {
  const from = kind === 'request' ? 'client' : 'server'
  const chunks = []
  let at = 0
  for (const [side, length] of connection.reads) {
    if (side !== from) continue
    chunks.push(copy(connection[kind].subarray(at, at + length)))
    at += length
  }
  if (at !== connection[kind].length) throw new Error(`${connection.id}: its reads do not add up`)
  return chunks
}
