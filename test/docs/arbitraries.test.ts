/**
 * docs/arbitraries.md quotes an example that runs and the report of a failure, and names every export of
 * `httpwire/arbitraries`.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as arbitraries from '../../src/arbitraries.ts'

const root = new URL('../../', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8')

const PAGE = read('docs/arbitraries.md')
const EXAMPLE = 'examples/property-test.mjs'

describe('docs/arbitraries.md', () => {
  test(`quotes ${EXAMPLE} exactly`, () => {
    expect(PAGE).toContain(`\`\`\`js\n${read(EXAMPLE)}\`\`\``)
  })

  test(`${EXAMPLE} passes, with a test for each rule of requests`, () => {
    // Set by a runner of this file; with it, `node --test` would report to that runner.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const argv = ['--test', '--test-reporter=tap', EXAMPLE]
    const output = execFileSync(process.execPath, argv, { cwd: root, env }).toString()
    const rules = arbitraries.VIOLATIONS.filter(({ kind }) => kind === 'request')
    expect(output).toContain('ok 1 - gives what was sent, however it arrives')
    for (const { rule } of rules) expect(output).toContain(` - ${rule.replaceAll('#', '\\#')}\n`)
    expect(output).toContain(`# pass ${rules.length + 1}\n# fail 0\n`)
  })

  test('shows a counterexample as fast-check reports it', () => {
    const [shown = 'none'] = PAGE.match(/^Counterexample: .*$/m) ?? []
    // As if the parser could not read a line end in two chunks.
    const failing = fc.property(arbitraries.requests(), arbitraries.cuts(), ({ bytes }, cut) =>
      cut(bytes)
        .slice(0, -1)
        .every((chunk) => chunk.at(-1) !== 0x0d),
    )
    expect(() => fc.assert(failing, { seed: 1 })).toThrow(shown)
  })

  test.each(Object.keys(arbitraries))('names the export %s', (name) => {
    expect(PAGE).toMatch(new RegExp(`\`${name}[(\`]`))
  })

  test('links only to files that exist', () => {
    const targets = [...PAGE.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target ?? '')
    const page = new URL('docs/arbitraries.md', root)
    expect(targets.length).toBeGreaterThan(0)
    expect(targets.filter((target) => !existsSync(new URL(target, page)))).toEqual([])
  })
})
