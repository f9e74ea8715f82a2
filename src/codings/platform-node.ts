/**
 * Compression with node:zlib, for Node, Bun and Deno, outside the main thread.
 *
 * An engine gets one piece at a time, and the next one when all output of the last has been taken: at
 * most one buffer is decoded before it is requested.
 */

import type { EncoderSettings } from './encode-rules.ts'
import { Damage } from './errors.ts'
import type { ContentCoding, Format } from './names.ts'
import {
  DECODERS,
  damage,
  decoderOptions,
  ENCODERS,
  type Engine,
  encoderOptions,
  SENTINEL,
  throwUnlessWhole,
} from './node-zlib.ts'
import { splitZstdFrames } from './zstd-frames.ts'

export { decompressWhole } from './node-whole.ts'
export { CODINGS } from './node-zlib.ts'

/**
 * Bytes of output made at a time, twice zlib's default. Compared with the default, decoding 5 MiB takes
 * two thirds of the time, since it switches threads less often; larger buffers slow small bodies down.
 */
const OUTPUT = 32_768

/** @throws Damage if the data is damaged. */
export async function* decompress(
  coding: ContentCoding,
  format: Format,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const engine = DECODERS[format].create({ ...decoderOptions(format), chunkSize: OUTPUT })
  let coded = 0
  let probing = false
  const pieces = async function* () {
    for await (const bytes of format === 'zstd' ? splitZstdFrames(source) : source) {
      coded += bytes.length
      yield bytes
      throwUnlessWhole(coding, engine.bytesWritten, coded)
    }
    probing = format === 'br'
    if (probing) yield SENTINEL
  }
  for await (const step of steps(engine, pieces())) {
    // Output or an error after the sentinel means that the stream was truncated.
    if (probing) throw new Damage('CODED_DATA_TRUNCATED', coding)
    if (!(step instanceof Uint8Array)) throw damage(coding, step.error)
    yield own(step)
  }
  throwUnlessWhole(coding, engine.bytesWritten, coded)
}

export async function* compress(
  settings: EncoderSettings,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const engine = ENCODERS[settings.coding].create({
    ...encoderOptions(settings),
    chunkSize: OUTPUT,
  })
  for await (const step of steps(engine, source)) {
    if (!(step instanceof Uint8Array)) throw step.error
    yield own(step)
  }
}

/**
 * Gives `output` to the consumer, who may transfer it to another thread. A buffer that is not full is
 * copied, because zlib keeps writing into it and fails if it is gone.
 */
function own(output: Uint8Array): Uint8Array {
  return output.length === OUTPUT ? output : new Uint8Array(output)
}

/** Yields what `engine` makes of `source`, piece by piece, and its error, if any, last. */
async function* steps(
  engine: Engine,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array | { readonly error: Error }> {
  let error: Error | undefined
  let wake = () => {}
  engine.on('readable', () => wake())
  engine.on('end', () => wake())
  engine.on('error', (reason) => {
    error = reason
    wake()
  })

  /** Yields what can be read until `done()`. */
  const output = async function* (done: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes: Buffer | null = engine.read()
      if (bytes !== null) yield bytes
      else if (done() || engine.readableEnded || error !== undefined) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }

  try {
    for await (const bytes of source) {
      let written = false
      engine.write(bytes, () => {
        written = true
        wake()
      })
      yield* output(() => written)
      if (error !== undefined) break
    }
    if (error === undefined) {
      engine.end()
      yield* output(() => false)
    }
    if (error !== undefined) yield { error }
  } finally {
    engine.destroy()
  }
}
