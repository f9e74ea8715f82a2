/**
 * Checks of coded data that is cut short, damaged, mislabelled or followed by other bytes.
 */

import type { ErrorCode } from '../../../src/index.ts'
import { TEXT } from '../samples.ts'
import { bytesOf, concat, oneByOne, textOf } from './bytes.ts'
import { type Check, check, equal, type Kit } from './kit.ts'

export function damage({ codings, samples, tells, decode, encode }: Kit): Check[] {
  return [
    ...samples.map(({ coding, bytes, madeBy, boundary }) =>
      check(`reports ${coding} from ${madeBy} as truncated at every length`, async () => {
        for (let length = 1; length < bytes.length; length++) {
          if (length === boundary) continue
          const cut = bytes.subarray(0, length)
          const { code, body } = await decode(cut, [coding], {}, oneByOne(cut))
          equal(code, 'CODED_DATA_TRUNCATED', `${length} bytes`)
          equal(TEXT.startsWith(textOf(body)), true, `${length} bytes: what came before`)
        }
      }),
    ),

    ...samples.map(({ coding, bytes, madeBy }) =>
      check(`refuses bytes after ${coding} from ${madeBy}`, async () => {
        const excess: ErrorCode = tells ? 'BYTES_AFTER_CODED_DATA' : 'CODED_DATA_CORRUPT'
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
            equal(code, short ? 'CODED_DATA_TRUNCATED' : excess, `${after.length} bytes`)
          }
        }
      }),
    ),

    ...samples.map(({ coding, bytes, madeBy, checked }) =>
      check(
        `terminates for ${coding} from ${madeBy} with a wrong byte${checked ? ', without wrong text' : ''}`,
        async () => {
          for (let i = 0; i < bytes.length; i++) {
            for (const flip of [0x01, 0x80, 0xff]) {
              const damaged = new Uint8Array(bytes)
              damaged[i] = (damaged[i] as number) ^ flip
              const { code, body } = await decode(damaged, [coding])
              if (checked && code === null) equal(textOf(body), TEXT, `byte ${i} ^ ${flip}`)
            }
          }
        },
      ),
    ),

    check('refuses data in another format than its coding as CODED_DATA_MISLABELLED', async () => {
      const gzip = await encode(bytesOf(TEXT), ['gzip'])
      const wrong: [string, Uint8Array][] = [
        ['gzip', bytesOf('<!doctype html>')],
        ['gzip', await encode(bytesOf(TEXT), ['deflate'])],
        ['deflate', gzip],
        ['gzip', Uint8Array.of(0)],
      ]
      if (codings.CODINGS.includes('zstd')) {
        wrong.push(['zstd', gzip], ['zstd', bytesOf('plain')])
      }
      for (const [name, bytes] of wrong) {
        const { code, status, body } = await decode(bytes, [name], {}, oneByOne(bytes))
        equal(code, 'CODED_DATA_MISLABELLED', name)
        equal(status, 400, 'status')
        equal(body.length, 0, 'nothing was decoded')
      }
      const { code } = await decode(gzip, ['gzip', 'gzip'])
      equal(code, 'CODED_DATA_MISLABELLED', 'labelled twice')
    }),
  ]
}
