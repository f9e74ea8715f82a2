/**
 * Sends a body of 1 GiB through a serializer and back through a parser, chunk by chunk. Prints the time
 * and the peak memory, and fails if the heap or the buffers outside of it grew.
 *
 *   npm run bench:memory
 */

import { RequestParser, RequestSerializer } from '../dist/index.js'
import { progress } from './measure.mjs'

const BODY = 2 ** 30
const PIECE = 2 ** 16
const MIB = 2 ** 20
/** Far more than needed, far less than the body. */
const ALLOWED = 64 * MIB

const collect = globalThis.gc
if (collect === undefined) throw new Error('needs --expose-gc; run it as npm run bench:memory')

function memory() {
  collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

function stream(framing) {
  const serializer = new RequestSerializer()
  const parser = new RequestParser()
  const piece = Buffer.alloc(PIECE, 'x')
  let read = 0
  let peak = 0
  const send = (event) => {
    for (const chunk of serializer.write(event)) {
      for (const received of parser.push(chunk)) {
        if (received.type === 'data') read += received.bytes.length
      }
    }
  }
  const before = memory()
  const started = performance.now()
  const headers = { Host: 'example.com', ...framing }
  send({ type: 'request', method: 'PUT', target: '/', headers })
  for (let sent = 0; sent < BODY; sent += PIECE) {
    send({ type: 'data', bytes: piece })
    if (sent % (64 * MIB) === 0) {
      progress(`${Object.keys(framing)}: ${sent / MIB} of ${BODY / MIB} MiB`)
      peak = Math.max(peak, memory() - before)
    }
  }
  send({ type: 'end' })
  progress('')
  if (read !== BODY) throw new Error(`${read} bytes came back`)
  const seconds = (performance.now() - started) / 1_000
  const growth = `${(peak / MIB).toFixed(1)} MiB at most above the start`
  console.log(`${Object.keys(framing)}: 1 GiB in ${seconds.toFixed(1)} s, memory ${growth}`)
  if (peak > ALLOWED) throw new Error('memory grew with the body')
}

stream({ 'Content-Length': String(BODY) })
stream({ 'Transfer-Encoding': 'chunked' })
