/**
 * Checks of the limits on what is decoded: `maxDecoded`, `maxRatio`, and what they do to bombs.
 */

import { TEXT } from '../samples.ts'
import { bytesOf, repeat } from './bytes.ts'
import { type Check, check, equal, type Kit, sameBytes } from './kit.ts'

export function limits({ codings, decode, encode }: Kit): Check[] {
  const { CODINGS } = codings
  return [
    check('accepts exactly maxDecoded bytes, and refuses one more', async () => {
      const bytes = repeat(bytesOf(TEXT), 3000)
      for (const coding of CODINGS) {
        const coded = await encode(bytes, [coding])
        const options = { maxDecoded: bytes.length, maxRatio: 1e6 }
        sameBytes((await decode(coded, [coding], options)).body, bytes, coding)
        const less = await decode(coded, [coding], { ...options, maxDecoded: bytes.length - 1 })
        equal(less.code, 'DECODED_TOO_LARGE', coding)
        equal(less.status, 413, coding)
      }
    }),

    check('counts the output of all codings together against maxDecoded', async () => {
      const bytes = repeat(bytesOf(TEXT), 300)
      for (const coding of CODINGS) {
        const once = await encode(bytes, [coding])
        const twice = await encode(once, [coding])
        const all = once.length + bytes.length
        const names = [coding, coding]
        sameBytes((await decode(twice, names, { maxDecoded: all })).body, bytes, coding)
        for (const maxDecoded of [all - 1, once.length]) {
          equal((await decode(twice, names, { maxDecoded })).code, 'DECODED_TOO_LARGE', coding)
        }
      }
    }),

    check('applies maxRatio above 1 MiB of decoded data', async () => {
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
    }),

    check('stops decompression bombs, with at most maxDecoded bytes of output', async () => {
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
    }),
  ]
}
