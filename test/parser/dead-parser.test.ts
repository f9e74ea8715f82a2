/**
 * A parser that has failed throws its error again from every call, and stays at the offset of that error.
 */

import { describe, expect, test } from 'vitest'
import { HttpError, RequestParser } from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { thrown } from '../support/refusals.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

/** A parser that was given `chunks` and the end of the input, and its error. */
function dead(chunks: readonly string[]): { parser: RequestParser; error: unknown } {
  const parser = new RequestParser()
  const error = thrown(() => {
    for (const chunk of chunks) for (const _ of parser.push(toBytes(chunk)));
    for (const _ of parser.finish());
  })
  return { parser, error }
}

describe('a parser that has failed', () => {
  const FAILURES: [string, chunks: string[], code: string][] = [
    ['an invalid head', ['GET / HTTP/1.1\r\n\r\n'], 'MISSING_HOST'],
    ['an invalid byte after a message', [`${GET}\0${GET}`], 'INVALID_METHOD'],
    ['the end of the input', ['GET'], 'TRUNCATED'],
  ]

  test.each(FAILURES)('throws the same error from every call, twice: %s', (_, chunks, code) => {
    const { parser, error } = dead(chunks)
    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({ code })
    for (let again = 0; again < 2; again++) {
      expect(thrown(() => parser.read())).toBe(error)
      expect(thrown(() => parser.push(toBytes(GET)))).toBe(error)
      expect(thrown(() => [...parser])).toBe(error)
      expect(thrown(() => parser.finish())).toBe(error)
      expect(thrown(() => parser.resume())).toBe(error)
      expect(thrown(() => parser.takeRest())).toBe(error)
    }
  })

  test('throws the same error from read while chunks wait behind the invalid one', () => {
    const parser = new RequestParser().push(toBytes(`${GET}\0`)).push(toBytes(GET))
    const error = thrown(() => [...parser])
    expect(error).toMatchObject({ code: 'INVALID_METHOD', offset: GET.length })
    expect(thrown(() => parser.read())).toBe(error)
  })

  test('still throws a TypeError for an invalid argument', () => {
    expect(thrown(() => dead(['\0']).parser.push('x' as never))).toBeInstanceOf(TypeError)
  })

  test('is not switching', () => {
    expect(dead(['\0']).parser.switching).toBe(false)
  })

  test('stays at the offset of its error, however the input is chunked', () => {
    for (const chunks of [['P\x06'], ['P', '\x06'], ['P\x06', 'more']]) {
      const { parser, error } = dead(chunks)
      expect(error).toMatchObject({ offset: 1 })
      expect(parser.offset).toBe(1)
      expect(thrown(() => parser.push(toBytes('more')))).toBe(error)
      expect(parser.offset).toBe(1)
    }
  })
})
