/**
 * What the README and its neighbours say can be followed: the program is the one that is run, the
 * links lead somewhere, the commands exist.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8')

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/conformance.md']

describe('README.md', () => {
  test('shows examples/parse.mjs to the letter', () => {
    expect(read('README.md')).toContain(`\`\`\`js\n${read('examples/parse.mjs')}\`\`\``)
  })

  test('examples/parse.mjs prints the request that it parses', () => {
    const output = execFileSync(process.execPath, ['examples/parse.mjs'], { cwd: root })
    expect(output.toString()).toBe('POST /items example.com\n5 bytes of body\ncomplete\n')
  })
})

describe.each(PAGES)('%s', (page) => {
  test('has no link to a file that does not exist', () => {
    const targets = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target ?? '')
    const missing = targets.filter((target) => !existsSync(new URL(target, new URL(page, root))))
    expect(missing).toEqual([])
  })

  test('names no npm script that does not exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read(page).matchAll(/npm (?:run )?(\w+)/g)].map(([, name]) => name ?? '')
    const missing = named.filter(
      (name) => !['ci', 'install', 'pack', 'run', ...Object.keys(scripts)].includes(name),
    )
    expect(missing).toEqual([])
  })
})
