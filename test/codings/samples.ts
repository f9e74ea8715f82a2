/**
 * One text, encoded by other programs.
 */

import type { ContentCoding } from '../../src/codings-web.ts'

export const TEXT = 'On the wire, on the wire, on the wire.\n'

export interface Sample {
  readonly madeBy: string
  readonly coding: ContentCoding
  readonly bytes: Uint8Array
  /** Whether the format has a checksum, so that no damage goes unnoticed. */
  readonly checked: boolean
  /** The offset, before the end, at which the data would be complete. */
  readonly boundary?: number
}

const sample = (madeBy: string, coding: ContentCoding, checked: boolean, hex: string): Sample => ({
  madeBy,
  coding,
  checked,
  bytes: Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16)),
})

const BODY = 'f3cf5328c9485528cf2c4ad551c8c7c1d1e30200'
const FRAME = '28b52ffd2427b50000804f6e2074686520776972652c206f2e0a0100504f25450dd18b'
const SKIPPABLE = '502a4d1803000000616263'

export const SAMPLES: readonly Sample[] = [
  sample('gzip 1.12', 'gzip', true, `1f8b0800000000000003${BODY}258a6edc27000000`),
  sample(
    'gzip 1.12, with a file name',
    'gzip',
    true,
    `1f8b08081ec5016b0003742e74787400${BODY}258a6edc27000000`,
  ),
  sample('zlib of Python 3.11', 'deflate', true, `789c${BODY}08060cf0`),
  sample('zlib of Python 3.11, without wrapper', 'deflate', false, BODY),
  sample(
    'zlib of Python 3.11, without wrapper or compression',
    'deflate',
    false,
    '012700d8ff4f6e2074686520776972652c206f6e2074686520776972652c206f6e2074686520776972652e0a',
  ),
  sample(
    'brotli 1.0.9',
    'br',
    false,
    'a13001c06fa45c1ddc6b0590a737c5e2d6822822c936b2019778aa297338761e01',
  ),
  sample(
    'brotli 1.0.9, quality 0',
    'br',
    false,
    '0313804f6e2074686520776972652c206f6e2074686520776972652c206f6e2074686520776972652e0a03',
  ),
  sample('zstd 1.5.4', 'zstd', true, FRAME),
  sample(
    'zstd 1.5.4, from a pipe',
    'zstd',
    true,
    '28b52ffd0458b50000804f6e2074686520776972652c206f2e0a0100504f25450dd18b',
  ),
  sample(
    'zstd 1.5.4, without checksum or size',
    'zstd',
    false,
    '28b52ffd0000b50000804f6e2074686520776972652c206f2e0a0100504f25',
  ),
  {
    ...sample('zstd 1.5.4, after a skippable frame', 'zstd', true, `${SKIPPABLE}${FRAME}`),
    boundary: SKIPPABLE.length / 2,
  },
]
