/**
 * The generators give what their names and options say, and cover all of it: a generator that
 * omits a case would let every property pass. That a parser finds in their output what was meant
 * is tested in `test/property/model.test.ts`.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chunkedBody,
  chunkings,
  cuts,
  fieldLines,
  fieldName,
  fieldValue,
  request,
  requests,
  response,
  responses,
  target,
  VIOLATIONS,
  violation,
} from '../../src/arbitraries.ts'
import { Fields, safeParse } from '../../src/index.ts'
import { runs, toBytes } from '../support/arbitraries.ts'
import { latin1 } from '../support/wire-text.ts'

/** Enough values to see whatever is not meant to be rare, from the same seed each time. */
function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns = 2000): T[] {
  return fc.sample(arbitrary, { numRuns, seed: 9110 })
}

function expectEach(seen: readonly unknown[], expected: readonly unknown[]): void {
  expect([...new Set(seen)].sort()).toEqual([...expected].sort())
}

const FRAMINGS = ['none', 'length', 'chunked', 'until-close'] as const

describe('fieldName, fieldValue and fieldLines', () => {
  test('give names of all token characters, but not Host, Connection or a framing field', () => {
    const names = sample(fieldName())
    const all = new Set(names.join(''))
    for (const name of names) {
      expect(name).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/)
      expect(name).not.toMatch(/^(host|content-length|transfer-encoding|connection)$/i)
    }
    expect(all.size).toBe(77)
  })

  test('give values of every valid byte, some empty and none with surrounding whitespace', () => {
    const values = sample(fieldValue())
    for (const value of values) {
      expect(value).toMatch(/^(?![ \t])[\t\x20-\x7e\x80-\xff]*(?<![ \t])$/)
    }
    expect(new Set(values.join('')).size).toBe(1 + 95 + 128)
    expect(values).toContain('')
  })

  test('give as many field lines as the constraints ask for, and none at times by default', () => {
    for (const lines of sample(fieldLines({ minLength: 2, maxLength: 3 }), 200)) {
      expect([2, 3]).toContain(Fields.from(lines).size)
    }
    expect(sample(fieldLines(), 200).map(({ length }) => length)).toContain(0)
  })
})

describe('target', () => {
  test('gives all four forms of request-target, with a method and Host that fit', () => {
    const targets = sample(target())
    expectEach(
      targets.map(({ form }) => form),
      ['origin', 'absolute', 'authority', 'asterisk'],
    )
    for (const { target, form, method, authority } of targets) {
      const bytes = toBytes(`${method} ${target} HTTP/1.1\r\nHost: ${authority ?? 'a'}\r\n\r\n`)
      const result = safeParse(bytes, { kind: 'request' })
      expect(result).toMatchObject({ ok: true })
      expect(result.messages[0]?.head).toMatchObject({ targetForm: form, method, target })
    }
  })
})

describe('chunkedBody', () => {
  test('gives bytes that parse to its body and trailers, with chunk sizes that add up', () => {
    const head = toBytes('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (const { bytes, body, trailers, chunks } of sample(chunkedBody(), 500)) {
      const result = safeParse(Buffer.concat([head, bytes]), { kind: 'request' })
      expect(result).toMatchObject({ ok: true })
      expect(latin1(result.messages[0]?.body ?? head)).toBe(latin1(body))
      expect([...(result.messages[0]?.trailers ?? [])]).toEqual(trailers)
      expect(chunks.reduce((sum, { size }) => sum + size, 0)).toBe(body.length)
      expect(chunks.at(-1)?.size).toBe(0)
    }
  })

  test('covers trailers, each kind of extension, leading zeros and hex digits in either case', () => {
    const bodies = sample(chunkedBody())
    const wire = bodies.map(({ bytes }) => latin1(bytes)).join('')
    const extensions = bodies.flatMap(({ chunks }) =>
      chunks.flatMap(({ extensions }) => extensions),
    )
    expect(extensions.map(({ value }) => value)).toEqual(expect.arrayContaining([null, '']))
    for (const way of [
      /;\w+=\w/,
      /;\w+="/,
      /[ \t];/,
      /;[ \t]/,
      /[ \t]=/,
      /=[ \t]/,
      /\\"/,
      /\\\\/,
    ]) {
      expect(wire).toMatch(way)
    }
    for (const way of [/^0+[1-9]/, /^1[a-f]/, /^1[A-F]/, /^0\r\n\r\n$/]) {
      expect(bodies.some(({ bytes }) => way.test(latin1(bytes)))).toBe(true)
    }
    expect(bodies.some(({ trailers }) => trailers.length > 1)).toBe(true)
  })
})

describe('request and requests', () => {
  test('cover every framing and version, persistence, Upgrade, CONNECT and Expect', () => {
    const all = sample(request())
    expectEach(
      all.map(({ framing }) => framing),
      ['none', 'length', 'chunked'],
    )
    expectEach(
      all.map(({ message }) => message.head.version),
      ['1.0', '1.1'],
    )
    const offers = all.filter(({ upgrades }) => upgrades).map(({ targetForm }) => targetForm)
    expect(offers).toEqual(expect.arrayContaining(['authority', 'origin']))
    expectEach(
      all.map(({ keepAlive }) => keepAlive),
      [true, false],
    )
    expect(all.some(({ expectsContinue }) => expectsContinue)).toBe(true)
  })

  test.each(['none', 'length', 'chunked'] as const)(
    'keep the constraint framing: %s',
    (framing) => {
      for (const one of sample(request({ framing }), 200)) expect(one.framing).toBe(framing)
      for (const { messages } of sample(requests({ framing }), 100)) {
        for (const one of messages) expect(one.framing).toBe(framing)
      }
    },
  )

  test('offer no switch of protocols with upgrades: false', () => {
    expect(sample(request({ upgrades: false })).some(({ upgrades }) => upgrades)).toBe(false)
  })

  test('give streams in which only the last request may end the connection or offer a switch', () => {
    const streams = sample(requests())
    expectEach(
      streams.map(({ messages }) => messages.length),
      [1, 2, 3, 4],
    )
    for (const { bytes, messages } of streams) {
      expect(latin1(bytes)).toBe(messages.map(({ bytes }) => latin1(bytes)).join(''))
      for (const { keepAlive, upgrades } of messages.slice(0, -1)) {
        expect({ keepAlive, upgrades }).toEqual({ keepAlive: true, upgrades: false })
      }
    }
    expect(
      sample(requests({ minLength: 6 }), 20).every(({ messages }) => messages.length === 6),
    ).toBe(true)
  })
})

describe('response and responses', () => {
  test('cover every framing, version and kind of response without content', () => {
    const all = sample(response())
    expectEach(
      all.map(({ framing }) => framing),
      FRAMINGS,
    )
    expectEach(
      all.map(({ message }) => message.head.version),
      ['1.0', '1.1'],
    )
    const bodiless = all.filter(({ framing }) => framing === 'none')
    const statuses = bodiless.map(({ message }) => message.head.status)
    expect(statuses).toEqual(expect.arrayContaining([100, 101, 103, 204, 304]))
    expect(bodiless.map(({ requestMethod }) => requestMethod)).toEqual(
      expect.arrayContaining([null, 'HEAD', 'CONNECT', 'GET']),
    )
    expect(
      all.some(({ requestMethod, upgrades }) => requestMethod === 'CONNECT' && !upgrades),
    ).toBe(true)
  })

  test.each(FRAMINGS)('keep the constraint framing: %s', (framing) => {
    for (const one of sample(response({ framing }), 200)) expect(one.framing).toBe(framing)
    for (const { messages } of sample(responses({ framing }), 100)) {
      const kept = framing === 'until-close' ? messages.slice(-1) : messages
      for (const one of kept) expect(one.framing).toBe(framing)
    }
  })

  test('with framing: until-close have this framing in the last response only, others before', () => {
    const streams = sample(responses({ framing: 'until-close' }), 500)
    const before = streams.flatMap(({ messages }) => messages.slice(0, -1))
    expectEach(
      before.map(({ framing }) => framing),
      ['none', 'length', 'chunked'],
    )
  })

  test('have framing fields in some responses to HEAD and some 304s, and in no 204', () => {
    const withFields = new Map<string, Set<boolean>>()
    for (const { message, requestMethod } of sample(response(), 5000)) {
      const { status, headers } = message.head
      const has = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
      for (const kind of [`status ${status}`, `to ${requestMethod}`]) {
        withFields.set(kind, (withFields.get(kind) ?? new Set()).add(has))
      }
    }
    expectEach([...(withFields.get('to HEAD') ?? [])], [true, false])
    expectEach([...(withFields.get('status 304') ?? [])], [true, false])
    expectEach([...(withFields.get('status 204') ?? [])], [false])
  })

  test('make no switch of protocols with upgrades: false', () => {
    expect(sample(response({ upgrades: false })).some(({ upgrades }) => upgrades)).toBe(false)
  })

  test('give streams that answer in order, in which only the last may end the connection or switch', () => {
    const streams = sample(responses())
    for (const { bytes, messages, requestMethods } of streams) {
      expect(latin1(bytes)).toBe(messages.map(({ bytes }) => latin1(bytes)).join(''))
      for (const { keepAlive, upgrades } of messages.slice(0, -1)) {
        expect({ keepAlive, upgrades }).toEqual({ keepAlive: true, upgrades: false })
      }
      const answers = messages.map(({ requestMethod }) => requestMethod)
      expect(answers.filter((method) => method !== null)).toEqual(requestMethods)
      expect(answers.at(-1)).not.toBeNull()
    }
    expect(streams.some(({ messages }) => messages[0]?.requestMethod === null)).toBe(true)
    expect(streams.some(({ messages }) => messages.at(-1)?.framing === 'until-close')).toBe(true)
  })
})

describe('cuts and chunkings', () => {
  const bytes = toBytes('GET / HTTP/1.1\r\nHost: a\r\n\r\n')

  test('give chunks that join to the input and share no memory with it or each other', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 50 }),
        cuts(),
        fc.boolean(),
        (given, cut, asBuffer) => {
          // The slice of a Buffer is a view.
          const bytes = asBuffer ? Buffer.from(given) : given
          const chunks = cut(bytes)
          expect(latin1(Buffer.concat(chunks))).toBe(latin1(bytes))
          const memory = new Set([bytes, ...chunks].map(({ buffer }) => buffer))
          expect(memory.size).toBe(chunks.length + 1)
          for (const { buffer, length } of chunks) expect(buffer.byteLength).toBe(length)
        },
      ),
      runs(500),
    )
  })

  test('cover one chunk, single bytes, equal pieces, every first cut and empty chunks', () => {
    const sizes = sample(chunkings(bytes)).map((chunks) => chunks.map(({ length }) => length))
    expect(sizes).toContainEqual([bytes.length])
    expect(sizes).toContainEqual(Array.from(bytes, () => 1))
    expect(sizes.some(([a, b, c]) => a === 7 && b === 7 && c === 7)).toBe(true)
    expect(sizes.some((some) => some[0] === 0)).toBe(true)
    expect(sizes.some((some) => some.at(-1) === 0)).toBe(true)
    expect(sizes.some((some) => some.slice(1, -1).includes(0))).toBe(true)
    for (let at = 1; at < bytes.length; at++) {
      expect(sizes.some(([a, b]) => a === at && b !== a && b !== undefined)).toBe(true)
    }
  })
})

describe('VIOLATIONS and violation', () => {
  test('have over 60 rules for each kind of message, with unique names', () => {
    for (const kind of ['request', 'response'] as const) {
      const rules = VIOLATIONS.filter((one) => one.kind === kind).map(({ rule }) => rule)
      expect(rules.length).toBeGreaterThan(60)
      expect(new Set(rules).size).toBe(rules.length)
    }
  })

  test('keep the constraints kind and rule, and cover every rule by default', () => {
    const rule = 'an empty method'
    for (const one of sample(violation({ rule }), 20)) expect(one).toMatchObject({ rule })
    for (const kind of ['request', 'response'] as const) {
      for (const one of sample(violation({ kind }), 200)) expect(one.kind).toBe(kind)
    }
    const all = new Set(sample(violation(), 5000).map(({ kind, rule }) => `${kind}: ${rule}`))
    expect(all.size).toBe(VIOLATIONS.length)
    expect(() => violation({ kind: 'response', rule })).toThrow(RangeError)
  })

  test('give a message if and only if there is a code for it, such as for a bare LF in a value', () => {
    for (const { message, messageCode, rule } of sample(violation(), 1000)) {
      expect(message === null, rule).toBe(messageCode === null)
    }
    const stated = sample(violation({ rule: 'a bare LF in a field value, in the header section' }))
    for (const { message } of stated) {
      expect(JSON.stringify(message?.head.headers)).toContain('\\n')
    }
  })
})

test('a failed property shows messages and cuts as text', () => {
  const failing = () =>
    fc.assert(
      fc.property(requests(), cuts(), () => false),
      { seed: 1 },
    )
  expect(failing).toThrow(`[request 'GET / HTTP/1.1\\r\\nHost: a.example\\r\\n\\r\\n',cut at []]`)
})
