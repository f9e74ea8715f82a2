/**
 * The parser against Node's own, in one process, in interleaved rounds. Prints nanoseconds for one
 * message and the ratio; machines are noisy, ratios of one run are what counts.
 *
 *   npm run bench
 *
 * Both sides are given the same bytes and keep one parser for all messages, as on one connection.
 * "on demand": heads, framing and body, no strings asked for. "all": every name and value as a
 * string, which Node's parser always makes.
 */

import { createRequire } from 'node:module'
import { RequestParser, ResponseParser } from '../dist/index.js'
import { measure } from './measure.mjs'
import { shapes } from './shapes.mjs'

const { HTTPParser } = createRequire(import.meta.url)('_http_common')

/** Keeps results alive, so that no engine may leave the work out. */
let sink = 0

const makeParser = (kind) => (kind === 'request' ? new RequestParser() : new ResponseParser())

function onDemand({ kind, chunks }) {
  const parser = makeParser(kind)
  return () => {
    for (const chunk of chunks) {
      parser.push(chunk)
      for (let event = parser.read(); event !== null; event = parser.read()) {
        sink += event.type === 'data' ? event.bytes.length : 1
      }
    }
  }
}

function allStrings({ kind, chunks }) {
  const parser = makeParser(kind)
  return () => {
    for (const chunk of chunks) {
      parser.push(chunk)
      for (let event = parser.read(); event !== null; event = parser.read()) {
        if (event.type === 'data') sink += event.bytes.length
        else if (event.type === 'request') sink += event.method.length + event.target.length
        else if (event.type === 'response') sink += event.status + event.reason.length
        if (event.headers !== undefined) sink += event.headers.raw().length
      }
    }
  }
}

function nodes({ kind, chunks }) {
  const parser = new HTTPParser()
  const type = kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE
  const ready = () => {
    parser.initialize(type, {})
    parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, headers, method, url, status) => {
      sink += major + minor + (headers?.length ?? 0) + (url?.length ?? 0) + (status ?? method)
      return 0
    }
    parser[HTTPParser.kOnHeaders | 0] = (headers) => {
      sink += headers.length
    }
    parser[HTTPParser.kOnBody | 0] = (body) => {
      sink += body.length
    }
    parser[HTTPParser.kOnMessageComplete | 0] = () => {
      sink++
    }
  }
  ready()
  return () => {
    for (const chunk of chunks) {
      const result = parser.execute(chunk)
      if (typeof result !== 'number') throw result
    }
  }
}

const rows = []
for (const shape of shapes()) {
  const contestants = { node: nodes(shape), demand: onDemand(shape), all: allStrings(shape) }
  const { ns, noise } = measure(shape.name, contestants)
  rows.push({
    input: shape.name,
    bytes: shape.chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    'node ns': Math.round(ns.node),
    'on demand ns': Math.round(ns.demand),
    'all ns': Math.round(ns.all),
    'times as fast, on demand': Number((ns.node / ns.demand).toFixed(2)),
    'all strings': Number((ns.node / ns.all).toFixed(2)),
    noise,
  })
}
console.log(`node ${process.version}, ${process.arch}`)
console.table(rows)
if (sink === 0) throw new Error('nothing was parsed')
