/**
 * The reference pages say what the tables say. `npm run docs` writes them anew.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { renderDocs } from '../support/render-docs.ts'

describe('reference pages', () => {
  for (const [name, text] of Object.entries(renderDocs())) {
    test(`docs/${name} is current`, () => {
      const file = new URL(`../../docs/${name}`, import.meta.url)
      if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, text)
      expect(readFileSync(file, 'utf8')).toBe(text)
    })
  }
})
