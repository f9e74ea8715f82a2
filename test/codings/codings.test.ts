/**
 * The codings on node:zlib, and the build for browsers on what Node has of the web's streams.
 */

import { describe, test } from 'vitest'
import * as codings from '../../src/codings.ts'
import { checks } from './checks.ts'

describe('the codings', () => {
  for (const { name, run } of checks(codings)) test(name, run)
})
