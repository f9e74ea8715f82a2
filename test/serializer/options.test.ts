/**
 * The options of serializers and of `serialize`: their validation, and what `allowAnomalies`
 * permits.
 */

import { describe, expect, test } from 'vitest'
import {
  RequestSerializer,
  ResponseSerializer,
  type SerializeOptions,
  serialize,
} from '../../src/index.ts'
import { expectRefused, expectTypeError, text } from '../support/refusals.ts'

const WAYS: [string, (options: SerializeOptions) => unknown][] = [
  ['RequestSerializer', (options) => new RequestSerializer(options)],
  ['ResponseSerializer', (options) => new ResponseSerializer(options)],
  [
    'serialize of a request',
    (options) => serialize({ head: { method: 'GET', target: '/', version: '1.0' } }, options),
  ],
  ['serialize of a response', (options) => serialize({ head: { status: 204 } }, options)],
]

describe.each(WAYS)('the options of %s', (_, use) => {
  test.each<[string, unknown, RegExp]>([
    ['an unknown name', { Verbatim: true }, /unknown option Verbatim; known: .*verbatim/],
    ['a name of the parsers', { copy: true }, /unknown option copy/],
    ['text for a flag', { verbatim: 'true' }, /verbatim must be true or false, not "true"/],
    ['a number for a flag', { allowAnomalies: 1 }, /allowAnomalies must be true or false, not 1/],
    ['null for a flag', { verbatim: null }, /verbatim must be true or false, not null/],
    ['null', null, /options must be an object, not null/],
    ['text', 'verbatim', /options must be an object, not "verbatim"/],
    ['an array', [], /options must be an object, not an array/],
  ])('are refused with a TypeError: %s', (_, options, message) => {
    expectTypeError(() => use(options as SerializeOptions), message)
  })

  test('may be omitted, one by one or altogether', () => {
    for (const options of [{}, { verbatim: true }, { allowAnomalies: false, verbatim: false }]) {
      expect(use(options)).toBeDefined()
    }
    expect(use(undefined as never)).toBeDefined()
  })
})

test('requestMethod must be a string in serialize and is unknown to ResponseSerializer', () => {
  const head = { status: 200 }
  for (const requestMethod of [null, 1, ['HEAD']]) {
    expectTypeError(
      () => serialize({ head }, { requestMethod } as never),
      /requestMethod must be a string/,
    )
  }
  const options = { requestMethod: 'HEAD' } as never
  expectTypeError(() => new ResponseSerializer(options), /unknown option requestMethod/)
})

test('allowAnomalies is not read from Object.prototype', () => {
  Object.defineProperty(Object.prototype, 'allowAnomalies', { value: true, configurable: true })
  try {
    const head = { method: 'GET', target: '/' }
    expectRefused(() => serialize({ head }), 'MISSING_HOST', 0)
    expectRefused(() => serialize({ head }, {}), 'MISSING_HOST', 0)
    expectRefused(() => new RequestSerializer({}).write(head), 'MISSING_HOST', 0)
  } finally {
    Reflect.deleteProperty(Object.prototype, 'allowAnomalies')
  }
})

describe('allowAnomalies', () => {
  const options = { allowAnomalies: true }

  test('permits a request without Host', () => {
    const head = { method: 'GET', target: '/' }
    expect(text(serialize({ head }, options))).toBe('GET / HTTP/1.1\r\n\r\n')
  })

  test.each(['a b', 'a, b'])('does not permit an invalid Host: %j', (host) => {
    const run = () =>
      new RequestSerializer(options).write({ method: 'GET', target: '/', headers: { Host: host } })
    expectRefused(run, 'INVALID_HOST', 'GET / HTTP/1.1\r\nHost: '.length)
  })

  test('does not permit a request with both Content-Length and Transfer-Encoding', () => {
    const both = { Host: 'a', 'Content-Length': '1', 'Transfer-Encoding': 'chunked' }
    const run = () =>
      new RequestSerializer(options).write({ method: 'POST', target: '/', headers: both })
    expect(run).toThrow(expect.objectContaining({ code: 'LENGTH_WITH_TRANSFER_ENCODING' }))
  })

  test('does not permit CRLF in a field value', () => {
    const head = { status: 200, headers: { A: 'b\r\nC: d' } }
    expect(() => new ResponseSerializer(options).write(head)).toThrow(
      expect.objectContaining({ code: 'INVALID_FIELD_VALUE' }),
    )
  })
})
