/**
 * The output memory of heads and chunk lines: chunks that were handed out never change, however
 * much is written later, by whichever serializer, and whatever the caller's own code does during a
 * call.
 */

import { describe, expect, test } from 'vitest'
import {
  type Fields,
  parse,
  RequestParser,
  RequestSerializer,
  type ResponseHeadInit,
  ResponseSerializer,
  serialize,
} from '../../src/index.ts'
import { expectRefused, text } from '../support/refusals.ts'

const END = { type: 'end' } as const
const CHUNKED = { status: 200, headers: { 'Transfer-Encoding': 'chunked' } } as const

type Pairs = [name: string, value: string][]

function headText(pairs: Pairs): string {
  const lines = pairs.map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 204 No Content\r\n${lines.join('')}\r\n`
}

/** The pairs as parsed `Fields`, which still refer to the bytes of their head. */
function parsed(pairs: Pairs): Fields {
  const limits = { maxFieldLine: 262_144, maxHead: 10_000_000, maxFields: 100_000 }
  const [message] = parse(Buffer.from(headText(pairs)), { limits }).messages
  if (message === undefined) throw new Error('no message')
  return message.head.headers
}

/** Collects chunks, to compare them at the end with what they were when they were returned. */
class Kept {
  readonly #chunks: { chunk: Uint8Array; was: string }[] = []

  add(chunks: readonly Uint8Array[]): string {
    for (const chunk of chunks) this.#chunks.push({ chunk, was: text(chunk) })
    return text(...chunks)
  }

  expectUnchanged(): void {
    expect(this.#chunks.length).toBeGreaterThan(0)
    for (const { chunk, was } of this.#chunks) expect(text(chunk)).toBe(was)
  }
}

describe('heads of any size', () => {
  const SIZES: [string, Pairs][] = [
    ['a value of 100 KiB', [['A', 'a'.repeat(102_400)]]],
    ['a name of 100 KiB', [['N'.repeat(102_400), 'v']]],
    ['thousands of fields', Array.from({ length: 5_000 }, (_, i) => [`F${i}`, `${i}`])],
    [
      'large and small fields in turn',
      Array.from({ length: 60 }, (_, i) => [`F${i}`, 'v'.repeat(i % 3 === 0 ? 5_000 : 1)]),
    ],
    ['exactly one piece of memory', [['A', 'a'.repeat(16_384 - headText([['A', '']]).length)]]],
    ['one byte more', [['A', 'a'.repeat(16_385 - headText([['A', '']]).length)]]],
  ]

  test.each(SIZES)('are written in full: %s', (_, pairs) => {
    for (const headers of [pairs, parsed(pairs)]) {
      const kept = new Kept()
      const serializer = new ResponseSerializer()
      kept.add(serializer.write({ status: 204 }))
      serializer.write(END)
      expect(kept.add(serializer.write({ status: 204, headers }))).toBe(headText(pairs))
      serializer.write(END)
      kept.add(serializer.write({ status: 204, headers: { After: 'it' } }))
      kept.expectUnchanged()
    }
  })

  test('obey a framing field after 3,000 others, and are refused at its offset if it is invalid', () => {
    const pairs: Pairs = Array.from({ length: 3_000 }, (_, i) => [`Header-${i}`, 'v'.repeat(20)])
    const serializer = new ResponseSerializer()
    serializer.write({ status: 200, headers: [...pairs, ['Content-Length', '2']] })
    serializer.write({ type: 'data', bytes: 'ok' })
    expect(serializer.write(END)).toEqual([])
    const length = headText(pairs).length - 'HTTP/1.1 204 No Content\r\n\r\n'.length
    const at = serializer.offset + 'HTTP/1.1 200 OK\r\n'.length + length
    const wrong: Pairs = [...pairs, ['Content-Length', '-2']]
    expectRefused(
      () => serializer.write({ status: 200, headers: wrong }),
      'INVALID_CONTENT_LENGTH',
      at + 'Content-Length: '.length,
    )
  })

  test('are written in full: a reason, method and target of 100 KiB each', () => {
    const long = 'x'.repeat(102_400)
    expect(text(...new ResponseSerializer().write({ status: 204, reason: long }))).toBe(
      `HTTP/1.1 204 ${long}\r\n\r\n`,
    )
    const head = { method: long, target: `/${long}`, version: '1.0' } as const
    expect(text(...new RequestSerializer().write(head))).toBe(`${long} /${long} HTTP/1.0\r\n\r\n`)
  })
})

describe('the output memory', () => {
  test('keeps returned heads unchanged while thousands of other heads are written', () => {
    const kept = new Kept()
    const serializer = new ResponseSerializer()
    // Odd sizes, so that heads end at ever different places in the buffer pool; some 1.1 MB in all.
    for (let i = 0; i < 4_000; i++) {
      const pairs: Pairs = [
        ['A', 'a'.repeat(i % 97)],
        ['B', 'b'.repeat(1 + (i % 389))],
      ]
      expect(kept.add(serializer.write({ status: 204, headers: pairs }))).toBe(
        headText(pairs).replace('A: \r\n', 'A:\r\n'),
      )
      serializer.write(END)
    }
    kept.expectUnchanged()
  })

  test('keeps returned chunks unchanged while two serializers write in turn', () => {
    const kept = new Kept()
    const one = new ResponseSerializer()
    const other = new RequestSerializer()
    const post = { method: 'POST', target: '/', headers: { Host: 'a', ...CHUNKED.headers } }
    for (let i = 0; i < 500; i++) {
      kept.add(one.write(CHUNKED))
      kept.add(other.write(post))
      const extensions = [{ name: 'a', value: ' '.repeat(i) }]
      kept.add(one.write({ type: 'chunk', size: 3, extensions }))
      expect(kept.add(other.write({ type: 'data', bytes: 'abc' }))).toBe('3\r\nabc\r\n')
      expect(kept.add(one.write({ type: 'data', bytes: 'xyz' }))).toBe('xyz\r\n')
      expect(kept.add(one.write({ type: 'end', trailers: { T: `${i}` } }))).toBe(
        `0\r\nT: ${i}\r\n\r\n`,
      )
      expect(kept.add(other.write(END))).toBe('0\r\n\r\n')
    }
    kept.expectUnchanged()
  })

  test('keeps returned chunks unchanged when a call is refused at the end of a large head', () => {
    const kept = new Kept()
    const serializer = new ResponseSerializer()
    for (const size of [10, 20_000, 200_000]) {
      for (const last of ['\n', '\u0100', ' ']) {
        const headers = { A: 'a'.repeat(size), B: `b${last}` }
        expect(() => serializer.write({ status: 204, headers })).toThrow()
      }
      kept.add(serializer.write({ status: 204, headers: { A: 'a'.repeat(size) } }))
      serializer.write(END)
    }
    kept.expectUnchanged()
  })

  test('is separate from a parser that is in the middle of a head', () => {
    const wire = 'GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n'
    const parser = new RequestParser()
    const heads: string[][] = []
    for (let i = 0; i < 200; i++) {
      // The parser is in the middle of a head while other heads are written.
      parser.push(Buffer.from(wire.slice(0, i % wire.length)))
      for (const event of parser) if (event.type === 'request') heads.push(event.headers.raw())
      const pairs: Pairs = Array.from({ length: i }, (_, n) => [`Connection`, `${n}`])
      serialize({ head: { status: 204, headers: pairs } })
      parser.push(Buffer.from(wire.slice(i % wire.length)))
      for (const event of parser) if (event.type === 'request') heads.push(event.headers.raw())
    }
    expect(heads).toEqual(Array.from({ length: 200 }, () => ['Host', 'a', 'A', 'b']))
  })
})

describe('caller code that runs during a call', () => {
  /** Uses serializers and a parser, as a getter or an iterator may. */
  function meddle(): void {
    serialize({ head: { status: 200, headers: { X: 'meddled'.repeat(3_000) } }, body: 'meddled' })
    const serializer = new RequestSerializer()
    serializer.write({ method: 'GET', target: '/meddled', headers: { Host: 'meddled' } })
    serializer.write(END)
    for (const _ of new RequestParser().push(Buffer.from('GET / HTTP/1.1\r\nHost: m\r\n\r\n')));
  }

  function* pairs(): Generator<[string, string]> {
    for (const name of ['A', 'B', 'C']) {
      meddle()
      yield [name, name.repeat(3)]
    }
  }

  const EXPECTED = 'HTTP/1.1 204 X\r\nA: AAA\r\nB: BBB\r\nC: CCC\r\n\r\n'

  test('may use serializers and parsers in getters and iterators of a head', () => {
    const head: ResponseHeadInit = {
      get status() {
        meddle()
        return 204
      },
      get reason() {
        meddle()
        return 'X'
      },
      get version() {
        meddle()
        return '1.1' as const
      },
      get headers() {
        meddle()
        return pairs()
      },
    }
    for (let i = 0; i < 20; i++) {
      expect(text(...new ResponseSerializer().write(head))).toBe(EXPECTED)
      expect(text(serialize({ head }))).toBe(EXPECTED)
    }
  })

  test('may use serializers and parsers in chunk extensions and trailers', () => {
    const serializer = new ResponseSerializer()
    serializer.write(CHUNKED)
    const extension = {
      get name() {
        meddle()
        return 'a'
      },
      get value() {
        meddle()
        return 'b'
      },
    }
    const chunk = { type: 'chunk', size: 1, extensions: [extension, extension] } as const
    expect(text(...serializer.write(chunk))).toBe('1;a=b;a=b\r\n')
    expect(text(...serializer.write({ type: 'data', bytes: 'x' }))).toBe('x\r\n')
    expect(text(...serializer.write({ type: 'end', trailers: pairs() }))).toBe(
      '0\r\nA: AAA\r\nB: BBB\r\nC: CCC\r\n\r\n',
    )
  })

  test('comes first if it writes a head to the same serializer: the outer head is WRONG_STATE', () => {
    const serializer = new ResponseSerializer()
    const inner: string[] = []
    const head = {
      status: 204,
      get headers() {
        inner.push(text(...serializer.write({ status: 200, headers: { 'Content-Length': '1' } })))
        return { A: 'b' }
      },
    }
    const length = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n'.length
    expectRefused(() => serializer.write(head), 'WRONG_STATE', length)
    expect(inner).toEqual(['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n'])
    expect(text(...serializer.write({ type: 'data', bytes: 'x' }))).toBe('x')
    expect(serializer.write(END)).toEqual([])
    expect(serializer.offset).toBe(length + 1)
  })

  test('comes first if it ends the message during a chunk event: the chunk is WRONG_STATE', () => {
    const serializer = new ResponseSerializer()
    serializer.write(CHUNKED)
    const extension = {
      value: null,
      get name() {
        serializer.write(END)
        return 'a'
      },
    }
    const chunk = { type: 'chunk', size: 1, extensions: [extension] } as const
    expect(() => serializer.write(chunk)).toThrow(expect.objectContaining({ code: 'WRONG_STATE' }))
    expect(text(...serializer.write({ status: 204, reason: 'X' }))).toBe('HTTP/1.1 204 X\r\n\r\n')
  })

  test('has its own error passed on, and the call writes nothing', () => {
    const serializer = new ResponseSerializer().respondsTo('HEAD')
    const error = new RangeError('mine')
    const head = {
      status: 200,
      get headers(): never {
        throw error
      },
    }
    expect(() => serializer.write(head)).toThrow(error)
    expect(serializer.offset).toBe(0)
    // The failed call has not consumed the queued HEAD.
    serializer.write({ status: 200 })
    expect(serializer.write(END)).toEqual([])
    expect(text(...serializer.write({ status: 204, reason: 'X' }))).toBe('HTTP/1.1 204 X\r\n\r\n')
  })
})

test('transferring the buffer of a chunk away does not detach the chunks of another serializer', () => {
  const write = (target: string) =>
    new RequestSerializer().write({ method: 'GET', target, headers: { Host: 'a' } })
  const [mine] = write('/mine')
  const others = write('/others')
  const before = text(...others)
  try {
    structuredClone(mine?.buffer, { transfer: [mine?.buffer as ArrayBuffer] })
  } catch {
    // Node's buffer pool cannot be transferred, so nothing was detached.
  }
  expect(text(...others)).toBe(before)
  expect(text(...write('/others'))).toBe(before)
})
