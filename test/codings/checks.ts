/**
 * Checks of the codings on every platform. They run in vitest, and unchanged in Bun, Deno and a browser
 * (`test/platforms`). On a platform that can do both, decoding at once has to give the same result as
 * decoding a stream.
 *
 * Uses no test framework, only fast-check.
 */

import fc from 'fast-check'
import type * as node from '../../src/codings.ts'
import type * as web from '../../src/codings-web.ts'
import type { ErrorCode, HttpError } from '../../src/index.ts'
import { SAMPLES, TEXT } from './samples.ts'

type Codings = typeof web & Partial<Pick<typeof node, 'decodeBodySync' | 'encodeBodySync'>>

export interface Check {
  readonly name: string
  run(): void | Promise<void>
}

interface Outcome {
  readonly code: ErrorCode | null
  readonly body: Uint8Array
  readonly status?: number
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const bytesOf = (text: string) => encoder.encode(text)

/** Content that compresses well, and content that does not. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat({ max: 5000 }))
    .map(([part, times]) => repeat(part, times)),
)

const RUNS = 40

export function checks(codings: Codings): Check[] {
  const { CODINGS, chooseCoding, ContentDecoder, decodeBody, decodeContent, encodeContent } =
    codings
  /** Only node:zlib distinguishes the kinds of damage, and decodes several gzip members. */
  const tells = codings.decodeBodySync !== undefined
  const samples = SAMPLES.filter(({ coding }) => CODINGS.includes(coding))
  const list: Check[] = []
  const check = (name: string, run: Check['run']) => list.push({ name, run })

  /** Decodes in every way that there is, and requires that the results agree. */
  async function decode(
    bytes: Uint8Array,
    contentCodings: readonly string[],
    options: web.DecodeOptions = {},
    chunks: readonly Uint8Array[] = [bytes],
  ): Promise<Outcome> {
    const head = { type: 'request', contentCodings } as const
    const whole = await codings.safeDecodeBody({ head, body: bytes }, options)
    const outcome = whole.ok
      ? { code: null, body: whole.body }
      : { code: whole.error.code, body: whole.body, status: whole.error.status }

    const pulled = await collect(decodeContent(chunks, head, options))
    const content = new ContentDecoder(head, options)
    const pushed = await collect(pushAll(content, chunks))
    for (const [how, other] of Object.entries({ pulled, pushed })) {
      equal(other.code, outcome.code, `${how}: code`)
      if (other.code === null) sameBytes(other.body, outcome.body, how)
    }
    if (codings.decodeBodySync !== undefined) {
      const sync = attempt(() => codings.decodeBodySync?.({ head, body: bytes }, options))
      // Deno's brotli does not report damage, and so is not used.
      if (sync.code === 'UNSUPPORTED_CODING' && contentCodings.includes('br')) return outcome
      equal(sync.code, outcome.code, 'at once: code')
      if (sync.code === null) sameBytes(sync.body, outcome.body, 'at once')
    }
    return outcome
  }

  async function* pushAll(
    content: web.ContentDecoder,
    chunks: readonly Uint8Array[],
  ): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) {
      // The piece is no longer needed when the loop ends, so overwriting it must do no harm.
      const piece = new Uint8Array(chunk)
      yield* content.decode(piece)
      piece.fill(0x55)
    }
    yield* content.end()
  }

  const encode = async (
    bytes: Uint8Array,
    names: readonly web.ContentCoding[],
    options?: web.EncodeStreamOptions,
  ) => (await collect(encodeContent([bytes], names, options))).body

  for (const { coding, bytes, madeBy } of samples) {
    check(
      `${coding} made by ${madeBy} is decoded, whole, byte by byte and at every split`,
      async () => {
        for (const chunks of [oneByOne(bytes), ...splits(bytes)]) {
          const { code, body } = await decode(bytes, [coding], {}, chunks)
          equal(code, null, 'code')
          equal(decoder.decode(body), TEXT, 'text')
        }
      },
    )
  }

  check('deflate is decoded in the zlib format and raw', async () => {
    const deflated = samples.filter(({ coding }) => coding === 'deflate')
    equal(deflated.length, 3, 'samples')
    for (const { bytes, madeBy } of deflated) {
      equal(decoder.decode((await decode(bytes, ['deflate'])).body), TEXT, madeBy)
    }
  })

  for (const coding of CODINGS) {
    check(`decoding what ${coding} has encoded gives it back, in any chunking`, () =>
      property(fc.tuple(content, cutting), async ([bytes, cut]) => {
        const coded = (await collect(encodeContent(cut(bytes), coding))).body
        const { code, body } = await decode(coded, [coding], {}, cut(coded))
        equal(code, null, 'code')
        sameBytes(body, bytes, 'decoded')
      }),
    )
  }

  check('lists of codings are undone backwards, in any chunking', () => {
    const lists = fc.array(fc.constantFrom(...CODINGS), { minLength: 1, maxLength: 5 })
    return property(fc.tuple(content, lists, cutting), async ([bytes, names, cut]) => {
      const coded = await encode(bytes, names)
      const { code, body } = await decode(coded, names, {}, cut(coded))
      equal(code, null, 'code')
      sameBytes(body, bytes, 'decoded')
    })
  })

  check('names are known in any case, x-gzip is gzip, identity is nothing', async () => {
    const gzip = await encode(bytesOf(TEXT), ['gzip'])
    for (const name of ['GZip', 'x-gzip', 'X-GZIP']) {
      equal(decoder.decode((await decode(gzip, [name, 'identity'])).body), TEXT, name)
    }
    // Only A-Z are folded: the Kelvin sign is not a k, and a dotless i is not an i.
    equal((await decode(gzip, ['gz\u0131p'])).code, 'UNSUPPORTED_CODING', 'dotless i')
  })

  check('transfer codings are undone before content codings', async () => {
    const body = await encode(bytesOf(TEXT), ['deflate', 'gzip'])
    const head = {
      type: 'response',
      contentCodings: ['deflate'],
      transferCodings: ['gzip', 'chunked'],
    } as const
    equal(decoder.decode(await decodeBody({ head, body })), TEXT, 'text')
    const unknown = { ...head, transferCodings: ['br', 'chunked'] }
    const { code, status } = await outcomeOf(decodeBody({ head: unknown, body }))
    equal(code, 'UNSUPPORTED_CODING', 'br is for content only')
    equal(status, 502, 'status of a response')
  })

  check('nothing is decoded, nor refused, where there is no content', async () => {
    for (const names of [['gzip'], ['no-such-coding'], Array(9).fill('br')]) {
      const { code, body } = await decode(new Uint8Array(0), names, {}, [])
      equal(code, null, names.join())
      equal(body.length, 0, names.join())
    }
    const head = { type: 'response', contentCodings: ['gzip'] } as const
    const empty = new Uint8Array(0)
    equal((await collect(decodeContent([empty, empty], head))).code, null, 'empty pieces')
  })

  check('content without codings passes through every decoder, piece by piece', async () => {
    for (const names of [[], ['identity']]) {
      const { code, body } = await decode(bytesOf(TEXT), names, {}, oneByOne(bytesOf(TEXT)))
      equal(code, null, names.join())
      equal(decoder.decode(body), TEXT, names.join())
    }
  })

  check('chunked that did not frame the message has not been undone, and is refused', async () => {
    const head = {
      type: 'response',
      contentCodings: [],
      transferCodings: ['chunked', 'gzip'],
    } as const
    const body = await encode(bytesOf('5\r\nhello\r\n0\r\n\r\n'), ['gzip'])
    equal((await outcomeOf(decodeBody({ head, body }))).code, 'UNSUPPORTED_CODING', 'code')
  })

  check('what comes out may be transferred away, and the next piece is right', async () => {
    const bytes = repeat(bytesOf(TEXT), 9000)
    const head = { type: 'response', contentCodings: ['gzip'] } as const
    const gzip = await encode(bytes, ['gzip'])
    let length = 0
    for await (const piece of decodeContent(oneByOne(gzip), head)) {
      length += piece.length
      structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] })
    }
    equal(length, bytes.length, 'decoded')
    for await (const piece of encodeContent(splits(bytes.subarray(0, 99))[50] ?? [], 'gzip')) {
      structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] })
    }
  })

  check('content without codings is given as it is, without a copy', async () => {
    const body = bytesOf(TEXT)
    const head = { type: 'response', contentCodings: [] } as const
    equal(await decodeBody({ head, body }), body, 'body')
    if (codings.decodeBodySync) equal(codings.decodeBodySync({ head, body }), body, 'at once')
  })

  check('codings that are not known are refused: 415 for a request', async () => {
    for (const names of [['compress'], ['X-Compress'], ['gzip', 'aes128gcm'], ['']]) {
      const { code, status } = await decode(bytesOf(TEXT), names)
      equal(code, 'UNSUPPORTED_CODING', names.join())
      equal(status, 415, names.join())
    }
  })

  check('more codings than maxCodings are refused, before any is undone', async () => {
    const five = await encode(bytesOf(TEXT), ['gzip', 'gzip', 'gzip', 'gzip', 'gzip'])
    equal((await decode(five, Array(5).fill('gzip'))).code, null, 'five')
    equal((await decode(five, Array(6).fill('gzip'))).code, 'TOO_MANY_CODINGS', 'six')
    const one = { maxCodings: 1 }
    equal((await decode(five, ['gzip', 'gzip'], one)).code, 'TOO_MANY_CODINGS', 'two of one')
  })

  for (const { coding, bytes, madeBy, boundary } of samples) {
    check(`${coding} made by ${madeBy} is told to be cut short, wherever it is`, async () => {
      for (let length = 1; length < bytes.length; length++) {
        if (length === boundary) continue
        const cut = bytes.subarray(0, length)
        const { code, body } = await decode(cut, [coding], {}, oneByOne(cut))
        equal(code, 'CODED_DATA_TRUNCATED', `${length} bytes`)
        equal(TEXT.startsWith(decoder.decode(body)), true, `${length} bytes: what came before`)
      }
    })
  }

  for (const { coding, bytes, madeBy } of samples) {
    check(`bytes after ${coding} made by ${madeBy} are refused`, async () => {
      for (const after of [
        [0],
        [0, 0, 0, 0, 0],
        [0x78],
        bytesOf('<html>'),
        Array(70_000).fill(7),
      ]) {
        const more = concat(bytes, Uint8Array.from(after))
        for (const chunks of [
          [more],
          [bytes, Uint8Array.from(after)],
          [more.subarray(0, 3), more.subarray(3)],
        ]) {
          const { code } = await decode(more, [coding], {}, chunks)
          // Bytes that end inside the next signature might have become one.
          const short =
            (coding === 'zstd' && after.length < 4) ||
            (tells && coding === 'gzip' && after.length < 2 && after[0] !== 0)
          equal(
            code,
            short
              ? 'CODED_DATA_TRUNCATED'
              : tells
                ? 'BYTES_AFTER_CODED_DATA'
                : 'CODED_DATA_CORRUPT',
            `${after.length} bytes`,
          )
        }
      }
    })
  }

  for (const { coding, bytes, madeBy, checked } of samples) {
    check(
      `${coding} made by ${madeBy} with a wrong byte ends${checked ? ', and never in a wrong text' : ''}`,
      async () => {
        for (let i = 0; i < bytes.length; i++) {
          for (const flip of [0x01, 0x80, 0xff]) {
            const damaged = new Uint8Array(bytes)
            damaged[i] = (damaged[i] as number) ^ flip
            const { code, body } = await decode(damaged, [coding])
            if (checked && code === null) equal(decoder.decode(body), TEXT, `byte ${i} ^ ${flip}`)
          }
        }
      },
    )
  }

  if (tells) {
    check('several gzip members are one content, in any chunking', async () => {
      const [gzip] = samples
      const members = concat(gzip?.bytes, gzip?.bytes, gzip?.bytes)
      for (const chunks of [[members], oneByOne(members), ...splits(members)]) {
        const { code, body } = await decode(members, ['gzip'], {}, chunks)
        equal(code, null, 'code')
        equal(decoder.decode(body), TEXT.repeat(3), 'text')
      }
    })
  } else {
    check('several gzip members are refused: this platform cannot go on', async () => {
      const [gzip] = samples
      equal(
        (await decode(concat(gzip?.bytes, gzip?.bytes), ['gzip'])).code,
        'CODED_DATA_CORRUPT',
        'code',
      )
    })
  }

  if (CODINGS.includes('zstd')) {
    check('more zstd frames than can be cheap are refused', async () => {
      const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 9, 0, 0, 0x61)
      equal((await decode(repeat(frame, 4096), ['zstd'])).body.length, 4096, 'as many as may be')
      const { code } = await decode(repeat(frame, 4097), ['zstd'])
      equal(code, 'UNSUPPORTED_CODING', 'one more')
    })

    check('several zstd frames are one content, in any chunking', async () => {
      const frames = samples.filter(({ coding }) => coding === 'zstd').map(({ bytes }) => bytes)
      const all = concat(...frames)
      for (const chunks of [[all], oneByOne(all), ...splits(all)]) {
        const { code, body } = await decode(all, ['zstd'], {}, chunks)
        equal(code, null, 'code')
        equal(decoder.decode(body), TEXT.repeat(frames.length), 'text')
      }
    })
  }

  check('data that is not what its label says is refused as such', async () => {
    const gzip = await encode(bytesOf(TEXT), ['gzip'])
    const wrong: [string, Uint8Array][] = [
      ['gzip', bytesOf('<!doctype html>')],
      ['gzip', await encode(bytesOf(TEXT), ['deflate'])],
      ['deflate', gzip],
      ['gzip', Uint8Array.of(0)],
    ]
    if (CODINGS.includes('zstd')) wrong.push(['zstd', gzip], ['zstd', bytesOf('plain')])
    for (const [name, bytes] of wrong) {
      const { code, status, body } = await decode(bytes, [name], {}, oneByOne(bytes))
      equal(code, 'CODED_DATA_MISLABELLED', name)
      equal(status, 400, 'status')
      equal(body.length, 0, 'nothing was decoded')
    }
    equal((await decode(gzip, ['gzip', 'gzip'])).code, 'CODED_DATA_MISLABELLED', 'labelled twice')
  })

  check('maxDecoded is inclusive', async () => {
    const bytes = repeat(bytesOf(TEXT), 3000)
    for (const coding of CODINGS) {
      const coded = await encode(bytes, [coding])
      const options = { maxDecoded: bytes.length, maxRatio: 1e6 }
      sameBytes((await decode(coded, [coding], options)).body, bytes, coding)
      const less = await decode(coded, [coding], { ...options, maxDecoded: bytes.length - 1 })
      equal(less.code, 'DECODED_TOO_LARGE', coding)
      equal(less.status, 413, coding)
    }
  })

  check('maxDecoded is for what all codings give together', async () => {
    const bytes = repeat(bytesOf(TEXT), 300)
    for (const coding of CODINGS) {
      const once = await encode(bytes, [coding])
      const twice = await encode(once, [coding])
      const all = once.length + bytes.length
      const names = [coding, coding]
      sameBytes((await decode(twice, names, { maxDecoded: all })).body, bytes, coding)
      equal((await decode(twice, names, { maxDecoded: all - 1 })).code, 'DECODED_TOO_LARGE', coding)
      equal(
        (await decode(twice, names, { maxDecoded: once.length })).code,
        'DECODED_TOO_LARGE',
        coding,
      )
    }
  })

  if (CODINGS.includes('zstd')) {
    check(
      'a zstd frame after exactly maxDecoded bytes may give nothing, and nothing else',
      async () => {
        const bytes = repeat(bytesOf(TEXT), 300)
        const frame = await encode(bytes, ['zstd'])
        const empty = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0)
        const options = { maxDecoded: bytes.length }
        sameBytes((await decode(concat(frame, empty), ['zstd'], options)).body, bytes, 'empty')
        const { code } = await decode(concat(frame, frame), ['zstd'], options)
        equal(code, 'DECODED_TOO_LARGE', 'full')
      },
    )
  }

  check('maxRatio holds from 1 MiB on', async () => {
    for (const coding of CODINGS) {
      const mebibyte = await encode(new Uint8Array(2 ** 20), [coding])
      equal((await decode(mebibyte, [coding], { maxRatio: 1 })).code, null, coding)
      const more = await encode(new Uint8Array(2 ** 20 + 1), [coding])
      const { code, status } = await decode(more, [coding], { maxRatio: 1 })
      equal(code, 'DECODED_TOO_DENSE', coding)
      equal(status, 413, coding)
      const generous = { maxRatio: Math.ceil((2 ** 20 + 1) / more.length) }
      equal((await decode(more, [coding], generous)).code, null, coding)
    }
  })

  check('a bomb is stopped, and what came out is at most the cap', async () => {
    const cap = 2 ** 20
    for (const coding of CODINGS) {
      const bomb = await encode(new Uint8Array(2 ** 25), [coding])
      const nested = await encode(bomb, [coding])
      for (const [bytes, names] of [
        [bomb, [coding]],
        [nested, [coding, coding]],
      ] as const) {
        const { code, body } = await decode(bytes, names, { maxDecoded: cap, maxRatio: 1e6 })
        equal(code, 'DECODED_TOO_LARGE', names.join())
        equal(body.length <= cap, true, `${body.length} bytes`)
        const dense = await decode(bytes, names)
        equal(dense.code, 'DECODED_TOO_DENSE', names.join())
      }
    }
  })

  check(
    'what a source throws passes as it is, and a source that is not needed is left',
    async () => {
      const gzip = await encode(repeat(bytesOf(TEXT), 100), ['gzip'])
      const head = { type: 'response', contentCodings: ['gzip'] } as const
      const reason = new Error('the peer is gone')
      let left = 0
      async function* source(end: () => void) {
        try {
          for (const byte of oneByOne(gzip)) yield byte
          end()
        } finally {
          left++
        }
      }
      const failing = source(() => {
        throw reason
      })
      equal(await rejection(collectAll(decodeContent(failing, head))), reason, 'reason')
      equal(left, 1, 'a source that fails')
      for await (const _ of decodeContent(
        source(() => {}),
        head,
      ))
        break
      equal(left, 2, 'a source that is left')
      await outcomeOf(
        collectAll(
          decodeContent(
            source(() => {}),
            { ...head, contentCodings: ['br', 'x'] },
          ),
        ),
      )
      equal(left, 3, 'a source with a coding that is not known')
      await outcomeOf(
        collectAll(
          decodeContent(
            source(() => {}),
            head,
            { maxDecoded: 1 },
          ),
        ),
      )
      equal(left, 4, 'a source that is too much')
      equal(
        await rejection(
          collectAll(
            encodeContent(
              source(() => {
                throw reason
              }),
              'gzip',
            ),
          ),
        ),
        reason,
        'encoding',
      )
    },
  )

  check('a ContentDecoder that is left, has failed or has ended says so', async () => {
    const gzip = await encode(repeat(bytesOf(TEXT), 5000), ['gzip'])
    const head = { type: 'response', contentCodings: ['gzip'] } as const
    const state = async (content: web.ContentDecoder) =>
      (await outcomeOf(Promise.resolve().then(() => collectAll(content.decode(gzip))))).code

    const left = new ContentDecoder(head)
    for await (const _ of left.decode(gzip)) break
    equal(await state(left), 'WRONG_STATE', 'left')

    const failed = new ContentDecoder(head)
    equal(
      (await outcomeOf(collectAll(failed.decode(bytesOf('no gzip'))))).code,
      'CODED_DATA_MISLABELLED',
      'code',
    )
    equal(await state(failed), 'WRONG_STATE', 'failed')

    const ended = new ContentDecoder(head)
    await collectAll(ended.decode(gzip))
    await collectAll(ended.end())
    equal(await state(ended), 'WRONG_STATE', 'ended')

    const destroyed = new ContentDecoder(head)
    await collectAll(destroyed.decode(gzip.subarray(0, 20)))
    await destroyed.destroy()
    await destroyed.destroy()
    equal(await state(destroyed), 'WRONG_STATE', 'destroyed')

    const busy = new ContentDecoder(head)
    const loop = collectAll(busy.decode(gzip.subarray(0, 20))).catch(() => {})
    await busy.destroy()
    await loop
    equal(await state(busy), 'WRONG_STATE', 'destroyed while a loop is run')

    const unread = new ContentDecoder(head)
    unread.decode(gzip)
    equal(await state(unread), 'WRONG_STATE', 'a loop that was not run')

    const two = new ContentDecoder(head)
    const first = two.decode(gzip)
    await first.next()
    equal(await state(two), 'WRONG_STATE', 'inside another loop')
    await two.destroy()
  })

  check('wrong options are named', async () => {
    const head = { type: 'response', contentCodings: ['gzip'] } as const
    for (const [options, name] of [
      [{ maxDecoded: 0 }, 'maxDecoded'],
      [{ maxRatio: 0.5 }, 'maxRatio'],
      [{ maxCodings: '5' }, 'maxCodings'],
      [{ maxdecoded: 5 }, 'maxdecoded'],
    ] as const) {
      const wrong = options as unknown as web.DecodeOptions
      const reason = await rejection(decodeBody({ head, body: new Uint8Array(1) }, wrong))
      equal(String(reason).includes(name), true, String(reason))
    }
    for (const [coding, level] of [
      ['gzip', 10],
      ['gzip', 1.5],
      ['br', 12],
      ['zstd', 0],
    ] as const) {
      if (!CODINGS.includes(coding)) continue
      const reason = await rejection(codings.encodeBody(new Uint8Array(1), coding, { level }))
      equal(reason instanceof RangeError, true, String(reason))
    }
    const unknown = 'lzma' as web.ContentCoding
    equal(
      (await rejection(codings.encodeBody(new Uint8Array(1), unknown))) instanceof TypeError,
      true,
      'lzma',
    )
  })

  if (tells) {
    check(
      'a higher level gives less, and encoding at once gives what a stream can read',
      async () => {
        const bytes = repeat(
          Uint8Array.from({ length: 999 }, (_, i) => (i * i) % 251),
          50,
        )
        for (const coding of CODINGS) {
          const [low, high] = [
            await encode(bytes, [coding], { level: 1 }),
            await encode(bytes, [coding], { level: 9 }),
          ]
          equal(high.length <= low.length, true, `${coding}: ${high.length} <= ${low.length}`)
          const sync = codings.encodeBodySync?.(bytes, [coding, coding])
          if (sync) sameBytes((await decode(sync, [coding, coding])).body, bytes, coding)
        }
      },
    )

    check('with flush each piece can be decoded when it arrives', async () => {
      for (const coding of CODINGS) {
        const head = { type: 'response', contentCodings: [coding] } as const
        const content = new ContentDecoder(head)
        const events = ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']
        const seen: string[] = []
        let last = ''
        async function* source() {
          for (const event of events) {
            if (last !== '') seen.push(last)
            last = ''
            yield bytesOf(event)
          }
          seen.push(last)
        }
        for await (const bytes of encodeContent(source(), coding, { flush: true })) {
          for await (const text of content.decode(bytes)) last += decoder.decode(text)
        }
        equal(seen.join('|'), events.join('|'), coding)
        await collectAll(content.end())
      }
    })
  }

  check('the coding that is best accepted can be decoded again', async () => {
    const chosen = chooseCoding('*', CODINGS)
    if (chosen === null || chosen === 'identity') throw new Error(`${chosen} was chosen`)
    const coded = await encode(bytesOf(TEXT), [chosen])
    equal(decoder.decode((await decode(coded, [chosen])).body), TEXT, chosen)
  })

  return list
}

type Cut = (bytes: Uint8Array) => Uint8Array[]

/** Functions that cut bytes into pieces of repeating lengths. */
const cutting: fc.Arbitrary<Cut> = fc
  .array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 })
  .map((lengths) => (bytes) => {
    const pieces: Uint8Array[] = []
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const length = lengths[i % lengths.length] as number
      pieces.push(bytes.subarray(at, at + length))
      at += length
    }
    return pieces
  })

function property<T>(arbitrary: fc.Arbitrary<T>, run: (value: T) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(arbitrary, run), { numRuns: RUNS, seed: 7 })
}

async function collectAll(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const bytes of pieces) all.push(new Uint8Array(bytes))
  return concat(...all)
}

/** All bytes, or the code of the error that ended them. */
async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Outcome> {
  return outcomeOf(collectAll(pieces))
}

async function outcomeOf(result: Promise<Uint8Array>): Promise<Outcome> {
  return result.then((body) => ({ code: null, body }), failed)
}

function attempt(run: () => Uint8Array | undefined): Outcome {
  try {
    return { code: null, body: run() ?? new Uint8Array(0) }
  } catch (error) {
    return failed(error)
  }
}

function failed(error: unknown): Outcome {
  const { code, status, name } = error as HttpError
  if (name !== 'HttpError') throw error
  return { code, status, body: new Uint8Array(0) }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (reason) => reason,
  )
}

function concat(...parts: readonly (Uint8Array | undefined)[]): Uint8Array {
  const bytes = parts.flatMap((part) => (part === undefined ? [] : [part]))
  const all = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of bytes) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function repeat(part: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(part.length * times)
  for (let i = 0; i < times; i++) all.set(part, i * part.length)
  return all
}

function oneByOne(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
}

function splits(bytes: Uint8Array): Uint8Array[][] {
  return Array.from({ length: bytes.length - 1 }, (_, i) => [
    bytes.subarray(0, i + 1),
    bytes.subarray(i + 1),
  ])
}

function equal<T>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected)) {
    throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
  }
}

function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  equal(actual.length, expected.length, `${what}: length`)
  const wrong = actual.findIndex((byte, i) => byte !== expected[i])
  if (wrong >= 0)
    throw new Error(`${what}: byte ${wrong} is ${actual[wrong]}, not ${expected[wrong]}`)
}
