/**
 * Checks of zstd: several frames, and what they count for. None on a platform without it.
 */

import { TEXT } from '../samples.ts'
import { bytesOf, concat, oneByOne, repeat, splits, textOf } from './bytes.ts'
import { type Check, check, equal, type Kit, sameBytes } from './kit.ts'

export function zstd({ codings, samples, decode, encode }: Kit): Check[] {
  if (!codings.CODINGS.includes('zstd')) return []
  return [
    check('decodes several zstd frames as one content, in any chunking', async () => {
      const frames = samples.filter(({ coding }) => coding === 'zstd').map(({ bytes }) => bytes)
      const all = concat(...frames)
      for (const chunks of [[all], oneByOne(all), ...splits(all)]) {
        const { code, body } = await decode(all, ['zstd'], {}, chunks)
        equal(code, null, 'code')
        equal(textOf(body), TEXT.repeat(frames.length), 'text')
      }
    }),

    check('refuses more than 4096 zstd frames', async () => {
      const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 9, 0, 0, 0x61)
      equal((await decode(repeat(frame, 4096), ['zstd'])).body.length, 4096, 'as many as may be')
      const { code } = await decode(repeat(frame, 4097), ['zstd'])
      equal(code, 'UNSUPPORTED_CODING', 'one more')
    }),

    check('accepts only an empty zstd frame after exactly maxDecoded bytes', async () => {
      const bytes = repeat(bytesOf(TEXT), 300)
      const frame = await encode(bytes, ['zstd'])
      const empty = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0)
      const options = { maxDecoded: bytes.length }
      sameBytes((await decode(concat(frame, empty), ['zstd'], options)).body, bytes, 'empty')
      const { code } = await decode(concat(frame, frame), ['zstd'], options)
      equal(code, 'DECODED_TOO_LARGE', 'full')
    }),
  ]
}
