/**
 * Compression with the streams of the web platform, for browsers and their workers, which lack
 * node:zlib.
 *
 * The streams do not say what is wrong with data: an error at the end of the input counts as
 * truncation, any other as damage, even the one for several gzip members. They have no levels, and hold
 * all output of one write at once, so they are written little at a time.
 */

import { joinBytes } from '../grammar/byte-arrays.ts'
import type { EncoderSettings } from './encode-rules.ts'
import { Damage } from './errors.ts'
import type { ContentCoding, Format } from './names.ts'
import { splitZstdFrames } from './zstd-frames.ts'

interface Pair {
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: WritableStream<Uint8Array>
}

/** The platform's names for the formats. */
const NAMES: Record<Format, string> = {
  gzip: 'gzip',
  deflate: 'deflate',
  'deflate-raw': 'deflate-raw',
  br: 'brotli',
  zstd: 'zstd',
}

type PairClass = new (format: string) => Pair

/** The codings of this platform, the one that compresses best first. */
export const CODINGS: readonly ContentCoding[] = Object.freeze(
  (['zstd', 'br', 'gzip', 'deflate'] as const).filter((coding) => {
    try {
      const format = NAMES[coding]
      return [
        new (DecompressionStream as PairClass)(format),
        new (CompressionStream as PairClass)(format),
      ]
    } catch {
      return false
    }
  }),
)

/** Bytes written to a decoder at a time: at deflate's best ratio, 1032, it holds 4 MiB of output. */
const PORTION = 4096

/** @throws Damage if the data is damaged. */
export async function* decompress(
  coding: ContentCoding,
  format: Format,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pair = new (DecompressionStream as PairClass)(NAMES[format])
  const frames = format === 'zstd' ? splitZstdFrames(source) : source
  for await (const step of steps(pair, portions(frames))) {
    if (step instanceof Uint8Array) yield step
    else throw new Damage(step.code, coding, step.reason)
  }
}

/** All that `bytes` decode to, or `undefined` if that is more than `most`. @throws Damage as above. */
export async function decompressWhole(
  coding: ContentCoding,
  format: Format,
  bytes: Uint8Array,
  most: number,
): Promise<Uint8Array | undefined> {
  const decoded: Uint8Array[] = []
  let left = most
  for await (const output of decompress(coding, format, whole(bytes))) {
    left -= output.length
    if (left < 0) return undefined
    decoded.push(output)
  }
  return joinBytes(decoded)
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* portions(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; at += PORTION) yield bytes.subarray(at, at + PORTION)
  }
}

export async function* compress(
  { coding, flush }: EncoderSettings,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (flush) throw new TypeError('flush is not possible on this platform')
  const pair = new (CompressionStream as PairClass)(NAMES[coding])
  for await (const step of steps(pair, source)) {
    if (!(step instanceof Uint8Array)) throw step.reason
    yield step
  }
}

interface Failure {
  readonly code: 'CODED_DATA_CORRUPT' | 'CODED_DATA_TRUNCATED'
  readonly reason: unknown
}

/** Yields what `pair` makes of `source`, piece by piece, and its error, if any, last. */
async function* steps(
  { readable, writable }: Pair,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array | Failure> {
  const reader = readable.getReader()
  const writer = writable.getWriter()
  // The reader reports the same error.
  writer.closed.catch(() => {})
  let reading: ReturnType<typeof reader.read> | undefined
  let code: Failure['code'] = 'CODED_DATA_CORRUPT'
  let failure: Failure | undefined

  /** Yields what can be read until `done` settles, and what is available by then. */
  const output = async function* (done: Promise<unknown>): AsyncGenerator<Uint8Array> {
    const nothing = done.then(() => undefined)
    try {
      for (;;) {
        reading ??= reader.read()
        // If both have settled, the race picks `reading`, so no output is missed.
        const step = await Promise.race([reading, nothing])
        if (step === undefined) return
        reading = undefined
        if (step.done) return
        yield step.value
      }
    } catch (reason) {
      failure = { code, reason }
    }
  }

  try {
    for await (const bytes of source) {
      yield* output(writer.write(bytes))
      if (failure !== undefined) break
    }
    if (failure === undefined) {
      code = 'CODED_DATA_TRUNCATED'
      yield* output(writer.close().then(() => new Promise(() => {})))
    }
    if (failure !== undefined) yield failure
  } finally {
    reader.cancel().catch(() => {})
    writer.abort().catch(() => {})
  }
}
