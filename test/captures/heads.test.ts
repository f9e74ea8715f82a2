/**
 * Heads that browsers and servers really sent. Names and values are compared with a split of the
 * file that is independent of the parser: by CRLF, the first colon, and the one space after it.
 */

import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type ParserOptions, parse, type RequestHead, type ResponseHead } from '../../src/index.ts'
import { type CapturedHead, loadHead, loadHeads } from '../fixtures/captures/load-captures.mjs'
import { byteByByte, splitsInTwo, whole } from '../support/chunkings.ts'
import { type Kind, type Outcome, runParser } from '../support/run-parser.ts'
import { latin1 } from '../support/wire-text.ts'

const WITHOUT_HOST = '004-request.http'

const captures = loadHeads().filter(({ holds }) => holds !== 'content')
const requests = captures.filter(({ direction }) => direction === 'request')
const responses = captures.filter(({ direction }) => direction === 'response')

function optionsFor(capture: CapturedHead): ParserOptions {
  return capture.file === WITHOUT_HOST ? { leniency: { allowMissingHost: true } } : {}
}

/** The head in `bytes`, split without the parser. */
function naive(bytes: Uint8Array) {
  const [head = '', ...content] = latin1(bytes).split('\r\n\r\n')
  const [startLine = '', ...lines] = head.split('\r\n')
  const fields = lines.map((line) => {
    const colon = line.indexOf(': ')
    return [line.slice(0, colon), line.slice(colon + 2)] as [string, string]
  })
  return { startLine, fields, content: content.join('\r\n\r\n') }
}

/** The outcome in one chunk; fails unless every other chunking gives the same. */
function outcomeOfAll(kind: Kind, bytes: Uint8Array, options: ParserOptions = {}): Outcome {
  const [chunks = []] = whole(bytes)
  const outcome = runParser(kind, chunks, options)
  for (const chunking of [byteByByte, splitsInTwo]) {
    for (const chunks of chunking(bytes)) {
      const other = runParser(kind, chunks, options)
      // Deep equality of some thousand outcomes is slow, so their JSON is compared first.
      if (JSON.stringify(other) !== JSON.stringify(outcome)) expect(other).toEqual(outcome)
    }
  }
  return outcome
}

function onlyHead(capture: CapturedHead): RequestHead | ResponseHead {
  // A head without its content would be truncated, so it is parsed as the response to HEAD.
  const { messages } = parse(capture.bytes, {
    ...optionsFor(capture),
    requestMethods: capture.direction === 'response' && capture.holds === 'head' ? ['HEAD'] : [],
  })
  expect(messages).toHaveLength(1)
  return (messages[0] as (typeof messages)[0]).head
}

describe.each(captures.map((capture) => [capture.file, capture] as const))('%s', (_, capture) => {
  test('has every name and value byte for byte as captured, in order', () => {
    const { fields } = naive(capture.bytes)
    const { headers } = onlyHead(capture)
    expect(headers.size).toBe(fields.length)
    expect([...headers]).toEqual(fields)
    expect(headers.raw()).toEqual(fields.flat())
  })

  test('has the start-line as captured', () => {
    const { startLine } = naive(capture.bytes)
    const head = onlyHead(capture)
    const told =
      head.type === 'request'
        ? `${head.method} ${head.target} HTTP/${head.version}`
        : `HTTP/${head.version} ${head.status} ${head.reason}`
    expect(told).toBe(startLine)
  })

  test('has the bytes of the head as captured', () => {
    const end = latin1(capture.bytes).indexOf('\r\n\r\n') + 4
    expect(latin1(onlyHead(capture).bytes)).toBe(latin1(capture.bytes.subarray(0, end)))
  })

  test('finds every field by its name in upper and lower case', () => {
    const { fields } = naive(capture.bytes)
    const { headers } = onlyHead(capture)
    for (const [name, value] of fields) {
      expect(headers.getAll(name.toUpperCase())).toContain(value)
      expect(headers.getAll(name.toLowerCase())).toEqual(headers.getAll(name))
    }
  })

  test('has the same outcome whole, byte by byte and at every split', () => {
    const outcome = outcomeOfAll(capture.direction, capture.bytes, optionsFor(capture))
    expect(outcome.events[0]).toMatchObject({
      type: capture.direction,
      headers: naive(capture.bytes).fields,
      offset: 0,
      anomalies: capture.file === WITHOUT_HOST ? ['missing-host'] : [],
    })
  })
})

describe('captured requests', () => {
  test.each(requests.map(({ file, ...capture }) => [file, { file, ...capture }] as const))(
    '%s is a complete request without content on a persistent connection',
    (_, capture) => {
      const { events, error } = outcomeOfAll('request', capture.bytes, optionsFor(capture))
      expect(error).toBeNull()
      expect(events).toHaveLength(2)
      expect(events[0]).toMatchObject({
        framing: 'none',
        contentLength: null,
        keepAlive: true,
        upgrades: false,
        targetForm: 'origin',
      })
      expect(events[1]).toEqual({ type: 'end', trailers: [] })
    },
  )

  test('the request without Host is refused as MISSING_HOST by default', () => {
    const { events, error } = outcomeOfAll('request', loadHead(WITHOUT_HOST).bytes)
    expect(events).toEqual([])
    expect(error).toMatchObject({ code: 'MISSING_HOST', status: 400, offset: 0 })
  })

  test('the requests with Host parse on one connection, in one chunk and byte by byte', () => {
    const withHost = requests.filter(({ file }) => file !== WITHOUT_HOST)
    const joined = new Uint8Array(Buffer.concat(withHost.map(({ bytes }) => bytes)))
    for (const chunking of [whole, byteByByte]) {
      for (const chunks of chunking(joined)) {
        const { events, error } = runParser('request', chunks)
        expect(error).toBeNull()
        const heads = events.filter(({ type }) => type === 'request')
        expect(heads).toHaveLength(withHost.length)
        let offset = 0
        for (const [i, { bytes }] of withHost.entries()) {
          expect(heads[i]).toMatchObject({ headers: naive(bytes).fields, offset })
          offset += bytes.length
        }
      }
    }
  })
})

describe('captured responses', () => {
  test.each(
    responses
      .filter(({ holds }) => holds === 'head')
      .map(({ file, bytes }) => [file, bytes] as const),
  )('%s announces chunked gzip content, and is TRUNCATED without it', (_, bytes) => {
    const { events, error } = outcomeOfAll('response', bytes)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      status: 200,
      reason: 'OK',
      framing: 'chunked',
      contentLength: null,
      keepAlive: true,
      contentCodings: ['gzip'],
      transferCodings: ['chunked'],
    })
    expect(error).toMatchObject({ code: 'TRUNCATED', offset: bytes.length })
  })

  test('the response without fields has content until the connection closes', () => {
    const { bytes } = loadHead('002-minimal-response.http')
    const { events, error } = outcomeOfAll('response', bytes)
    expect(error).toBeNull()
    expect(events).toMatchObject([
      { type: 'response', framing: 'until-close', keepAlive: false, headers: [] },
      { type: 'data', bytes: naive(bytes).content },
      { type: 'end', trailers: [] },
    ])
    expect(Buffer.from(naive(bytes).content, 'latin1').toString()).toBe('<h1>我是响应正文</h1>')
  })

  test('four Set-Cookie field lines stay separate', () => {
    const { bytes } = loadHead('001-baidu-response-head.http')
    const { headers } = onlyHead(loadHead('001-baidu-response-head.http'))
    const cookies = naive(bytes)
      .fields.filter(([name]) => name === 'Set-Cookie')
      .map(([, value]) => value)
    expect(cookies).toHaveLength(4)
    expect(headers.getAll('set-cookie')).toEqual(cookies)
    expect(headers.toObject()['set-cookie']).toEqual(cookies)
  })
})

describe('the response 001, rebuilt with its content', () => {
  const head = loadHead('001-baidu-response-head.http').bytes
  const html = Buffer.from(loadHead('001-baidu-response-body.html').bytes)
  const zipped = gzipSync(html)
  const third = Math.ceil(zipped.length / 3)
  const pieces = Buffer.concat([
    head,
    ...[0, 1, 2].flatMap((i) => {
      const data = zipped.subarray(i * third, (i + 1) * third)
      return [Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]
    }),
    Buffer.from('0\r\n\r\n'),
  ])
  const message = new Uint8Array(pieces)

  test('has the gzip content whole, byte by byte and at every split', () => {
    const { events, error } = outcomeOfAll('response', message)
    expect(error).toBeNull()
    expect(events.map(({ type }) => type)).toEqual(['response', 'data', 'end'])
    const data = events[1]
    expect(data).toEqual({ type: 'data', bytes: zipped.toString('latin1') })
    expect(gunzipSync(Buffer.from(data?.type === 'data' ? data.bytes : '', 'latin1'))).toEqual(html)
  })

  test('has its chunk sizes as events with chunkBoundaries', () => {
    const { events } = outcomeOfAll('response', message, { chunkBoundaries: true })
    const sizes = events.map((event) => (event.type === 'chunk' ? event.size : event.type))
    expect(sizes).toEqual([
      'response',
      third,
      'data',
      third,
      'data',
      zipped.length - 2 * third,
      'data',
      0,
      'end',
    ])
  })

  test('can be followed by another response on the connection', () => {
    const { messages } = parse(Buffer.concat([message, message]))
    expect(messages).toHaveLength(2)
    for (const { body } of messages) expect(gunzipSync(body)).toEqual(html)
  })
})

describe('the manifest', () => {
  test('names the program if and only if the message does, with a version that the message has', () => {
    for (const { bytes, program, version, file } of captures) {
      const { fields } = naive(bytes)
      const says = new Map(fields).get('User-Agent') ?? new Map(fields).get('Server')
      expect(program === null, file).toBe(says === undefined)
      if (version !== null) expect(says, file).toContain(version)
    }
  })
})
