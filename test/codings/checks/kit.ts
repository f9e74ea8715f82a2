/**
 * What the checks of the codings share: assertions, outcomes, and decoding in every way that a platform
 * has. Uses no test framework, since the checks also run in Bun, Deno and a browser.
 */

import fc from 'fast-check'
import type * as node from '../../../src/codings.ts'
import type * as web from '../../../src/codings-web.ts'
import type { ErrorCode, HttpError } from '../../../src/index.ts'
import { SAMPLES, type Sample } from '../samples.ts'
import { concat } from './bytes.ts'

export type Codings = typeof web & Partial<Pick<typeof node, 'decodeBodySync' | 'encodeBodySync'>>

export interface Check {
  readonly name: string
  run(): void | Promise<void>
}

export interface Outcome {
  readonly code: ErrorCode | null
  readonly body: Uint8Array
  readonly status?: number
}

/** The codings of a platform, and what is needed to check them. */
export interface Kit {
  readonly codings: Codings
  /** The samples of the codings that the platform has. */
  readonly samples: readonly Sample[]
  /** Whether the platform distinguishes the kinds of damage, and decodes several gzip members: only node:zlib does. */
  readonly tells: boolean
  /** Decodes in every way that there is, and requires that the results agree. */
  decode(
    bytes: Uint8Array,
    contentCodings: readonly string[],
    options?: web.DecodeOptions,
    chunks?: readonly Uint8Array[],
  ): Promise<Outcome>
  encode(
    bytes: Uint8Array,
    names: readonly web.ContentCoding[],
    options?: web.EncodeStreamOptions,
  ): Promise<Uint8Array>
}

export function makeKit(codings: Codings): Kit {
  const { CODINGS, ContentDecoder, decodeContent, encodeContent } = codings
  return {
    codings,
    samples: SAMPLES.filter(({ coding }) => CODINGS.includes(coding)),
    tells: codings.decodeBodySync !== undefined,
    async decode(bytes, contentCodings, options = {}, chunks = [bytes]) {
      const head = { type: 'request', contentCodings } as const
      const whole = await codings.safeDecodeBody({ head, body: bytes }, options)
      const outcome = whole.ok
        ? { code: null, body: whole.body }
        : { code: whole.error.code, body: whole.body, status: whole.error.status }

      const pulled = await collect(decodeContent(chunks, head, options))
      const pushed = await collect(pushAll(new ContentDecoder(head, options), chunks))
      for (const [how, other] of Object.entries({ pulled, pushed })) {
        equal(other.code, outcome.code, `${how}: code`)
        if (other.code === null) sameBytes(other.body, outcome.body, how)
      }
      if (codings.decodeBodySync !== undefined) {
        const sync = attempt(() => codings.decodeBodySync?.({ head, body: bytes }, options))
        // Deno's brotli does not report damage, and so is not used.
        if (sync.code === 'UNSUPPORTED_CODING' && contentCodings.includes('br')) return outcome
        equal(sync.code, outcome.code, 'at once: code')
        if (sync.code === null) sameBytes(sync.body, outcome.body, 'at once')
      }
      return outcome
    },
    async encode(bytes, names, options) {
      return (await collect(encodeContent([bytes], names, options))).body
    },
  }
}

async function* pushAll(
  content: web.ContentDecoder,
  chunks: readonly Uint8Array[],
): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    // The piece is no longer needed when the loop ends, so overwriting it must do no harm.
    const piece = new Uint8Array(chunk)
    yield* content.decode(piece)
    piece.fill(0x55)
  }
  yield* content.end()
}

export function check(name: string, run: Check['run']): Check {
  return { name, run }
}

/** Runs a property 40 times, with the same values in every run. */
export function property<T>(
  arbitrary: fc.Arbitrary<T>,
  run: (value: T) => Promise<void>,
): Promise<void> {
  return fc.assert(fc.asyncProperty(arbitrary, run), { numRuns: 40, seed: 7 })
}

export async function collectAll(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const bytes of pieces) all.push(new Uint8Array(bytes))
  return concat(...all)
}

/** All bytes, or the code of the error that ended them. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Outcome> {
  return outcomeOf(collectAll(pieces))
}

export async function outcomeOf(result: Promise<Uint8Array>): Promise<Outcome> {
  return result.then((body) => ({ code: null, body }), failed)
}

function attempt(run: () => Uint8Array | undefined): Outcome {
  try {
    return { code: null, body: run() ?? new Uint8Array(0) }
  } catch (error) {
    return failed(error)
  }
}

function failed(error: unknown): Outcome {
  const { code, status, name } = error as HttpError
  if (name !== 'HttpError') throw error
  return { code, status, body: new Uint8Array(0) }
}

/** What `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (reason) => reason,
  )
}

export function equal<T>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected)) {
    throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
  }
}

export function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  equal(actual.length, expected.length, `${what}: length`)
  const wrong = actual.findIndex((byte, i) => byte !== expected[i])
  if (wrong >= 0)
    throw new Error(`${what}: byte ${wrong} is ${actual[wrong]}, not ${expected[wrong]}`)
}
