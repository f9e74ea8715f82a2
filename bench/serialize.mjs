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

function template(status, reason) {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`
  for (const [name, value] of pairs) text += `${name}: ${value}\r\n`
  return Buffer.from(`${text}\r\n`)
}

const base = Fields.from(pairs)
const OWN = ['Content-Length', 'ETag', 'Last-Modified']
const shared = Fields.from(pairs.filter(([name]) => !OWN.includes(name)))
const etags = Array.from({ length: 64 }, (_, i) => `"6560a1b0-${100 + i}"`)
const dates = Array.from({ length: 50 }, (_, i) => `Fri, 20 Nov 2026 10:12:${10 + i} GMT`)
let responses = 0

/** What a server does: the lines that are always the same are copied, three are the response's own, two of them new each time. */
function copied() {
  responses++
  return Fields.from(shared)
    .append('Content-Length', '0')
    .append('ETag', etags[responses % etags.length])
    .append('Last-Modified', dates[responses % dates.length])
}

const head = (headers) => ({ type: 'response', status: 200, reason: 'OK', headers })
const END = { type: 'end' }

/** Keeps results alive, so that no engine may leave the work out. */
let sink = 0

function serializer(makeHead, options) {
  const serializer = new ResponseSerializer(options)
  return () => {
    for (const chunk of serializer.write(makeHead())) sink += chunk.length
    serializer.write(END)
  }
}

const expected = template(200, 'OK')
const parsed = new ResponseParser().push(expected).read()
const written = Buffer.concat(new ResponseSerializer().write(head(pairs)))
if (!written.equals(expected)) throw new Error('the two sides do not write the same bytes')

const { ns, noise } = measure('head of a response', {
  template: () => {
    sink += template(200, 'OK').length
  },
  'Fields made before': serializer(() => head(base)),
  'Fields copied, two values new': serializer(() => head(copied())),
  'an array of pairs': serializer(() => head(pairs)),
  'parsed, canonical': serializer(() => parsed),
  'parsed, verbatim': serializer(() => parsed, { verbatim: true }),
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
