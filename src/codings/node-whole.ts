/**
 * Decodes whole bodies with the one-shot functions of node:zlib, which are faster for them than its
 * streams. A generator yields the calls to make, so that their order is written once; one driver makes
 * them synchronously, the other in another thread.
 */

import { joinBytes } from '../grammar/byte-arrays.ts'
import { Damage } from './errors.ts'
import type { ContentCoding, Format } from './names.ts'
import {
  DECODERS,
  damage,
  decoderOptions,
  type Engine,
  type EngineOptions,
  SENTINEL,
  throwUnlessWhole,
} from './node-zlib.ts'
import { ZstdFrames } from './zstd-frames.ts'

/** A call of node:zlib. */
interface Call {
  readonly format: Format
  readonly bytes: Uint8Array
  readonly options: EngineOptions
}

/** The outcome of a call. Node's types do not declare the result that `info` gives. */
type Outcome =
  | { readonly result: { readonly buffer: Uint8Array; readonly engine: Engine } }
  | { readonly error: unknown }

/** Returns all output, or `undefined` if it is too large. */
type Calls = Generator<Call, Uint8Array | undefined, Outcome>

/**
 * All that `bytes` decode to, or `undefined` if that is more than `most`.
 *
 * @throws Damage if the data is damaged.
 */
export async function decompressWhole(
  coding: ContentCoding,
  format: Format,
  bytes: Uint8Array,
  most: number,
): Promise<Uint8Array | undefined> {
  const calls = callsFor(coding, format, bytes, most)
  let step = calls.next()
  while (step.done !== true) {
    const { format, bytes, options } = step.value
    const outcome = await new Promise<Outcome>((resolve) => {
      DECODERS[format].start(bytes, options, (error, result) => {
        resolve((error === null ? { result } : { error }) as Outcome)
      })
    })
    step = calls.next(outcome)
  }
  return step.value
}

/** The same, in the calling thread. */
export function decompressSync(
  coding: ContentCoding,
  format: Format,
  bytes: Uint8Array,
  most: number,
): Uint8Array | undefined {
  if (format === 'br' && isBrotliMute()) throw new Damage('UNSUPPORTED_CODING', 'br')
  // A single call skips the generator, which would take 2 % of the time of decoding 2 KiB.
  if (isOneCall(format)) {
    return resultOf(coding, callNow(callOf(format, bytes, most)), bytes.length, most)
  }
  const calls = callsFor(coding, format, bytes, most)
  let step = calls.next()
  while (step.done !== true) step = calls.next(callNow(step.value))
  return step.value
}

function callNow({ format, bytes, options }: Call): Outcome {
  try {
    return { result: DECODERS[format].run(bytes, options) } as unknown as Outcome
  } catch (error) {
    return { error }
  }
}

let mute: boolean | undefined

/**
 * Whether synchronous brotli ignores damage and returns the output before it, as in Deno 2.9. There,
 * `br` is refused because it cannot be decoded safely.
 */
function isBrotliMute(): boolean {
  if (mute === undefined) {
    try {
      DECODERS.br.run(Uint8Array.of(0xff, 0xff), {})
      mute = true
    } catch {
      mute = false
    }
  }
  return mute
}

/** Whether one call decodes everything: brotli also needs a sentinel, zstd one call per frame. */
function isOneCall(format: Format): boolean {
  return format !== 'br' && format !== 'zstd'
}

function callsFor(coding: ContentCoding, format: Format, bytes: Uint8Array, most: number): Calls {
  if (format === 'br') return callsForBrotli(bytes, most)
  if (format === 'zstd') return callsForZstd(bytes, most)
  return callFor(coding, format, bytes, bytes.length, most)
}

/** `coded` is the length of `bytes` without a sentinel. */
function* callFor(
  coding: ContentCoding,
  format: Format,
  bytes: Uint8Array,
  coded: number,
  most: number,
): Calls {
  return resultOf(coding, yield callOf(format, bytes, most), coded, most)
}

function callOf(format: Format, bytes: Uint8Array, most: number): Call {
  const chunkSize = format === 'gzip' ? lengthHint(bytes) : OUTPUT
  // zlib does not accept a limit of 0.
  const options = { info: true, chunkSize, maxOutputLength: Math.max(most, 1) }
  const more = decoderOptions(format)
  return { format, bytes, options: more === undefined ? options : { ...more, ...options } }
}

function resultOf(
  coding: ContentCoding,
  outcome: Outcome,
  coded: number,
  most: number,
): Uint8Array | undefined {
  if ('error' in outcome) {
    const { code } = outcome.error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw damage(coding, outcome.error)
  }
  const { buffer, engine } = outcome.result
  throwUnlessWhole(coding, engine.bytesWritten, coded)
  return buffer.length > most ? undefined : buffer
}

function* callsForBrotli(bytes: Uint8Array, most: number): Calls {
  try {
    return yield* callFor('br', 'br', joinBytes([bytes, SENTINEL]), bytes.length, most)
  } catch (error) {
    if (!(error instanceof Damage) || error.code !== 'CODED_DATA_CORRUPT') throw error
    yield* callFor('br', 'br', bytes, bytes.length, most)
    // Only the sentinel did not fit: the stream ends too early.
    throw new Damage('CODED_DATA_TRUNCATED', 'br')
  }
}

function* callsForZstd(bytes: Uint8Array, most: number): Calls {
  const frames = new ZstdFrames()
  const decoded: Uint8Array[] = []
  let left = most
  for (let at = 0; at < bytes.length; ) {
    const end = frames.next(bytes, at)
    if (frames.beginning) throw new Damage('CODED_DATA_TRUNCATED', 'zstd')
    const frame = bytes.subarray(at, end)
    const output = yield* callFor('zstd', 'zstd', frame, frame.length, left)
    if (output === undefined) return undefined
    if (!frames.between) throw new Damage('CODED_DATA_TRUNCATED', 'zstd')
    decoded.push(output)
    left -= output.length
    at = end
  }
  return joinBytes(decoded)
}

/** Bytes of output made at a time if the length is unknown: zlib's own default. */
const OUTPUT = 16_384
const MOST_OUTPUT = 2 ** 18
/** The smallest size that zlib accepts. */
const LEAST_OUTPUT = 64

/**
 * RFC 1952 s. 2.3.1: gzip data ends with the length of the original, trusted up to a harmless size.
 * Output that fits into one buffer need not be joined: decoding 20 KiB takes four fifths of the time.
 */
function lengthHint(bytes: Uint8Array): number {
  const end = bytes.length
  if (end < 4) return OUTPUT
  const low = (bytes[end - 4] as number) | ((bytes[end - 3] as number) << 8)
  const high = (bytes[end - 2] as number) | ((bytes[end - 1] as number) << 8)
  const length = high * 0x10000 + low
  return Math.max(LEAST_OUTPUT, Math.min(length + 1, MOST_OUTPUT))
}
