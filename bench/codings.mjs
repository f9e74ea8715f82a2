/**
 * Decoding gzip content, compared with calling node:zlib directly: synchronously, as a promise, and as a
 * stream. Then the cost of a bomb before it is refused.
 *
 *   npm run bench:codings
 *
 * The direct calls check only the data: neither its decoded size nor bytes after its end.
 */

import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import {
  CODINGS,
  ContentDecoder,
  decodeBody,
  decodeBodySync,
  decodeContent,
  encodeBodySync,
} from '../dist/codings.js'
import { progress } from './measure.mjs'

const KIB = 2 ** 10
const MIB = 2 ** 20
const ROUNDS = 41
const TIME = 15

const gunzip = promisify(zlib.gunzip)
const head = { type: 'response', contentCodings: ['gzip'] }

/** Text that compresses to about a fifth of its size. */
function text(length) {
  const words = Array.from({ length: 600 }, (_, i) => ((i * 7919) % 9973).toString(36))
  let made = ''
  for (let i = 0; made.length < length; i++)
    made += `<li class="${words[(i * i) % 600]}">${words[i % 600]}</li>\n`
  return Buffer.from(made.slice(0, length))
}

async function drain(pieces) {
  let length = 0
  for await (const bytes of pieces) length += bytes.length
  return length
}

async function* pushed(pieces) {
  const decoder = new ContentDecoder(head)
  for (const piece of pieces) yield* decoder.decode(piece)
  yield* decoder.end()
}

function pieces(bytes, size) {
  const all = []
  for (let at = 0; at < bytes.length; at += size) all.push(bytes.subarray(at, at + size))
  return all
}

/**
 * Milliseconds per call, the median of many short rounds in which the sides take turns, since the time
 * to wake a thread varies by a factor of two.
 */
async function measure(sides) {
  const times = Object.fromEntries(Object.keys(sides).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(sides)) {
      const started = performance.now()
      let calls = 0
      while (performance.now() - started < TIME || calls === 0) {
        await run()
        calls++
      }
      times[name].push((performance.now() - started) / calls)
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => [name, all.toSorted((a, b) => a - b)[ROUNDS >> 1]]),
  )
}

for (const length of [2 * KIB, 20 * KIB, 200 * KIB, 5 * MIB]) {
  const body = zlib.gzipSync(text(length))
  const message = { head, body }
  const reads = pieces(body, 64 * KIB)
  const size = length < MIB ? `${length / KIB} KiB` : `${length / MIB} MiB`
  for (const [how, hand, ours] of [
    ['at once', () => zlib.gunzipSync(body), { decodeBodySync: () => decodeBodySync(message) }],
    ['promise', () => gunzip(body), { decodeBody: () => decodeBody(message) }],
    [
      'stream',
      () => drain(Readable.from(reads).pipe(zlib.createGunzip())),
      {
        decodeContent: () => drain(decodeContent(reads, head)),
        ContentDecoder: () => drain(pushed(reads)),
      },
    ],
  ]) {
    progress(`${size}, ${how}`)
    const time = await measure({ hand, ...ours })
    progress('')
    for (const name of Object.keys(ours)) {
      const ratio = (time[name] / time.hand).toFixed(2)
      const rate = (length / MIB / (time[name] / 1000)).toFixed(0)
      console.log(
        `${size.padStart(7)}  ${name.padEnd(15)} ${ratio} times the time of node:zlib, ${rate} MiB/s`,
      )
    }
  }
}

/** KiB of buffers that `run` allocated and that have not been collected. */
async function allocated(run) {
  globalThis.gc()
  const before = process.memoryUsage().arrayBuffers
  await run().catch(() => {})
  return Math.ceil((process.memoryUsage().arrayBuffers - before) / KIB)
}

/** The most bytes of buffers held while `run` ran, above those held before. */
async function peakOf(run) {
  const held = () => {
    globalThis.gc()
    return process.memoryUsage().arrayBuffers
  }
  const before = held()
  let peak = 0
  await run(() => {
    peak = Math.max(peak, held() - before)
  })
  return peak
}

const BOMB = 256 * MIB
for (const coding of CODINGS) {
  const encode = (bytes) => encodeBodySync(bytes, coding)
  const bomb = encode(Buffer.alloc(BOMB))
  for (const [bytes, contentCodings] of [
    [bomb, [coding]],
    [encode(bomb), [coding, coding]],
  ]) {
    let out = 0
    let code
    const started = performance.now()
    const peak = await peakOf(async (look) => {
      const options = { maxDecoded: MIB, maxRatio: 1e6 }
      try {
        for await (const piece of decodeContent([bytes], { ...head, contentCodings }, options)) {
          out += piece.length
          look()
        }
      } catch (error) {
        code = error.code
        look()
      }
    })
    const ratio = Math.round(BOMB / bytes.length)
    const ms = (performance.now() - started).toFixed(0)
    const message = { head: { ...head, contentCodings }, body: bytes }
    const options = { maxDecoded: MIB, maxRatio: 1e6 }
    const whole = await allocated(() => decodeBody(message, options))
    const sync = await allocated(async () => decodeBodySync(message, options))
    console.log(
      `bomb of ${contentCodings.join(', ')}: ${ratio}:1, ${code} after ${out / KIB} KiB in ${ms} ms, at most ${Math.ceil(peak / KIB)} KiB held as a stream; allocated as a whole ${whole} KiB, at once ${sync} KiB`,
    )
  }
}
