/**
 * Decoding what is there as a whole, by the functions of node:zlib, which are faster with it than
 * its streams. In what order they are called is decided once, by a generator that yields each call;
 * one driver makes them here and now, the other in another thread.
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

/** What came of it; the types know nothing of `info`. */
type Outcome =
  | { readonly result: { readonly buffer: Uint8Array; readonly engine: Engine } }
  | { readonly error: unknown }

/** Gives all that comes out, or `undefined` where that is too much. */
type Calls = Generator<Call, Uint8Array | undefined, Outcome>

/**
 * All that `bytes` decode to, or `undefined` where that is more than `most`.
 *
 * @throws Damage where the data is not as it should be.
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

/** The same in the thread that calls it. */
export function decompressSync(
  coding: ContentCoding,
  format: Format,
  bytes: Uint8Array,
  most: number,
): Uint8Array | undefined {
  if (format === 'br' && isBrotliMute()) throw new Damage('UNSUPPORTED_CODING', 'br')
  // One call is made without a generator: of 2 KiB it would take 2 % of the time.
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
 * Whether brotli at once says nothing of damage, and gives what came before it: in Deno 2.9. What
 * cannot be decoded safely is not decoded there.
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

/** Whether one call decodes all of it: of brotli it takes a sentinel, of zstd one for each frame. */
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
  // zlib knows no limit of 0.
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
    // It was the sentinel that did not fit.
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

/** Bytes of output made at a time, where nothing tells how many there will be: zlib's own default. */
const OUTPUT = 16_384
const MOST_OUTPUT = 2 ** 18
/** The least that zlib works with. */
const LEAST_OUTPUT = 64

/**
 * RFC 1952 s. 2.3.1: gzip ends with the length of what was coded. Believed as far as it is harmless:
 * output that fits into one buffer is not joined from several, 20 KiB in four fifths of the time.
 */
function lengthHint(bytes: Uint8Array): number {
  const end = bytes.length
  if (end < 4) return OUTPUT
  const low = (bytes[end - 4] as number) | ((bytes[end - 3] as number) << 8)
  const high = (bytes[end - 2] as number) | ((bytes[end - 1] as number) << 8)
  const length = high * 0x10000 + low
  return Math.max(LEAST_OUTPUT, Math.min(length + 1, MOST_OUTPUT))
}
