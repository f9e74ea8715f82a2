/**
 * The size of the core when it is loaded over a network: bundled, minified and compressed with brotli.
 */

import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const KIB = 1024

/** The size in bytes of a program that exports `names` from the package and does nothing else. */
async function size(names: string): Promise<number> {
  const index = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: `export ${names} from ${JSON.stringify(index)}`, resolveDir: '.' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    write: false,
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild made no file')
  return brotliCompressSync(file.contents).length
}

const whole = await size('*')
const parsers = await size('{ RequestParser, ResponseParser, parse, safeParse }')
const requests = await size('{ RequestParser }')

test(`the whole core, ${whole} bytes minified and compressed, is at most 27.5 KiB`, () => {
  expect(whole).toBeLessThanOrEqual(27.5 * KIB)
})

test(`the parsers alone, ${parsers} bytes minified and compressed, are at most 19.0 KiB`, () => {
  expect(parsers).toBeLessThanOrEqual(19.0 * KIB)
})

test(`a program that only parses requests, ${requests} bytes, is below 90 % of the whole core`, () => {
  expect(requests).toBeLessThan(0.9 * whole)
})
