/**
 * What can be wrong with coded data. Decoders throw a `Damage`, which knows no message; where the
 * message is known it becomes the `HttpError` of the one table.
 */

import { type ErrorCode, HttpError } from 'httpwire'
import type { MessageKind } from '../grammar/kind.ts'
import type { ContentCoding } from './names.ts'

/** Coded data that cannot be decoded, or not further. */
export class Damage extends Error {
  readonly code: ErrorCode
  readonly coding: ContentCoding

  constructor(code: ErrorCode, coding: ContentCoding, cause?: unknown) {
    super(code, { cause })
    this.code = code
    this.coding = coding
  }
}

/** `reason` as the caller sees it: damage becomes the error of the message in which it was found. */
export function asHttpError(reason: unknown, offset: number, kind: MessageKind): unknown {
  if (!(reason instanceof Damage)) return reason
  const { code, coding, cause } = reason
  return new HttpError(code, offset, { kind, detail: coding, cause })
}

/** The error for a call that does not fit the state. */
export function misuse(detail: string): HttpError {
  return new HttpError('WRONG_STATE', 0, { side: 'local', detail })
}
