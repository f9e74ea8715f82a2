/**
 * The two platform modules have one interface, since the build for the web replaces the one by the other.
 */

import { expect, test } from 'vitest'
import * as node from '../../src/codings/platform-node.ts'
import * as web from '../../src/codings/platform-web.ts'

test('platform-web.ts exports what platform-node.ts does, with types that fit', () => {
  // Half of the test is that this compiles.
  const fitting = web satisfies typeof node
  expect(Object.keys(fitting).sort()).toEqual(Object.keys(node).sort())
})
