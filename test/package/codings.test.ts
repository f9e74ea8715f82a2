/**
 * The `httpwire/codings` entry of the installed package: one build for node:zlib, one for the streams of the
 * web, and both throw the errors of the core.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InstalledPackage, installPackage } from './installed-package.ts'
import { compile, expectDeclared, runNode, WELL } from './programs.ts'

let installed: InstalledPackage

beforeAll(async () => {
  installed = await installPackage()
}, 120_000)

afterAll(() => installed?.remove())

const read = (path: string) =>
  readFile(join(installed.folder, 'node_modules/httpwire', path), 'utf8')

/** The modules that a bundle loads. */
async function loads(path: string): Promise<string[]> {
  const code = await read(path)
  const loaded = code.matchAll(/\bfrom ['"]([^'"]*)['"]|\brequire\(['"]([^'"]*)['"]\)/g)
  return [...new Set([...loaded].map(([, from, required]) => from ?? required ?? ''))].sort()
}

const PROGRAM = `
  const head = { type: 'request', contentCodings: ['gzip'] }
  const body = encodeBodySync(Buffer.from('coded'), 'gzip')
  decodeBody({ head, body })
    .then((bytes) => console.log(String(bytes)))
    .then(() => decodeBody({ head, body: body.subarray(1) }))
    .catch((error) => console.log(error instanceof HttpError, error.code))
`

const USER = `
import { HttpError, parse, type Message } from 'httpwire'
import {
  chooseCoding,
  CODINGS,
  ContentDecoder,
  decodeBody,
  decodeBodySync,
  encodeContent,
  type CodedHead,
  type ContentCoding,
  type DecodeOptions,
  safeDecodeBody,
} from 'httpwire/codings'

const [message] = parse(Uint8Array.of()).messages as [Message]
const options: DecodeOptions = { maxDecoded: 1000 }
export const body: Promise<Uint8Array> = decodeBody(message, options)
export const sync: Uint8Array = decodeBodySync(message)
export const error: Promise<HttpError | undefined> = safeDecodeBody(message).then((result) =>
  result.ok ? undefined : result.error,
)
const head: CodedHead = message.head
export const decoder = new ContentDecoder(head)
export const coding: ContentCoding | 'identity' | null = chooseCoding('gzip', CODINGS)
export const mine: 'br' | 'identity' | null = chooseCoding('br', ['br'])
encodeContent([Uint8Array.of()], ['gzip', 'br'], { level: 3, flush: true })

// @ts-expect-error no such coding
encodeContent([], 'lzma')
`

describe('httpwire/codings', () => {
  test.each(['js', 'cjs'])('loads only node:zlib and httpwire: .%s', async (extension) => {
    expect(await loads(`dist/codings.${extension}`)).toEqual([
      'httpwire',
      expect.stringMatching(/^(node:)?zlib$/),
    ])
  })

  test.each(['js', 'cjs'])('loads only httpwire in the web build: .%s', async (extension) => {
    expect(await loads(`dist/codings-web.${extension}`)).toEqual(['httpwire'])
  })

  test.each(['codings', 'codings-web'])(
    'has types that import from httpwire only: %s',
    async (name) => {
      const types = await read(`dist/${name}.d.ts`)
      const from = [...types.matchAll(/from '([^']*)'/g)].map(([, from]) => from)
      expect(from).toEqual(['httpwire'])
      expect(types).not.toMatch(/\/\/\/ <reference|\bimport\(|@internal/)
    },
  )

  test('can be imported, and throws the errors of httpwire', async () => {
    const imports = `
      import { HttpError } from 'httpwire'
      import { decodeBody, encodeBodySync } from 'httpwire/codings'
    `
    const outcome = await runNode(installed, '--input-type=module', '--eval', imports + PROGRAM)
    expect(outcome).toEqual({ code: 0, stdout: 'coded\ntrue CODED_DATA_MISLABELLED\n', stderr: '' })
  })

  test('can be required, and throws the errors of httpwire', async () => {
    const requires = `
      const { HttpError } = require('httpwire')
      const { decodeBody, encodeBodySync } = require('httpwire/codings')
    `
    const outcome = await runNode(installed, '--input-type=commonjs', '--eval', requires + PROGRAM)
    expect(outcome).toEqual({ code: 0, stdout: 'coded\ntrue CODED_DATA_MISLABELLED\n', stderr: '' })
  })

  test('declares exactly the values that it exports', async () => {
    await expectDeclared(installed, 'codings')
    await expectDeclared(installed, 'codings-web')
  })

  test('resolves to the web build in a bundle for browsers', async () => {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: `export * from 'httpwire/codings'`,
        resolveDir: installed.folder,
      },
      bundle: true,
      platform: 'browser',
      format: 'esm',
      metafile: true,
      write: false,
    })
    const inputs = Object.keys(metafile.inputs).join()
    expect(inputs).toContain('codings-web.js')
    expect(inputs).not.toContain('codings.js')
    expect(outputFiles[0]?.text).toContain('DecompressionStream')
  })

  test('has types that compile in a module and in a CommonJS file', async () => {
    const files = { 'module.mts': USER, 'common.cts': USER }
    expect(await compile(installed, 'user-node16', 'node16', 'node16', files)).toEqual(WELL)
  })
})
