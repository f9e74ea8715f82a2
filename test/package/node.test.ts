/**
 * The `httpwire/node` entry of the installed package.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InstalledPackage, installPackage } from './installed-package.ts'
import { expectDeclared, runNode } from './programs.ts'

let installed: InstalledPackage

beforeAll(async () => {
  installed = await installPackage()
}, 120_000)

afterAll(() => installed?.remove())

const read = (path: string) =>
  readFile(join(installed.folder, 'node_modules/httpwire', path), 'utf8')

const PROGRAM = `
  const { once } = require('node:events')
  const { connect, createServer } = require('node:net')
  async function main() {
    const serve = (socket) => serveConnection(socket, ({ head }) => ({ status: 200, body: head.target }))
    const server = createServer(serve).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect(server.address().port, '127.0.0.1')
    const { head, body } = await requestOver(socket, { target: '/a', headers: { Host: 'a' } })
    console.log(head.status, head.headers instanceof Fields, await body.text())
    socket.end()
    server.close()
  }
  main()
`

describe('httpwire/node', () => {
  test.each(['js', 'cjs'])('loads only httpwire and modules of Node: .%s', async (extension) => {
    const code = await read(`dist/node.${extension}`)
    const loaded = [...code.matchAll(/\bfrom ['"]([^'"]*)['"]|\brequire\(['"]([^'"]*)['"]\)/g)]
    const names = new Set(loaded.map(([, from, required]) => from ?? required ?? ''))
    expect(names).toContain('httpwire')
    for (const name of names) expect(name).toMatch(/^(httpwire|(node:)?(buffer|events|stream))$/)
  })

  test('has types that import from httpwire and node:stream only', async () => {
    const types = await read('dist/node.d.ts')
    const from = [...types.matchAll(/from '([^']*)'/g)].map(([, from]) => from).sort()
    expect(from).toEqual(['httpwire', 'node:stream'])
    expect(types).not.toContain('@internal')
  })

  test('has types that TypeScript 5.0 has, whose iterables take one argument', async () => {
    expect(await read('dist/node.d.ts')).not.toMatch(/\b(?:Async)?Itera(?:ble|tor)<[^<>]*,/)
  })

  test('serves and sends requests, both imported and required', async () => {
    const imports = `
      import { createRequire } from 'node:module'
      import { Fields } from 'httpwire'
      import { requestOver, serveConnection } from 'httpwire/node'
      const require = createRequire(import.meta.url)
    `
    const requires = `
      const { Fields } = require('httpwire')
      const { requestOver, serveConnection } = require('httpwire/node')
    `
    const expected = { code: 0, stdout: '200 true /a\n', stderr: '' }
    const run = (type: string, code: string) =>
      runNode(installed, `--input-type=${type}`, '--eval', code + PROGRAM)
    expect(await run('module', imports)).toEqual(expected)
    expect(await run('commonjs', requires)).toEqual(expected)
  })

  test('declares exactly the values that it exports', async () => {
    await expectDeclared(installed, 'node')
  })
})
