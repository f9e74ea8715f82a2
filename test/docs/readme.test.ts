/**
 * The README and the other pages are correct: they quote the example programs that are run here, their links
 * lead to files, and their commands exist.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8')

const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...['docs/conformance.md', 'docs/writing.md', 'docs/codings.md'],
  ...['docs/connection.md', 'docs/node.md'],
  ...['docs/real-traffic.md', 'test/fixtures/captures/README.md'],
]

function run(example: string): string {
  return execFileSync(process.execPath, [example], { cwd: root }).toString()
}

describe('README.md', () => {
  test('quotes examples/parse.mjs exactly', () => {
    expect(read('README.md')).toContain(`\`\`\`js\n${read('examples/parse.mjs')}\`\`\``)
  })

  test('examples/parse.mjs prints the request that it parses', () => {
    expect(run('examples/parse.mjs')).toBe('POST /items example.com\n5 bytes of body\ncomplete\n')
  })

  test('quotes examples/refuse.mjs exactly, and the output of parse.mjs and refuse.mjs', () => {
    const page = read('README.md')
    expect(page).toContain(`\`\`\`js\n${read('examples/refuse.mjs')}\`\`\``)
    for (const name of ['parse', 'refuse']) {
      expect(page).toContain(`\`\`\`\n${run(`examples/${name}.mjs`)}\`\`\``)
    }
  })

  test('quotes examples/write.mjs exactly', () => {
    expect(read('README.md')).toContain(`\`\`\`js\n${read('examples/write.mjs')}\`\`\``)
  })

  test('examples/write.mjs writes two messages, and refuses a value with CRLF', () => {
    const output = run('examples/write.mjs')
    expect(output).toContain('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n')
    expect(output).toContain('c\r\nfirst part, \r\nb\r\nsecond part\r\n0\r\nContent-Digest: ')
    expect(output).toContain('INVALID_FIELD_VALUE: ')
    expect(output).not.toContain('admin')
  })
})

describe('docs/writing.md', () => {
  test('quotes examples/forward.mjs exactly', () => {
    expect(read('docs/writing.md')).toContain(`\`\`\`js\n${read('examples/forward.mjs')}\`\`\``)
  })

  test('examples/forward.mjs forwards in canonical form in both directions, and verbatim', () => {
    const lines = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n\n`
    const via = 'Via: 1.1 proxy.example'
    expect(run('examples/forward.mjs')).toBe(
      lines('HEAD /a HTTP/1.1', 'host: example.com', via) +
        lines('HTTP/1.1 200 OK', 'Server: demo', 'Content-Length: 5', via) +
        lines('HEAD /a HTTP/1.1', 'host:example.com', 'Connection: close, X-Hop', 'X-Hop: 1'),
    )
  })
})

test('README.md and docs/node.md quote examples/hello-server.mjs exactly', () => {
  const shown = `\`\`\`js\n${read('examples/hello-server.mjs')}\`\`\``
  expect(read('README.md')).toContain(shown)
  expect(read('docs/node.md')).toContain(shown)
})

describe('docs/codings.md', () => {
  test('quotes examples/codings.mjs exactly', () => {
    expect(read('docs/codings.md')).toContain(`\`\`\`js\n${read('examples/codings.mjs')}\`\`\``)
  })

  test('examples/codings.mjs encodes, describes and decodes content', () => {
    const [type, etag, length, ...rest] = run('examples/codings.mjs').split('\n')
    expect([type, etag]).toEqual(['Content-Type: text/html', 'ETag: W/"v1"'])
    expect(length).toMatch(/^Content-Length: \d+$/)
    expect(rest).toEqual([
      'Vary: Accept-Encoding',
      'Content-Encoding: gzip',
      '<p>Hello, hello, hello, hello, hello, hello!</p>',
      '',
      'CODED_DATA_MISLABELLED: the data does not begin as its coding does: gzip',
      '',
    ])
  })
})

describe.each(PAGES)('%s', (page) => {
  test('links only to files that exist', () => {
    const targets = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target ?? '')
    const missing = targets.filter((target) => !existsSync(new URL(target, new URL(page, root))))
    expect(missing).toEqual([])
  })

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read(page).matchAll(/npm (?:run )?(\w+)/g)].map(([, name]) => name ?? '')
    const missing = named.filter(
      (name) => !['ci', 'install', 'pack', 'run', ...Object.keys(scripts)].includes(name),
    )
    expect(missing).toEqual([])
  })
})
