/**
 * Checks of encoding: what a platform encodes it decodes again; levels, flushing and sources.
 */

import fc from 'fast-check'
import type * as web from '../../../src/codings-web.ts'
import { TEXT } from '../samples.ts'
import { bytesOf, content, cutting, oneByOne, repeat, splits, textOf } from './bytes.ts'
import {
  type Check,
  check,
  collect,
  collectAll,
  equal,
  type Kit,
  property,
  rejection,
  sameBytes,
} from './kit.ts'

export function encoding(kit: Kit): Check[] {
  return [...streams(kit), ...options(kit), ...(kit.tells ? ofNode(kit) : [])]
}

function streams({ codings, decode, encode }: Kit): Check[] {
  const { CODINGS, chooseCoding, encodeContent } = codings
  return [
    ...CODINGS.map((coding) =>
      check(`decodes its own ${coding} output in any chunking`, () =>
        property(fc.tuple(content, cutting), async ([bytes, cut]) => {
          const coded = (await collect(encodeContent(cut(bytes), coding))).body
          const { code, body } = await decode(coded, [coding], {}, cut(coded))
          equal(code, null, 'code')
          sameBytes(body, bytes, 'decoded')
        }),
      ),
    ),

    check('decodes the coding that chooseCoding prefers', async () => {
      const chosen = chooseCoding('*', CODINGS)
      if (chosen === null || chosen === 'identity') throw new Error(`${chosen} was chosen`)
      const coded = await encode(bytesOf(TEXT), [chosen])
      equal(textOf((await decode(coded, [chosen])).body), TEXT, chosen)
    }),

    check('allows a program to transfer the buffers of encoded pieces', async () => {
      const bytes = repeat(bytesOf(TEXT), 3)
      const own: Uint8Array[] = []
      for await (const piece of encodeContent(splits(bytes)[50] ?? [], 'gzip')) {
        own.push(structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] }))
      }
      const coded = await collectAll(piecesOf(own))
      sameBytes((await decode(coded, ['gzip'])).body, bytes, 'decoded')
    }),

    check('rethrows the error of an encoded source unchanged', async () => {
      const reason = new Error('the file is gone')
      async function* source() {
        yield* oneByOne(bytesOf(TEXT))
        throw reason
      }
      equal(await rejection(collectAll(encodeContent(source(), 'gzip'))), reason, 'reason')
    }),
  ]
}

async function* piecesOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

function options({ codings }: Kit): Check[] {
  const { CODINGS, encodeBody } = codings
  return [
    check('refuses wrong levels and codings', async () => {
      for (const [coding, level] of [
        ['gzip', 10],
        ['gzip', 1.5],
        ['br', 12],
        ['zstd', 0],
      ] as const) {
        if (!CODINGS.includes(coding)) continue
        const reason = await rejection(encodeBody(new Uint8Array(1), coding, { level }))
        equal(reason instanceof RangeError, true, String(reason))
      }
      const unknown = 'lzma' as web.ContentCoding
      const reason = await rejection(encodeBody(new Uint8Array(1), unknown))
      equal(reason instanceof TypeError, true, 'lzma')
    }),
  ]
}

/** Checks of what only node:zlib can do. */
function ofNode({ codings, decode, encode }: Kit): Check[] {
  const { CODINGS, ContentDecoder, encodeBodySync, encodeContent } = codings
  return [
    check(
      'gives no more bytes at a higher level, and decodes the output of encodeBodySync',
      async () => {
        const bytes = repeat(
          Uint8Array.from({ length: 999 }, (_, i) => (i * i) % 251),
          50,
        )
        for (const coding of CODINGS) {
          const low = await encode(bytes, [coding], { level: 1 })
          const high = await encode(bytes, [coding], { level: 9 })
          equal(high.length <= low.length, true, `${coding}: ${high.length} <= ${low.length}`)
          const sync = encodeBodySync?.(bytes, [coding, coding])
          if (sync) sameBytes((await decode(sync, [coding, coding])).body, bytes, coding)
        }
      },
    ),

    check('lets each piece be decoded when it arrives if flush is set', async () => {
      for (const coding of CODINGS) {
        const content = new ContentDecoder({ type: 'response', contentCodings: [coding] })
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
          for await (const text of content.decode(bytes)) last += textOf(text)
        }
        equal(seen.join('|'), events.join('|'), coding)
        await collectAll(content.end())
      }
    }),
  ]
}
