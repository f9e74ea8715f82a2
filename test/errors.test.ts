/**
 * `HttpError` as code that catches it sees it, and the table of error codes.
 */

import { describe, expect, test } from 'vitest'
import { ERRORS, type ErrorCode } from '../src/errors.ts'
import { HttpError, parse, RequestParser, safeParse } from '../src/index.ts'
import { toBytes } from './support/arbitraries.ts'

/** The error for `text`; throws if `text` is valid. */
function errorOf(text: string, kind: 'request' | 'response' = 'request'): HttpError {
  const result = safeParse(toBytes(text), { kind })
  if (result.ok) throw new Error('it is valid')
  return result.error
}

describe('HttpError', () => {
  const error = errorOf('GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n')

  test('is an instance of Error and of HttpError', () => {
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(HttpError)
    expect(Object.prototype.toString.call(error)).toBe('[object Error]')
  })

  test('has a code, offset, status, RFC section, side and message', () => {
    expect(error.code).toBe('SPACE_BEFORE_COLON')
    expect(error.offset).toBe('GET / HTTP/1.1\r\nHost: a\r\nA'.length)
    expect(error.status).toBe(400)
    expect(error.rfc).toBe('RFC 9112 s. 5.1')
    expect(error.side).toBe('remote')
    expect(error.message).toContain('whitespace after the field name, where its colon should be')
  })

  test('is named HttpError, also in its string and stack', () => {
    expect(error.name).toBe('HttpError')
    expect(String(error)).toBe(`HttpError: ${error.message}`)
    expect(error.stack).toMatch(/^HttpError: /)
  })

  test('has all its properties in JSON', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'HttpError',
      code: 'SPACE_BEFORE_COLON',
      message: error.message,
      offset: 26,
      status: 400,
      rfc: 'RFC 9112 s. 5.1',
      side: 'remote',
    })
  })

  test('does not reveal the bytes that the peer sent', () => {
    const secret = errorOf('GET / HTTP/1.1\r\nHost: a\r\nCookie: secret\0\r\n\r\n')
    expect(secret.code).toBe('INVALID_FIELD_VALUE')
    expect(`${secret.stack}${JSON.stringify(secret)}`).not.toContain('secret\0')
    expect(JSON.stringify(secret)).not.toContain('secret')
  })

  test('has status 502 if the response of a server breaks a rule', () => {
    expect(errorOf('HTTP/1.1 200 OK\r\nA : b\r\n\r\n', 'response')).toMatchObject({
      code: 'SPACE_BEFORE_COLON',
      status: 502,
      side: 'remote',
    })
    expect(errorOf('HTTP/2.0 200 OK\r\n\r\n', 'response').status).toBe(502)
  })

  test('has side local and status 500 if the caller misuses a parser', () => {
    let local: unknown
    try {
      new RequestParser().resume()
    } catch (thrown) {
      local = thrown
    }
    expect(local).toBeInstanceOf(HttpError)
    expect(local).toMatchObject({ code: 'WRONG_STATE', side: 'local', status: 500, offset: 0 })
  })

  test('is thrown by parse, while safeParse returns a result that is not ok', () => {
    const bytes = toBytes('GET\r\n')
    const result = safeParse(bytes)
    expect(result.ok).toBe(false)
    expect(() => parse(bytes)).toThrow(HttpError)
  })
})

describe('the table of error codes', () => {
  const codes = Object.keys(ERRORS) as ErrorCode[]

  test.each(codes)('%s has a status, an RFC section and a text', (code) => {
    const [status, rfc, text] = ERRORS[code]
    expect([400, 413, 414, 415, 417, 431, 500, 501, 502, 505]).toContain(status)
    expect(rfc).toMatch(/^RFC 911[02] s\. \d+(\.\d+)*$/)
    expect(text).toMatch(/^[^.]+( s\. )?.*[^.]$/)
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/)
  })

  test.each(['toString', '__proto__', 'constructor'])(
    "does not have its prototype's %s",
    (name) => {
      expect(() => new HttpError(name as ErrorCode, 0)).toThrow(RangeError)
    },
  )
})
