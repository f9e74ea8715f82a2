/**
 * Writing the head of a response with twelve fields, against a template string that is turned into a
 * Buffer and checks nothing.
 *
 *   npm run bench
 *
 * Both sides are given the same names and values, as variables; what is written is the same, byte for
 * byte. "parsed" is a head that was read, written anew in canonical form; "verbatim" the same, as it
 * came.
 */

import { Fields, ResponseParser, ResponseSerializer } from '../dist/index.js'
import { measure } from './measure.mjs'

const pairs = [
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

/** As many heads as differ from each other in every value; no side is given the same one twice in a row. */
const HEADS = 64
const flat = (text) => Buffer.from(text, 'latin1').toString('latin1')
const heads = Array.from({ length: HEADS }, (_, i) =>
  pairs.map(([name, value]) => [
    name,
    name === 'Content-Length' || name === 'Connection'
      ? value
      : flat(value.slice(0, -2) + (10 + i)),
  ]),
)

function template(status, reason, pairs) {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`
  for (const [name, value] of pairs) text += `${name}: ${value}\r\n`
  return Buffer.from(`${text}\r\n`)
}

const head = (headers) => ({ type: 'response', status: 200, reason: 'OK', headers })
const END = { type: 'end' }

/** Keeps results alive, so that no engine may leave the work out. */
let sink = 0

/** Goes through `items`, one a call. */
function inTurn(items, run) {
  let i = 0
  return () => run(items[i++ % items.length])
}

function serializer(heads, options) {
  const serializer = new ResponseSerializer(options)
  return inTurn(heads, (head) => {
    for (const chunk of serializer.write(head)) sink += chunk.length
    serializer.write(END)
  })
}

const expected = template(200, 'OK', heads[0])
const parsed = heads.map((pairs) => new ResponseParser().push(template(200, 'OK', pairs)).read())
const written = Buffer.concat(new ResponseSerializer().write(head(heads[0])))
if (!written.equals(expected)) throw new Error('the two sides do not write the same bytes')

const { ns, noise } = measure('head of a response', {
  template: inTurn(heads, (pairs) => {
    sink += template(200, 'OK', pairs).length
  }),
  'Fields made before': serializer(heads.map((pairs) => head(Fields.from(pairs)))),
  'an array of pairs': serializer(heads.map(head)),
  'an object': serializer(heads.map((pairs) => head(Object.fromEntries(pairs)))),
  'parsed, canonical': serializer(parsed),
  'parsed, verbatim': serializer(parsed, { verbatim: true }),
})
console.log(`\nhead of a response, 12 fields, ${expected.length} bytes; noise ${noise}`)
console.table(
  Object.entries(ns).map(([what, time]) => ({
    what,
    ns: Math.round(time),
    'times the template': Number((time / ns.template).toFixed(2)),
  })),
)
if (sink === 0) throw new Error('nothing was written')
