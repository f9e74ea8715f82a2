/**
 * Assertions about errors that a serializer throws.
 */

import { expect } from 'vitest'
import { type ErrorCode, HttpError } from '../../src/index.ts'

/** What `run` throws. */
export function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** Expects that `run` is refused as the caller's own mistake, at `offset` of the output. */
export function expectRefused(run: () => unknown, code: ErrorCode, offset: number): void {
  const error = thrown(run)
  expect(error).toBeInstanceOf(HttpError)
  expect(error).toMatchObject({ code, offset, side: 'local', status: 500 })
}

/** Expects a TypeError whose message matches `message`. */
export function expectTypeError(run: () => unknown, message: RegExp): void {
  const error = thrown(run)
  expect(error).toBeInstanceOf(TypeError)
  expect((error as TypeError).message).toMatch(message)
}

/** The bytes of `chunks` as latin1. */
export function text(...chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('latin1')
}
