/**
 * What a status code means by its number alone, registered or not: its class, and whether the response
 * can have content.
 *
 * The request is not considered. `message/framing.ts` knows that responses to HEAD have no content and
 * that a 2xx to CONNECT opens a tunnel, and where a body ends.
 */

import type { StatusCode } from './table.ts'

/** The 1xx status codes that the protocol core handles. */
export const CONTINUE = 100
export const SWITCHING_PROTOCOLS = 101

const CLASSES = [
  'informational',
  'successful',
  'redirection',
  'client-error',
  'server-error',
] as const

/** The class of a status code, by its first digit (RFC 9110 s. 15). */
export type StatusClass = (typeof CLASSES)[number] | 'unknown'

/**
 * The class of a status code, registered or not: a client that does not know a code treats it as
 * the x00 of its class (RFC 9110 s. 15).
 *
 * `'unknown'` for 600 to 999, which are not valid status codes: a client should treat such a response
 * as a server error.
 *
 * @param status An integer from 100 to 999.
 * @throws RangeError for any other value.
 */
export function statusClass(status: StatusCode | (number & {})): StatusClass {
  requireStatus(status)
  return CLASSES[Math.floor(status / 100) - 1] ?? 'unknown'
}

/**
 * Whether a response with this status code never has content: 1xx, 204 and 304
 * (RFC 9110 s. 6.4.1). It ends with its header section, whatever its fields say
 * (RFC 9112 s. 6.3).
 *
 * `false` for 205 (Reset Content): a server must not generate content in it (RFC 9110 s. 15.3.6), but
 * it is framed like any other response. Its empty content has to be announced, for example by
 * `Content-Length: 0`; otherwise it lasts until the connection closes.
 *
 * @param status An integer from 100 to 999.
 * @throws RangeError for any other value.
 */
export function forbidsContent(status: StatusCode | (number & {})): boolean {
  requireStatus(status)
  return isBodiless(status)
}

/** {@link forbidsContent} for a number that is known to be a status code. */
export function isBodiless(status: number): boolean {
  return status < 200 || status === 204 || status === 304
}

/**
 * Whether a sender must not put Content-Length or Transfer-Encoding in a response with this status code: 1xx
 * and 204 (RFC 9110 s. 8.6, RFC 9112 s. 6.1). Recipients ignore them.
 */
export function forbidsFramingFields(status: number): boolean {
  return status < 200 || status === 204
}

/** Whether another response to the same request follows (RFC 9110 s. 15.2); none does after a 101. */
export function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== SWITCHING_PROTOCOLS
}

/** @throws RangeError unless `status` is a number that the three digits of a status-line can express. */
export function requireStatus(status: number): void {
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    // Callers without types may pass anything, and not every value converts to a string.
    const given = typeof status === 'number' ? status : `a ${typeof status}`
    throw new RangeError(`status must be an integer from 100 to 999, not ${given}`)
  }
}
