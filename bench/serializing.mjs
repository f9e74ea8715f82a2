/**
 * The serializer against what people use: a template string converted to a Buffer, which checks nothing;
 * and the head of Node's ServerResponse, which checks the characters of names and values.
 *
 * All get the same names and values, as variables, and are checked to write the same bytes. Each head
 * differs from the one before in every value except those of framing fields.
 */

import { ServerResponse } from 'node:http'
import { tally } from './tally.mjs'

export const suite = 'serializer'

const TEMPLATE = 'template string'
const NODE = "Node's ServerResponse"
const HEADS = 64
const FRAMING = new Set(['Content-Length', 'Connection'])
const END = { type: 'end' }

const RESPONSE = [
  ['Server', 'nginx/1.22.1'],
  ['Date', 'Sat, 21 Nov 2026 02:00:00 GMT'],
  ['Content-Type', 'text/html; charset=utf-8'],
  ['Content-Length', '0'],
  ['Last-Modified', 'Fri, 20 Nov 2026 10:12:48 GMT'],
  ['Connection', 'keep-alive'],
  ['ETag', '"6560a1b0-264"'],
  ['Cache-Control', 'public, max-age=900, must-revalidate'],
  ['Vary', 'Accept-Encoding'],
  ['X-Frame-Options', 'SAMEORIGIN'],
  ['Strict-Transport-Security', 'max-age=172800'],
  ['Accept-Ranges', 'bytes'],
]

const REQUEST = [
  ['Host', 'localhost:8080'],
  ['User-Agent', 'curl/7.88.1'],
  ['Accept', '*/*'],
  ['Authorization', 'Bearer 4f5a1b0c9d8e7f60'],
]

/** The same text as a flat string, not a rope of its parts. */
const flat = (text) => Buffer.from(text, 'latin1').toString('latin1')

const vary = (pairs) =>
  Array.from({ length: HEADS }, (_, i) =>
    pairs.map(([name, value]) => [
      name,
      FRAMING.has(name) ? value : flat(value.slice(0, -2) + (10 + i)),
    ]),
  )

/** A function that writes the next of `items` at each call, and counts its bytes. */
function inTurn(items, write) {
  let turn = 0
  return () => {
    tally.bytes += write(items[turn++ % items.length]).length
  }
}

/** Like {@link inTurn}, for a `write` that returns a list of chunks. */
function chunksInTurn(items, write) {
  let turn = 0
  return () => {
    for (const chunk of write(items[turn++ % items.length])) tally.bytes += chunk.length
  }
}

export function prepare({ wire }) {
  return [responseHead(wire), requestHead(wire), wholeResponse(wire), chunkedBody(wire)].map(
    ({ name, about, outputs, contestants }) => {
      const [right, ...others] = outputs.map((chunks) => Buffer.concat(chunks()))
      if (others.some((bytes) => !bytes.equals(right))) {
        throw new Error(`${name}: the sides do not write the same bytes`)
      }
      return {
        suite,
        name,
        about,
        bytes: right.length,
        messages: 1,
        unit: 1,
        reference: TEMPLATE,
        contestants: contestants.filter(({ run }) => run !== undefined),
        leftOut: contestants
          .filter(({ run }) => run === undefined)
          .map(({ name }) => ({
            name,
            why: 'its output is not available without a socket in this runtime',
          })),
      }
    },
  )
}

function templateHead(startLine, pairs) {
  let text = `${startLine}\r\n`
  for (const [name, value] of pairs) text += `${name}: ${value}\r\n`
  return Buffer.from(`${text}\r\n`, 'latin1')
}

/** What `http.createServer` does for each response to get the bytes of its head. */
function nodeHead(headers) {
  const response = new ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 })
  response.sendDate = false
  response.writeHead(200, headers)
  // Node passes the head to the socket as a string, which is then encoded like this.
  return Buffer.from(response._header, 'latin1')
}

/** The contestant's `run`; `undefined` if this runtime's ServerResponse works differently. */
function nodeRun(objects, expected) {
  try {
    return nodeHead(objects[0]).equals(expected) ? inTurn(objects, nodeHead) : undefined
  } catch {
    return undefined
  }
}

function responseHead(wire) {
  const heads = vary(RESPONSE)
  const status = 'HTTP/1.1 200 OK'
  const head = (headers) => ({ type: 'response', status: 200, reason: 'OK', headers })
  const template = (pairs) => templateHead(status, pairs)
  const objects = heads.map(Object.fromEntries)
  const parsed = heads.map((pairs) => new wire.ResponseParser().push(template(pairs)).read())
  const made = heads.map((pairs) => head(wire.Fields.from(pairs)))
  const serialize = (heads, options) => {
    const serializer = new wire.ResponseSerializer(options)
    return chunksInTurn(heads, (head) => {
      const chunks = serializer.write(head)
      serializer.write(END)
      return chunks
    })
  }
  const ours = (mode, heads, options) => ({
    name: 'httpwire',
    mode,
    run: serialize(heads, options),
  })
  const write = (head, options) => () => new wire.ResponseSerializer(options).write(head)
  return {
    name: 'response head, 12 fields',
    about: 'one after the other on one connection',
    outputs: [
      () => [template(heads[0])],
      write(head(heads[0])),
      write(head(objects[0])),
      write(made[0]),
      write(parsed[0]),
      write(parsed[0], { verbatim: true }),
    ],
    contestants: [
      ours('Fields made before', made),
      ours('an array of pairs', heads.map(head)),
      ours('an object', objects.map(head)),
      ours('parsed, canonical', parsed),
      ours('parsed, verbatim', parsed, { verbatim: true }),
      { name: TEMPLATE, mode: 'checks nothing', run: inTurn(heads, template) },
      { name: NODE, mode: 'an object', run: nodeRun(objects, template(heads[0])) },
    ],
  }
}

function requestHead(wire) {
  const heads = vary(REQUEST).map((headers, i) => ({
    type: 'request',
    method: 'GET',
    target: flat(`/api/items/${100 + i}`),
    headers,
  }))
  const template = ({ method, target, headers }) =>
    templateHead(`${method} ${target} HTTP/1.1`, headers)
  const made = heads.map((head) => ({ ...head, headers: wire.Fields.from(head.headers) }))
  const serialize = (heads) => {
    const serializer = new wire.RequestSerializer()
    return chunksInTurn(heads, (head) => {
      const chunks = serializer.write(head)
      serializer.write(END)
      return chunks
    })
  }
  return {
    name: 'request head, 4 fields',
    about: 'one after the other on one connection',
    outputs: [() => [template(heads[0])], () => new wire.RequestSerializer().write(heads[0])],
    contestants: [
      { name: 'httpwire', mode: 'Fields made before', run: serialize(made) },
      { name: 'httpwire', mode: 'an array of pairs', run: serialize(heads) },
      { name: TEMPLATE, mode: 'checks nothing', run: inTurn(heads, template) },
    ],
  }
}

function wholeResponse(wire) {
  const messages = Array.from({ length: HEADS }, (_, i) => ({
    head: { status: 200, headers: { 'Content-Type': flat(`text/plain; v=${10 + i}`) } },
    body: flat(`Hello, visitor ${100 + i}!\n`),
  }))
  const template = ({ head, body }) =>
    Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: ${head.headers['Content-Type']}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  return {
    name: 'whole response, small text',
    about: 'serialize(message)',
    outputs: [() => [template(messages[0])], () => [wire.serialize(messages[0])]],
    contestants: [
      { name: 'httpwire', mode: 'an object', run: inTurn(messages, wire.serialize) },
      { name: TEMPLATE, mode: 'checks nothing', run: inTurn(messages, template) },
    ],
  }
}

function chunkedBody(wire) {
  const head = {
    type: 'response',
    status: 200,
    reason: 'OK',
    headers: { 'Transfer-Encoding': 'chunked' },
  }
  const bodies = Array.from({ length: 8 }, (_, i) =>
    Array.from({ length: 16 }, (_, j) => Buffer.alloc(4_096 - i, 65 + j)),
  )
  const startLine = 'HTTP/1.1 200 OK'
  const template = (pieces) => {
    const chunks = [templateHead(startLine, Object.entries(head.headers))]
    for (const piece of pieces) {
      chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`, 'latin1'), piece, CRLF)
    }
    chunks.push(LAST)
    return chunks
  }
  const serializer = new wire.ResponseSerializer()
  const write = (pieces) => {
    const chunks = serializer.write(head)
    for (const bytes of pieces) chunks.push(...serializer.write({ type: 'data', bytes }))
    chunks.push(...serializer.write(END))
    return chunks
  }
  return {
    name: 'chunked response, 16 x 4 kB',
    about: 'head, pieces by reference, end',
    outputs: [() => template(bodies[0]), () => write(bodies[0])],
    contestants: [
      { name: 'httpwire', mode: 'an object', run: chunksInTurn(bodies, write) },
      { name: TEMPLATE, mode: 'checks nothing', run: chunksInTurn(bodies, template) },
    ],
  }
}

const CRLF = Buffer.from('\r\n')
const LAST = Buffer.from('0\r\n\r\n')
