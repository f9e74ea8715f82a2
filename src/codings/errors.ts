/**
 * What can be wrong with coded data. Decoders throw a `Damage`, which knows no message; where the
 * message is known it becomes the `HttpError` of the one table.
 */

import type * as httpwire from 'httpwire'
import { type ErrorCode, HttpError, type Role } from '../errors.ts'
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
): httpwire.HttpError {
  const options = role === 'response' ? { detail, status: BAD_GATEWAY } : { detail }
  return new HttpError(code, offset, options)
}

/** What a caller is told where `reason` was thrown: of damage, in which message it was found. */
export function asHttpError(reason: unknown, offset: number, role: Role): unknown {
  if (!(reason instanceof Damage)) return reason
  const error = codingError(reason.code, offset, role, reason.coding)
  if (reason.cause !== undefined) error.cause = reason.cause
  return error
}

/** Whether it is the error of this library, by the name that the published types know it by. */
export function isHttpError(error: unknown): error is httpwire.HttpError {
  return error instanceof HttpError
}

/** The error for a call that does not fit the state. */
export function misuse(detail: string): httpwire.HttpError {
  return new HttpError('WRONG_STATE', 0, { side: 'local', detail })
}
