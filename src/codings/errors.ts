/**
 * What can be wrong with coded data. Decoders throw a `Damage`, which knows no message; where the
 * message is known it becomes the `HttpError` of the one table.
 */

import { type ErrorCode, HttpError } from 'httpwire'
import type { Role } from '../errors.ts'
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

/** What a gateway answers with when the response it was given is unusable (RFC 9110 s. 15.6.3). */
const BAD_GATEWAY = 502

/** The error for a message whose codings cannot be undone. */
export function codingError(
  code: ErrorCode,
  offset: number,
  role: Role,
  detail: string,
  status = role === 'request' ? undefined : BAD_GATEWAY,
): HttpError {
  return new HttpError(code, offset, status === undefined ? { detail } : { detail, status })
}

/** What a caller is told where `reason` was thrown: of damage, in which message it was found. */
export function asHttpError(reason: unknown, offset: number, role: Role): unknown {
  if (!(reason instanceof Damage)) return reason
  const error = codingError(reason.code, offset, role, reason.coding)
  if (reason.cause !== undefined) error.cause = reason.cause
  return error
}

/** The error for a call that does not fit the state. */
export function misuse(detail: string): HttpError {
  return new HttpError('WRONG_STATE', 0, { side: 'local', detail })
}
