/**
 * A parser that has failed throws its error again and stays at the offset of that error. Options are not
 * read from `Object.prototype`.
 */

import { describe, expect, test } from 'vitest'
import { HttpError, RequestParser } from '../../src/index.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

function dead(chunks: readonly string[]): { parser: RequestParser; error: unknown } {
  const parser = new RequestParser()
  try {
    for (const chunk of chunks) for (const _ of parser.push(bytes(chunk)));
    for (const _ of parser.finish());
  } catch (error) {
    return { parser, error }
  }
  throw new Error('the input was let in')
}

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

describe('a parser that has failed', () => {
  test.each(['read', 'finish', 'resume', 'takeRest'] as const)('%s rethrows its error', (name) => {
    const { parser, error } = dead(['GET / HTTP/1.1\r\n\r\n'])
    expect(error).toBeInstanceOf(HttpError)
    expect(thrownBy(() => parser[name]())).toBe(error)
  })

  test('push and iteration rethrow its error', () => {
    const { parser, error } = dead(['\0'])
    expect(thrownBy(() => parser.push(bytes('G')))).toBe(error)
    expect(thrownBy(() => [...parser])).toBe(error)
  })

  test('offset is that of its error, however the input is chunked', () => {
    for (const chunks of [['P\x06'], ['P', '\x06'], ['P\x06', 'more']]) {
      const { parser, error } = dead(chunks)
      expect(error).toMatchObject({ offset: 1 })
      expect(parser.offset).toBe(1)
    }
  })
})

describe('parser options', () => {
  test('are not read from Object.prototype', () => {
    const polluted = Object.prototype as { leniency?: object; limits?: object }
    polluted.leniency = { allowBareLf: true }
    polluted.limits = { maxHead: 1 }
    try {
      const parser = new RequestParser({})
      const refused = thrownBy(() => [...parser.push(bytes('GET / HTTP/1.1\nHost: a\n\n'))])
      expect(refused).toMatchObject({ code: 'BARE_LF' })
    } finally {
      delete polluted.leniency
      delete polluted.limits
    }
  })
})
