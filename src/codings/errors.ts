/**
 * Errors in coded data. Decoders throw a `Damage`, which is independent of the message; code that knows
 * the message converts it to an `HttpError` of the core's table.
 */

import { type ErrorCode, HttpError } from 'httpwire'
import type { MessageKind } from '../grammar/kind.ts'
import type { ContentCoding } from './names.ts'

/** Coded data that cannot be decoded, or not beyond some point. */
export class Damage extends Error {
  readonly code: ErrorCode
  readonly coding: ContentCoding

  constructor(code: ErrorCode, coding: ContentCoding, cause?: unknown) {
    super(code, { cause })
    this.code = code
    this.coding = coding
  }
}

/** Converts damage to the error of its message; returns any other reason unchanged. */
export function asHttpError(reason: unknown, offset: number, kind: MessageKind): unknown {
  if (!(reason instanceof Damage)) return reason
  const { code, coding, cause } = reason
  return new HttpError(code, offset, { kind, detail: coding, cause })
}

/** The error for a call that the current state does not allow. */
export function misuse(detail: string): HttpError {
  return new HttpError('WRONG_STATE', 0, { side: 'local', detail })
}
