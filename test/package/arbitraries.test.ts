/**
 * The `httpwire/arbitraries` entry of the installed package, the only one that needs fast-check.
 */

import { copyFile, cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InstalledPackage, installPackage, repository } from './installed-package.ts'
import { compile, expectDeclared, runNode, WELL } from './programs.ts'

let installed: InstalledPackage

beforeAll(async () => {
  installed = await installPackage()
}, 120_000)

afterAll(() => installed?.remove())

const node = (...argv: string[]) => runNode(installed, ...argv)

/** The text of a file of the installed package. */
const read = (path: string) =>
  readFile(join(installed.folder, 'node_modules/httpwire', path), 'utf8')

const TESTER = `
import * as fc from 'fast-check'
import { parse, type MessageInit } from 'httpwire'
import {
  chunkings,
  cuts,
  fieldLines,
  request,
  responses,
  violation,
  VIOLATIONS,
  type Cut,
  type GeneratedRequest,
} from 'httpwire/arbitraries'

export const requests: fc.Arbitrary<GeneratedRequest> = request({ framing: 'chunked' })
export const property = fc.property(responses({ maxLength: 2 }), cuts(), (stream, cut: Cut) => {
  const [first] = stream.messages
  const status: number | undefined = first?.message.head.status
  const stated: MessageInit | undefined = first?.message
  const pairs: readonly (readonly [string, string])[] = first?.message.head.headers ?? []
  const { messages } = parse(stream.bytes, { kind: stream.kind, requestMethods: stream.requestMethods })
  return messages.length + cut(stream.bytes).length + pairs.length > (status ?? 0) && !stated
})
export const chunks: fc.Arbitrary<Uint8Array[]> = chunkings(Uint8Array.of(1))
export const lines: fc.Arbitrary<(readonly [string, string])[]> = fieldLines({ maxLength: 2 })
export const wrong = VIOLATIONS.map(({ kind, rule }) => violation({ kind, rule }))

// @ts-expect-error a request has no body that the end of the connection ends
request({ framing: 'until-close' })
`

describe('httpwire/arbitraries', () => {
  test.each(['js', 'cjs'])('loads only fast-check: .%s', async (extension) => {
    const code = await read(`dist/arbitraries.${extension}`)
    const loaded = [...code.matchAll(/\bfrom "([^"]*)"|\brequire\("([^"]*)"\)/g)]
    expect(new Set(loaded.map(([, from, required]) => from ?? required))).toEqual(
      new Set(['fast-check']),
    )
  })

  test.each(['d.ts', 'd.cts'])(
    'has types that import from fast-check and httpwire only: .%s',
    async (extension) => {
      const types = await read(`dist/arbitraries.${extension}`)
      const from = [...types.matchAll(/^import .* from '([^']*)'/gm)].map(([, from]) => from)
      expect(from).toEqual(['fast-check', 'httpwire'])
      expect(types).not.toMatch(/\/\/\/ <reference|\bimport\(|@internal/)
    },
  )

  const PROGRAM = `
    const [stream] = fc.sample(requests(), 1)
    console.log(parse(stream.bytes, { kind: 'request' }).messages.length === stream.messages.length)
  `

  test('names fast-check in its error if fast-check is not installed', async () => {
    const { code, stderr } = await node('--eval', `require('httpwire/arbitraries')`)
    expect(code).not.toBe(0)
    expect(stderr).toContain("Cannot find module 'fast-check'")
  })

  describe('with fast-check installed', () => {
    const PACKAGES = ['fast-check', 'pure-rand']
    const placeOf = (name: string) => join(installed.folder, 'node_modules', name)

    beforeAll(async () => {
      for (const name of PACKAGES) {
        const from = join(repository, 'node_modules', name)
        await cp(from, placeOf(name), { recursive: true })
      }
    })

    afterAll(async () => {
      for (const name of PACKAGES) await rm(placeOf(name), { recursive: true })
    })

    test('can be imported', async () => {
      const imports = `
        import * as fc from 'fast-check'
        import { parse } from 'httpwire'
        import { requests } from 'httpwire/arbitraries'
      `
      const outcome = await node('--input-type=module', '--eval', imports + PROGRAM)
      expect(outcome).toEqual({ code: 0, stdout: 'true\n', stderr: '' })
    })

    test('can be required', async () => {
      const requires = `
        const fc = require('fast-check')
        const { parse } = require('httpwire')
        const { requests } = require('httpwire/arbitraries')
      `
      const outcome = await node('--input-type=commonjs', '--eval', requires + PROGRAM)
      expect(outcome).toEqual({ code: 0, stdout: 'true\n', stderr: '' })
    })

    test('declares exactly the values that it exports', async () => {
      await expectDeclared(installed, 'arbitraries')
    })

    test('runs the example', async () => {
      const example = 'property-test.mjs'
      await copyFile(join(repository, 'examples', example), join(installed.folder, example))
      const { code, stdout } = await node(example)
      expect(code).toBe(0)
      expect(stdout).not.toContain('not ok')
    })

    test('has types that compile in a module, in a CommonJS file and with bundler resolution', async () => {
      const files = { 'module.mts': TESTER, 'common.cts': TESTER }
      expect(await compile(installed, 'tester-node16', 'node16', 'node16', files)).toEqual(WELL)
      const program = { 'program.ts': TESTER }
      expect(await compile(installed, 'tester-bundler', 'ESNext', 'bundler', program)).toEqual(WELL)
    })
  })
})
