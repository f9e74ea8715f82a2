/**
 * Runs the checks of the codings on node:zlib.
 */

import { describe, test } from 'vitest'
import * as codings from '../../src/codings.ts'
import { checks } from './checks.ts'

describe('httpwire/codings on node:zlib', () => {
  for (const { name, run } of checks(codings)) test(name, run)
})
