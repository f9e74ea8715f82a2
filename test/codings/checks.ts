/**
 * Checks of the codings on every platform. They run in vitest, and unchanged in Bun, Deno and a browser
 * (`test/platforms`). On a platform that can do both, decoding at once has to give the same result as
 * decoding a stream.
 *
 * Uses no test framework, only fast-check.
 */

import { damage } from './checks/damage.ts'
import { decoding } from './checks/decoding.ts'
import { encoding } from './checks/encoding.ts'
import { type Check, type Codings, makeKit } from './checks/kit.ts'
import { limits } from './checks/limits.ts'
import { zstd } from './checks/zstd.ts'

export function checks(codings: Codings): Check[] {
  const kit = makeKit(codings)
  return [decoding, encoding, damage, limits, zstd].flatMap((group) => group(kit))
}
