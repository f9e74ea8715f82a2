/**
 * Memory: a parser holds no more of an endless message than its limits allow, nothing that was read, and no
 * chunk for longer than it is needed.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import {
  type ErrorCode,
  HttpError,
  type Limits,
  type RequestHead,
  RequestParser,
  ResponseParser,
} from '../../src/index.ts'
import { toBytes } from '../support/arbitraries.ts'
import { type Kind, makeParser } from '../support/run-parser.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Not a power of two, at which a check made only when a buffer doubles would come just in time. */
const LIMIT = 1_100

/** Bytes beyond a limit that may be accepted before the excess is certain: a line end, a chunk size. */
const FEW = 20

const REQUEST = 'POST / HTTP/1.1\r\nHost: a\r\n'
const RESPONSE = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${REQUEST}Transfer-Encoding: chunked\r\n\r\n`

interface Endless {
  readonly kind?: Kind
  readonly limits: Partial<Limits>
  /** The input before the repeated part, which does not count. */
  readonly before?: string
  /** The piece that is repeated without end. */
  readonly piece: string
  readonly code: ErrorCode
  /** The most bytes of the repeated `piece` that may be accepted, {@link FEW} aside. */
  readonly most: number
}

const ENDLESS: Record<string, Endless> = {
  'a method': {
    limits: { maxStartLine: LIMIT },
    piece: 'A',
    code: 'METHOD_TOO_LONG',
    most: LIMIT,
  },
  'a target, to the limit of targets': {
    limits: { maxTarget: LIMIT },
    before: 'GET ',
    piece: '/',
    code: 'TARGET_TOO_LONG',
    most: LIMIT,
  },
  'a target after a method of 15 bytes, to the limit of targets': {
    limits: { maxTarget: LIMIT },
    before: `${'M'.repeat(15)} `,
    piece: '/',
    code: 'TARGET_TOO_LONG',
    most: LIMIT,
  },
  'a target, to the limit of start-lines': {
    limits: { maxStartLine: LIMIT },
    before: 'GET ',
    piece: '/',
    code: 'START_LINE_TOO_LONG',
    most: LIMIT - 4,
  },
  'a start-line, to the limit of heads': {
    limits: { maxHead: LIMIT },
    piece: 'A',
    code: 'HEAD_TOO_LARGE',
    most: LIMIT,
  },
  'a reason phrase': {
    kind: 'response',
    limits: { maxStartLine: LIMIT + 13 },
    before: 'HTTP/1.1 200 ',
    piece: 'a ',
    code: 'START_LINE_TOO_LONG',
    most: LIMIT,
  },
  'a reason phrase, far beyond the limit of targets': {
    kind: 'response',
    limits: { maxTarget: 5, maxStartLine: LIMIT + 13 },
    before: 'HTTP/1.1 200 ',
    piece: 'a ',
    code: 'START_LINE_TOO_LONG',
    most: LIMIT,
  },
  'a method, far beyond the limit of targets': {
    limits: { maxTarget: 5, maxStartLine: LIMIT },
    piece: 'A',
    code: 'METHOD_TOO_LONG',
    most: LIMIT,
  },
  'a field name': {
    limits: { maxFieldLine: LIMIT },
    before: REQUEST,
    piece: 'a',
    code: 'FIELD_LINE_TOO_LONG',
    most: LIMIT,
  },
  'a field value': {
    limits: { maxFieldLine: LIMIT },
    before: `${REQUEST}A:`,
    piece: 'b',
    code: 'FIELD_LINE_TOO_LONG',
    most: LIMIT - 2,
  },
  'whitespace before a value': {
    limits: { maxFieldLine: LIMIT },
    before: `${REQUEST}A:`,
    piece: ' \t',
    code: 'FIELD_LINE_TOO_LONG',
    most: LIMIT - 2,
  },
  'a folded value': {
    kind: 'response',
    limits: { maxFieldLine: LIMIT },
    before: `${RESPONSE}A: b`,
    piece: '\r\n c',
    code: 'FIELD_LINE_TOO_LONG',
    most: LIMIT - 4,
  },
  'a field value, to the limit of heads': {
    limits: { maxHead: LIMIT },
    before: `${REQUEST}A:`,
    piece: 'b',
    code: 'HEAD_TOO_LARGE',
    most: LIMIT - 2 - REQUEST.length,
  },
  'field lines, to the limit of heads': {
    limits: { maxHead: LIMIT, maxFields: LIMIT },
    before: REQUEST,
    piece: 'A: b\r\n',
    code: 'HEAD_TOO_LARGE',
    most: LIMIT - REQUEST.length,
  },
  'field lines, to the limit of their number': {
    limits: { maxFields: 100 },
    before: REQUEST,
    piece: 'A: b\r\n',
    code: 'TOO_MANY_FIELDS',
    most: 99 * 6,
  },
  'empty lines': {
    limits: { maxEmptyLines: 100 },
    piece: '\r\n',
    code: 'TOO_MANY_EMPTY_LINES',
    most: 200,
  },
  'digits of a chunk size': {
    limits: {},
    before: CHUNKED,
    piece: '0',
    code: 'CHUNK_SIZE_OVERFLOW',
    most: 16,
  },
  'a chunk extension': {
    limits: { maxChunkExtension: LIMIT },
    before: `${CHUNKED}5`,
    piece: ';a',
    code: 'CHUNK_EXTENSION_TOO_LONG',
    most: LIMIT,
  },
  'a quoted chunk extension': {
    limits: { maxChunkExtension: LIMIT + 4 },
    before: `${CHUNKED}5;a="`,
    piece: '\\"',
    code: 'CHUNK_EXTENSION_TOO_LONG',
    most: LIMIT,
  },
  'whitespace after a chunk size': {
    limits: { maxChunkExtension: LIMIT },
    before: `${CHUNKED}5`,
    piece: ' ',
    code: 'CHUNK_EXTENSION_TOO_LONG',
    most: LIMIT,
  },
  'a chunk extension, to the limit of a message': {
    limits: { maxChunkExtension: 2 * LIMIT, maxChunkExtensions: LIMIT },
    before: `${CHUNKED}5`,
    piece: ';a',
    code: 'CHUNK_EXTENSIONS_TOO_LARGE',
    most: LIMIT,
  },
  'chunk extensions, to the limit of a message': {
    limits: { maxChunkExtensions: LIMIT },
    before: CHUNKED,
    piece: '1;aaaa\r\nx\r\n',
    code: 'CHUNK_EXTENSIONS_TOO_LARGE',
    most: (LIMIT / 5) * 11 + 6,
  },
  'tiny chunks': {
    limits: { maxBody: 100 },
    before: CHUNKED,
    piece: '1\r\nx\r\n',
    code: 'BODY_TOO_LARGE',
    most: 100 * 6,
  },
  'a trailer': {
    limits: { maxFieldLine: LIMIT },
    before: `${CHUNKED}0\r\n`,
    piece: 'a',
    code: 'FIELD_LINE_TOO_LONG',
    most: LIMIT,
  },
  'a trailer, to the limit of trailer sections': {
    limits: { maxTrailer: LIMIT },
    before: `${CHUNKED}0\r\n`,
    piece: 'a',
    code: 'TRAILER_TOO_LARGE',
    most: LIMIT,
  },
  'trailers, to the limit of trailer sections': {
    limits: { maxTrailer: LIMIT, maxFields: LIMIT },
    before: `${CHUNKED}0\r\n`,
    piece: 'A: b\r\n',
    code: 'TRAILER_TOO_LARGE',
    most: LIMIT,
  },
  'a body until the connection closes': {
    kind: 'response',
    limits: { maxBody: LIMIT },
    before: `${RESPONSE}\r\n`,
    piece: 'x',
    code: 'BODY_TOO_LARGE',
    most: LIMIT,
  },
}

describe('endless input that arrives byte by byte', () => {
  test.each(Object.entries(ENDLESS))('is refused right after its limit: %s', (_, endless) => {
    const { kind = 'request', limits, before = '', piece, code, most } = endless
    const parser = makeParser(kind, { limits })
    for (const _event of parser.push(toBytes(before)));
    let accepted = 0
    let error: unknown
    try {
      for (; accepted < 100 * most; accepted++) {
        const byte = piece.charCodeAt(accepted % piece.length)
        for (const _event of parser.push(Uint8Array.of(byte)));
      }
    } catch (thrown) {
      error = thrown
    }
    if (!(error instanceof HttpError)) throw error ?? new Error('it has no end')
    expect(error.code).toBe(code)
    expect(error.offset).toBeLessThanOrEqual(before.length + most)
    expect(accepted).toBeLessThanOrEqual(most + FEW)
  })
})

/** The number of bytes that the result of `run` keeps in use. */
async function growth(run: () => unknown): Promise<number> {
  const inUse = async () => {
    await nextTurn()
    collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = await inUse()
  const kept = run()
  const after = await inUse()
  expect(kept).toBeDefined()
  return after - before
}

const MANY = 500_000
/** Less than two bytes for each of {@link MANY}. */
const LITTLE = 900_000

describe('the memory of a long-lived parser', () => {
  test('does not grow with the number of tiny chunks', async () => {
    const chunk = toBytes('1\r\nx\r\n')
    const run = () => {
      const parser = new RequestParser().push(toBytes(CHUNKED))
      for (let i = 0; i < MANY; i++) for (const _ of parser.push(chunk));
      return parser
    }
    expect(await growth(run)).toBeLessThan(LITTLE)
  })

  test('does not grow with the number of messages', async () => {
    const request = toBytes('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const run = () => {
      const parser = new RequestParser()
      for (let i = 0; i < MANY; i++) for (const _ of parser.push(request));
      return parser
    }
    expect(await growth(run)).toBeLessThan(LITTLE)
  })

  test('does not grow when the reader is always one message behind', async () => {
    const request = toBytes('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const run = () => {
      const parser = new RequestParser().push(request)
      for (let i = 0; i < MANY; i++) {
        parser.push(request)
        // Reads the head and the end of one request.
        parser.read()
        parser.read()
      }
      return parser
    }
    expect(await growth(run)).toBeLessThan(LITTLE)
  })

  test('does not retain the strings that looked-up field names were sliced from', async () => {
    let text = 0
    /** A name of 20 characters, which V8 represents as a slice that keeps the whole text alive. */
    const cutName = () => {
      const long = `${'v'.repeat(30_000)}, x${String(text++).padStart(19, '0')}`
      return long.slice(long.indexOf('x'))
    }
    const run = () => {
      const parser = new RequestParser()
      for (let shape = 0; shape < 200; shape++) {
        const request = `GET / HTTP/1.1\r\nHost: a\r\nX-Cut-${shape}: b\r\n\r\n`
        const head = parser.push(toBytes(request)).read() as RequestHead
        for (let i = 0; i < 4; i++) head.headers.get(cutName())
        for (let i = 0; i < 4; i++) head.headers.get(cutName().repeat(100))
        parser.read()
      }
      return parser
    }
    expect(await growth(run)).toBeLessThan(LITTLE)
  })

  test('does not grow when one request is always outstanding', async () => {
    const response = toBytes('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    const run = () => {
      const parser = new ResponseParser().respondsTo('GET')
      for (let i = 0; i < MANY; i++) {
        parser.respondsTo('GET')
        for (const _ of parser.push(response));
      }
      return parser
    }
    expect(await growth(run)).toBeLessThan(LITTLE)
  })
})

describe('a chunk that was pushed', () => {
  /** Whether the chunk passed to `use` can be collected while the result of `use` stays in use. */
  async function isLetGo(text: string, use: (chunk: Uint8Array) => unknown): Promise<boolean> {
    const keepOnly = () => {
      const chunk = toBytes(text)
      return [new WeakRef(chunk.buffer), use(chunk)] as const
    }
    const [ref, kept] = keepOnly()
    await nextTurn()
    collectGarbage()
    const gone = ref.deref() === undefined
    expect(kept).toBeDefined()
    return gone
  }

  const MESSAGE = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

  test('is released when all of it was read and no event is in use', async () => {
    const parser = new RequestParser()
    const use = (chunk: Uint8Array) => {
      for (const _ of parser.push(chunk));
      return parser
    }
    expect(await isLetGo(MESSAGE, use)).toBe(true)
  })

  test('is not released while one of its heads is in use', async () => {
    const use = (chunk: Uint8Array) => [...new RequestParser().push(chunk)][0]
    expect(await isLetGo(MESSAGE, use)).toBe(false)
  })

  test('is released when the head in use was detached', async () => {
    const use = (chunk: Uint8Array) =>
      ([...new RequestParser().push(chunk)][0] as RequestHead).detach()
    expect(await isLetGo(MESSAGE, use)).toBe(true)
  })

  test('is released when the parser copies', async () => {
    const text = `${CHUNKED}1\r\nx\r\n0\r\nA: b\r\n\r\n`
    const use = (chunk: Uint8Array) => [...new RequestParser({ copy: true }).push(chunk)]
    expect(await isLetGo(text, use)).toBe(true)
  })

  test('is released when it ends inside a head, which is carried over', async () => {
    const parser = new RequestParser()
    const use = (chunk: Uint8Array) => {
      for (const _ of parser.push(chunk));
      return parser
    }
    expect(await isLetGo(`${MESSAGE}GET / HT`, use)).toBe(true)
  })

  test('is released when the parser has failed', async () => {
    const parser = new RequestParser()
    const use = (chunk: Uint8Array) => {
      expect(() => [...parser.push(chunk)]).toThrow(HttpError)
      return parser
    }
    expect(await isLetGo(`${MESSAGE}G\0T`, use)).toBe(true)
  })

  test('is released when the parser is gone, even if some of the chunk is unread', async () => {
    const use = (chunk: Uint8Array) => {
      new RequestParser().push(chunk).read()
      return 'nothing'
    }
    expect(await isLetGo(MESSAGE + MESSAGE, use)).toBe(true)
  })
})
