/**
 * The reference pages match the tables in src/. `npm run docs` rewrites them.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { renderDocs } from '../support/render-docs.ts'

describe('the reference pages', () => {
  for (const [name, text] of Object.entries(renderDocs())) {
    test(`docs/${name} is up to date`, () => {
      const file = new URL(`../../docs/${name}`, import.meta.url)
      if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, text)
      expect(readFileSync(file, 'utf8')).toBe(text)
    })
  }
})
