/**
 * The options of parsers, `parse` and `safeParse`: each invalid option is refused by name, and
 * accepted options do not change afterwards.
 */

import { describe, expect, test } from 'vitest'
import {
  DEFAULT_LIMITS,
  type Leniency,
  type Limits,
  type ParserOptions,
  parse,
  RequestParser,
  ResponseParser,
  safeParse,
} from '../src/index.ts'
import { completeLeniency, completeLimits, STRICT } from '../src/limits.ts'
import { loadHead } from './fixtures/captures/load-captures.mjs'
import { toBytes } from './support/arbitraries.ts'
import { thrown } from './support/refusals.ts'

const names = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]
const leniencies = Object.keys(STRICT) as (keyof Leniency)[]
const LINES: (keyof Limits)[] = ['maxStartLine', 'maxFieldLine', 'maxChunkExtension']
const ZEROS: (keyof Limits)[] = [
  ...(['maxChunkExtension', 'maxChunkExtensions', 'maxEmptyLines', 'maxBody'] as const),
]
const OTHERS = names.filter((name) => !LINES.includes(name))

const BYTES = toBytes('HTTP/1.1 204 No Content\r\n\r\n')

/** Everything that takes parser options; `options` is passed on as it is. */
const TAKERS: [string, (options: unknown) => unknown][] = [
  ['RequestParser', (options) => new RequestParser(options as ParserOptions)],
  ['ResponseParser', (options) => new ResponseParser(options as ParserOptions)],
  ['parse', (options) => parse(BYTES, options as object)],
  ['safeParse', (options) => safeParse(BYTES, options as object)],
]

/** Expects that `run` throws an error of the class `type` whose message mentions `name`. */
function expectMistake(run: () => unknown, type: ErrorConstructor, name: string): void {
  const error = thrown(run)
  expect(error).toBeInstanceOf(type)
  expect((error as Error).message).toContain(name)
}

describe.each(TAKERS)('%s refuses', (_, take) => {
  test.each([
    ['null', null],
    ['a string', 'strict'],
    ['a number', 1],
    ['true', true],
    ['a function', () => {}],
    ['an array', []],
  ])('options that are %s', (_, options) => {
    expectMistake(() => take(options), TypeError, 'options')
  })

  test.each(['limit', 'maxHead', 'insecure', 'Copy', '__proto__', 'constructor', 'toString'])(
    'the unknown option %s',
    (name) => {
      const options = JSON.parse(`{${JSON.stringify(name)}:1}`)
      expectMistake(() => take(options), TypeError, name)
    },
  )

  test.each(['maxheaders', 'MaxHead', '__proto__', 'constructor'])(
    'the unknown limit %s',
    (name) => {
      expectMistake(
        () => take({ limits: JSON.parse(`{${JSON.stringify(name)}:1}`) }),
        TypeError,
        `limits.${name}`,
      )
    },
  )

  test.each([null, 1, 'x', [], () => {}])(
    'limits and leniency that are not objects: %j',
    (value) => {
      for (const option of ['limits', 'leniency']) {
        expectMistake(() => take({ [option]: value }), TypeError, option)
      }
    },
  )

  test.each(names)('%s that is not a safe integer or is too small', (name) => {
    const wrong = [
      ZEROS.includes(name) ? -1 : 0,
      -1,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      '1',
      null,
    ]
    for (const value of [...wrong, 1n, true, {}, [], Symbol('x')]) {
      expectMistake(() => take({ limits: { [name]: value } }), RangeError, `limits.${name}`)
    }
  })

  test.each(LINES)('%s above the maximum of 262144', (name) => {
    expectMistake(() => take({ limits: { [name]: 262_145 } }), RangeError, '262144')
    expect(() => take({ limits: { [name]: 262_144 } })).not.toThrow()
  })

  test.each(leniencies)('%s that is not a boolean', (name) => {
    for (const value of [0, 1, 'true', null, {}]) {
      expectMistake(() => take({ leniency: { [name]: value } }), TypeError, `leniency.${name}`)
    }
  })

  test('no limit on a second reading: a getter is read once', () => {
    let reads = 0
    const limits = {
      get maxFields() {
        return reads++ === 0 ? 1 : Number.NaN
      },
    }
    expect(() => take({ limits })).not.toThrow()
    expect(reads).toBe(1)
  })

  test.each(['allowAll', 'insecureHTTPParser', '__proto__'])('the unknown leniency %s', (name) => {
    expectMistake(
      () => take({ leniency: JSON.parse(`{${JSON.stringify(name)}:true}`) }),
      TypeError,
      `leniency.${name}`,
    )
  })

  test('copy that is not a boolean', () => {
    for (const value of [0, 1, 'yes', null, {}]) {
      expectMistake(() => take({ copy: value }), TypeError, 'copy')
    }
  })

  test('no options that only Object.prototype has', () => {
    // Each of them would be refused if it were read.
    const inherited = { leniency: 'all', limits: 'none', copy: 1, maxHead: 0, allowBareLf: 1 }
    Object.assign(Object.prototype, inherited)
    try {
      expect(() => take({})).not.toThrow()
      expect(() => take({ limits: {}, leniency: {} })).not.toThrow()
    } finally {
      for (const name of Object.keys(inherited)) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  test('no valid options', () => {
    expect(() => take({})).not.toThrow()
    expect(() => take(undefined)).not.toThrow()
    expect(() => take({ limits: {}, leniency: {}, copy: true })).not.toThrow()
    for (const name of OTHERS) {
      expect(() => take({ limits: { [name]: Number.MAX_SAFE_INTEGER } })).not.toThrow()
    }
  })
})

describe('parsers refuse', () => {
  test.each([RequestParser, ResponseParser])(
    'chunkBoundaries that is not a boolean: %o',
    (Parser) => {
      const options = { chunkBoundaries: 'yes' } as unknown as ParserOptions
      expectMistake(() => new Parser(options), TypeError, 'chunkBoundaries')
      expect(() => new Parser({ chunkBoundaries: true })).not.toThrow()
    },
  )
})

describe('parse and safeParse refuse', () => {
  test.each([
    ['kind', { kind: 'both' }],
    ['kind', { kind: null }],
    ['kind', { kind: 1 }],
    ['requestMethods', { requestMethods: 'GET' }],
    ['requestMethods', { requestMethods: { 0: 'GET' } }],
    ['requestMethods', { requestMethods: [1] }],
    ['requestMethods', { requestMethods: ['GET', undefined] }],
    ['requestMethods', { requestMethods: [null], kind: 'request' }],
    ['chunkBoundaries', { chunkBoundaries: true }],
  ])('an invalid %s: %j', (name, options) => {
    for (const run of [parse, safeParse]) {
      expectMistake(() => run(BYTES, options as object), TypeError, name)
    }
  })

  test.each([
    ['a string', 'GET / HTTP/1.1\r\n\r\n'],
    ['undefined', undefined],
    ['null', null],
    ['an array', [71, 69, 84]],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a DataView', new DataView(new ArrayBuffer(4))],
    ['another typed array', new Uint16Array(4)],
    ['an Int8Array', new Int8Array(4)],
    ['a Uint8ClampedArray', new Uint8ClampedArray(4)],
  ])('%s in place of a Uint8Array', (_, bytes) => {
    for (const run of [parse, safeParse]) {
      expectMistake(() => run(bytes as unknown as Uint8Array), TypeError, 'Uint8Array')
    }
    const push = () => new RequestParser().push(bytes as unknown as Uint8Array)
    expectMistake(push, TypeError, 'Uint8Array')
  })
})

describe('limits', () => {
  test('are completed with the defaults, and frozen', () => {
    const limits = completeLimits({ maxHead: 1 })
    expect(limits).toEqual({ ...DEFAULT_LIMITS, maxHead: 1 })
    expect(Object.isFrozen(limits)).toBe(true)
    expect(Object.isFrozen(DEFAULT_LIMITS)).toBe(true)
    expect(completeLimits(undefined)).toBe(DEFAULT_LIMITS)
    expect(completeLimits({ maxFields: undefined } as object)).toEqual(DEFAULT_LIMITS)
  })

  test('do not follow later changes to the object of the caller', () => {
    const given = { maxTarget: 1 }
    const parser = new RequestParser({ limits: given })
    given.maxTarget = 100
    expect(() => [...parser.push(toBytes('GET /abc HTTP/1.1\r\n'))]).toThrow(/maxTarget/)
  })

  test('have consistent defaults: a target fits in a start-line, and the lines fit in a head', () => {
    const { maxTarget, maxStartLine, maxFieldLine, maxHead, maxTrailer } = DEFAULT_LIMITS
    expect(maxTarget).toBeLessThan(maxStartLine)
    expect(maxStartLine + maxFieldLine).toBeLessThanOrEqual(maxHead)
    expect(maxTrailer).toBeLessThanOrEqual(maxHead)
  })

  test('permit a captured browser request with 16 kB of cookies by default', () => {
    const { bytes } = loadHead('000-zhidao-baidu-request.http')
    const text = Buffer.from(bytes).toString('latin1')
    const cookie = `Cookie: ${'session=0123456789abcdef; '.repeat(630)}`
    expect(cookie.length).toBeGreaterThan(16_000)
    const larger = text.replace(/Cookie: [^\r]*/, cookie)
    const { messages } = parse(toBytes(larger))
    expect(messages[0]?.head.headers.get('cookie')).toBe(cookie.slice(8).trimEnd())
  })

  test.each([
    ['in one line', `A: ${'x'.repeat(1_000_000)}\r\n`],
    ['in lines of 10 kB', `A: ${'x'.repeat(10_000)}\r\n`.repeat(100)],
    ['in lines of one byte', 'A: x\r\n'.repeat(170_000)],
  ])('refuse a megabyte of headers with 431 by default, %s', (_, fields) => {
    const result = safeParse(toBytes(`GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`))
    expect(result).toMatchObject({ ok: false, error: { status: 431 } })
  })
})

describe('leniencies', () => {
  test('are all off by default', () => {
    expect(Object.values(STRICT)).toEqual(leniencies.map(() => false))
    expect(completeLeniency(undefined)).toBe(STRICT)
    expect(completeLeniency({ allowBareLf: undefined } as object)).toEqual(STRICT)
    expect(Object.isFrozen(STRICT)).toBe(true)
  })

  test.each(leniencies)('are enabled one by one: %s', (name) => {
    const leniency = completeLeniency({ [name]: true })
    expect(leniency).toEqual({ ...STRICT, [name]: true })
    expect(Object.isFrozen(leniency)).toBe(true)
  })
})
