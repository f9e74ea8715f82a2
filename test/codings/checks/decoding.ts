/**
 * Checks of decoding: which codings are undone, in which order, and how a decoder and its source end.
 */

import fc from 'fast-check'
import type * as web from '../../../src/codings-web.ts'
import { TEXT } from '../samples.ts'
import { bytesOf, concat, content, cutting, oneByOne, repeat, splits, textOf } from './bytes.ts'
import {
  type Check,
  check,
  collect,
  collectAll,
  equal,
  type Kit,
  outcomeOf,
  property,
  rejection,
  sameBytes,
} from './kit.ts'

const GZIP = { type: 'response', contentCodings: ['gzip'] } as const

export function decoding(kit: Kit): Check[] {
  return [...formats(kit), ...lists(kit), ...uncoded(kit), ...endings(kit)]
}

function formats({ codings, samples, tells, decode, encode }: Kit): Check[] {
  const [gzip = new Uint8Array(0)] = samples.map(({ bytes }) => bytes)
  return [
    ...samples.map(({ coding, bytes, madeBy }) =>
      check(
        `decodes ${coding} from ${madeBy}, whole, byte by byte and split at every offset`,
        async () => {
          for (const chunks of [oneByOne(bytes), ...splits(bytes)]) {
            const { code, body } = await decode(bytes, [coding], {}, chunks)
            equal(code, null, 'code')
            equal(textOf(body), TEXT, 'text')
          }
        },
      ),
    ),

    check('decodes deflate both in the zlib format and raw', async () => {
      const deflated = samples.filter(({ coding }) => coding === 'deflate')
      equal(deflated.length, 3, 'samples')
      for (const { bytes, madeBy } of deflated) {
        equal(textOf((await decode(bytes, ['deflate'])).body), TEXT, madeBy)
      }
    }),

    tells
      ? check('decodes several gzip members as one content, in any chunking', async () => {
          const members = concat(gzip, gzip, gzip)
          for (const chunks of [[members], oneByOne(members), ...splits(members)]) {
            const { code, body } = await decode(members, ['gzip'], {}, chunks)
            equal(code, null, 'code')
            equal(textOf(body), TEXT.repeat(3), 'text')
          }
        })
      : check('refuses several gzip members on a platform that cannot decode them', async () => {
          equal((await decode(concat(gzip, gzip), ['gzip'])).code, 'CODED_DATA_CORRUPT', 'code')
        }),

    check('allows a program to transfer the buffers of decoded pieces', async () => {
      const bytes = repeat(bytesOf(TEXT), 9000)
      let length = 0
      for await (const piece of codings.decodeContent(
        oneByOne(await encode(bytes, ['gzip'])),
        GZIP,
      )) {
        length += piece.length
        structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] })
      }
      equal(length, bytes.length, 'decoded')
    }),
  ]
}

function lists({ codings, decode, encode }: Kit): Check[] {
  const { CODINGS, decodeBody } = codings
  return [
    check('decodes lists of codings from last to first, in any chunking', () => {
      const lists = fc.array(fc.constantFrom(...CODINGS), { minLength: 1, maxLength: 5 })
      return property(fc.tuple(content, lists, cutting), async ([bytes, names, cut]) => {
        const coded = await encode(bytes, names)
        const { code, body } = await decode(coded, names, {}, cut(coded))
        equal(code, null, 'code')
        sameBytes(body, bytes, 'decoded')
      })
    }),

    check(
      'matches coding names in any case, treats x-gzip as gzip and ignores identity',
      async () => {
        const gzip = await encode(bytesOf(TEXT), ['gzip'])
        for (const name of ['GZip', 'x-gzip', 'X-GZIP']) {
          equal(textOf((await decode(gzip, [name, 'identity'])).body), TEXT, name)
        }
        // Only A-Z are folded: the Kelvin sign is not a k, and a dotless i is not an i.
        equal((await decode(gzip, ['gz\u0131p'])).code, 'UNSUPPORTED_CODING', 'dotless i')
      },
    ),

    check('decodes transfer codings before content codings', async () => {
      const body = await encode(bytesOf(TEXT), ['deflate', 'gzip'])
      const head = {
        type: 'response',
        contentCodings: ['deflate'],
        transferCodings: ['gzip', 'chunked'],
      } as const
      equal(textOf(await decodeBody({ head, body })), TEXT, 'text')
      const unknown = { ...head, transferCodings: ['br', 'chunked'] }
      const { code, status } = await outcomeOf(decodeBody({ head: unknown, body }))
      equal(code, 'UNSUPPORTED_CODING', 'br is for content only')
      equal(status, 502, 'status of a response')
    }),

    check('refuses chunked where it is not the last transfer coding', async () => {
      const head = {
        type: 'response',
        contentCodings: [],
        transferCodings: ['chunked', 'gzip'],
      } as const
      const body = await encode(bytesOf('5\r\nhello\r\n0\r\n\r\n'), ['gzip'])
      equal((await outcomeOf(decodeBody({ head, body }))).code, 'UNSUPPORTED_CODING', 'code')
    }),

    check('refuses unknown codings, with 415 for a request', async () => {
      for (const names of [['compress'], ['X-Compress'], ['gzip', 'aes128gcm'], ['']]) {
        const { code, status } = await decode(bytesOf(TEXT), names)
        equal(code, 'UNSUPPORTED_CODING', names.join())
        equal(status, 415, names.join())
      }
    }),

    check('refuses more codings than maxCodings', async () => {
      const five = await encode(bytesOf(TEXT), ['gzip', 'gzip', 'gzip', 'gzip', 'gzip'])
      equal((await decode(five, Array(5).fill('gzip'))).code, null, 'five')
      equal((await decode(five, Array(6).fill('gzip'))).code, 'TOO_MANY_CODINGS', 'six')
      const one = { maxCodings: 1 }
      equal((await decode(five, ['gzip', 'gzip'], one)).code, 'TOO_MANY_CODINGS', 'two of one')
    }),
  ]
}

function uncoded({ codings, decode }: Kit): Check[] {
  const { decodeBody, decodeBodySync, decodeContent } = codings
  return [
    check('returns empty content for any codings, even unknown ones', async () => {
      for (const names of [['gzip'], ['no-such-coding'], Array(9).fill('br')]) {
        const { code, body } = await decode(new Uint8Array(0), names, {}, [])
        equal(code, null, names.join())
        equal(body.length, 0, names.join())
      }
      const empty = new Uint8Array(0)
      equal((await collect(decodeContent([empty, empty], GZIP))).code, null, 'empty pieces')
    }),

    check('passes content without codings through every decoder, byte by byte', async () => {
      for (const names of [[], ['identity']]) {
        const { code, body } = await decode(bytesOf(TEXT), names, {}, oneByOne(bytesOf(TEXT)))
        equal(code, null, names.join())
        equal(textOf(body), TEXT, names.join())
      }
    }),

    check('returns content without codings without a copy', async () => {
      const body = bytesOf(TEXT)
      const head = { type: 'response', contentCodings: [] } as const
      equal(await decodeBody({ head, body }), body, 'body')
      if (decodeBodySync) equal(decodeBodySync({ head, body }), body, 'at once')
    }),
  ]
}

function endings({ codings, encode }: Kit): Check[] {
  const { ContentDecoder, decodeBody, decodeContent } = codings
  return [
    check('rejects codings that are not an array of strings, and names them', async () => {
      const body = bytesOf(TEXT)
      for (const member of ['contentCodings', 'transferCodings']) {
        const head = { ...GZIP, contentCodings: [], [member]: 'gzip' }
        const reason = await rejection(decodeBody({ head, body }))
        equal(String(reason).startsWith(`TypeError: ${member} must be an array`), true, member)
      }
    }),

    check('rejects a message without a head or a body, and says which', async () => {
      const wrong: [unknown, string][] = [
        [undefined, 'the message must be an object, not undefined'],
        [bytesOf(TEXT), 'the head of the message must be an object, not undefined'],
        [{ head: GZIP }, 'the body of the message must be bytes, a Uint8Array, not undefined'],
      ]
      for (const [message, expected] of wrong) {
        const reason = await rejection(decodeBody(message as web.CodedMessage))
        equal(String(reason), `TypeError: ${expected}`, expected)
      }
    }),

    check(
      'rethrows the error of a decoded source unchanged, and closes a source that is not needed',
      async () => {
        const gzip = await encode(repeat(bytesOf(TEXT), 100), ['gzip'])
        const reason = new Error('the peer is gone')
        let closed = 0
        async function* source(error?: Error) {
          try {
            yield* oneByOne(gzip)
            if (error !== undefined) throw error
          } finally {
            closed++
          }
        }
        equal(await rejection(collectAll(decodeContent(source(reason), GZIP))), reason, 'reason')
        equal(closed, 1, 'a source that fails')
        for await (const _ of decodeContent(source(), GZIP)) break
        equal(closed, 2, 'a source that is left')
        await collect(decodeContent(source(), { ...GZIP, contentCodings: ['br', 'x'] }))
        equal(closed, 3, 'a source with a coding that is not known')
        await collect(decodeContent(source(), GZIP, { maxDecoded: 1 }))
        equal(closed, 4, 'a source that is too much')
      },
    ),

    check(
      'throws WRONG_STATE for a ContentDecoder that was left, failed, ended, destroyed or is busy',
      async () => {
        const gzip = await encode(repeat(bytesOf(TEXT), 5000), ['gzip'])
        const state = async (content: web.ContentDecoder) =>
          (await outcomeOf(Promise.resolve().then(() => collectAll(content.decode(gzip))))).code

        const left = new ContentDecoder(GZIP)
        for await (const _ of left.decode(gzip)) break
        equal(await state(left), 'WRONG_STATE', 'left')

        const failed = new ContentDecoder(GZIP)
        const { code } = await collect(failed.decode(bytesOf('no gzip')))
        equal(code, 'CODED_DATA_MISLABELLED', 'code')
        equal(await state(failed), 'WRONG_STATE', 'failed')

        const ended = new ContentDecoder(GZIP)
        await collectAll(ended.decode(gzip))
        await collectAll(ended.end())
        equal(await state(ended), 'WRONG_STATE', 'ended')

        const destroyed = new ContentDecoder(GZIP)
        await collectAll(destroyed.decode(gzip.subarray(0, 20)))
        await destroyed.destroy()
        await destroyed.destroy()
        equal(await state(destroyed), 'WRONG_STATE', 'destroyed')

        const busy = new ContentDecoder(GZIP)
        const loop = collectAll(busy.decode(gzip.subarray(0, 20))).catch(() => {})
        await busy.destroy()
        await loop
        equal(await state(busy), 'WRONG_STATE', 'destroyed while a loop is run')

        const unread = new ContentDecoder(GZIP)
        unread.decode(gzip)
        equal(await state(unread), 'WRONG_STATE', 'a loop that was not run')

        const two = new ContentDecoder(GZIP)
        const first = two.decode(gzip)
        await first.next()
        equal(await state(two), 'WRONG_STATE', 'inside another loop')
        await two.destroy()
      },
    ),

    check('names a wrong decode option in its error', async () => {
      for (const [options, name] of [
        [{ maxDecoded: 0 }, 'maxDecoded'],
        [{ maxRatio: 0.5 }, 'maxRatio'],
        [{ maxCodings: '5' }, 'maxCodings'],
        [{ maxdecoded: 5 }, 'maxdecoded'],
      ] as const) {
        const wrong = options as unknown as web.DecodeOptions
        const reason = await rejection(decodeBody({ head: GZIP, body: new Uint8Array(1) }, wrong))
        equal(String(reason).includes(name), true, String(reason))
      }
    }),
  ]
}
