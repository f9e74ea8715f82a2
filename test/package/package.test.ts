/**
 * The packed and installed package: its files, the entries of the core, its types and its command.
 */

import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execute, type InstalledPackage, installPackage, repository } from './installed-package.ts'
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

describe('the tarball', () => {
  test('contains the build, the documents, the examples and nothing else', async () => {
    const folders = ['docs', 'examples'].map(async (folder) => {
      const names = await readdir(join(repository, folder))
      return names.map((name) => `${folder}/${name}`)
    })
    const documents = (await Promise.all(folders)).flat()
    expect([...installed.files].sort()).toEqual(
      [
        ...documents,
        'CHANGELOG.md',
        'CONTRIBUTING.md',
        'LICENSE',
        'README.md',
        'SECURITY.md',
        'dist/arbitraries.cjs',
        'dist/arbitraries.d.cts',
        'dist/arbitraries.d.ts',
        'dist/arbitraries.js',
        'dist/cli.js',
        'dist/codings-web.cjs',
        'dist/codings-web.d.cts',
        'dist/codings-web.d.ts',
        'dist/codings-web.js',
        'dist/codings.cjs',
        'dist/codings.d.cts',
        'dist/codings.d.ts',
        'dist/codings.js',
        'dist/index.cjs',
        'dist/index.d.cts',
        'dist/index.d.ts',
        'dist/index.js',
        'dist/node.cjs',
        'dist/node.d.cts',
        'dist/node.d.ts',
        'dist/node.js',
        'dist/status.cjs',
        'dist/status.d.cts',
        'dist/status.d.ts',
        'dist/status.js',
        'package.json',
      ].sort(),
    )
  })

  test('installs no other package, and has no install scripts', async () => {
    const manifest = JSON.parse(await read('package.json'))
    for (const kind of ['dependencies', 'optionalDependencies']) {
      expect(manifest).not.toHaveProperty(kind)
    }
    expect(Object.keys(manifest.peerDependencies)).toEqual(['fast-check'])
    expect(manifest.peerDependenciesMeta['fast-check'].optional).toBe(true)
    for (const script of ['preinstall', 'install', 'postinstall']) {
      expect(manifest.scripts).not.toHaveProperty(script)
    }
    const modules = await readdir(join(installed.folder, 'node_modules'))
    expect(modules.filter((name) => !name.startsWith('.'))).toEqual(['httpwire'])
  })

  test.each(['dist/index.js', 'dist/index.cjs', 'dist/status.js', 'dist/status.cjs'])(
    'has a core that loads no modules: %s',
    async (path) => {
      const code = await read(path)
      expect(code).not.toMatch(/^\s*import\b/m)
      expect(code).not.toMatch(/\brequire\(|\bimport\(/)
    },
  )

  test.each(['dist/index.d.ts', 'dist/index.d.cts', 'dist/status.d.ts', 'dist/status.d.cts'])(
    'has types of the core that need no other package and show no internals: %s',
    async (path) => {
      const types = await read(path)
      for (const [, from] of types.matchAll(/from '([^']*)'/g)) {
        expect(from).toBe(path.endsWith('.cts') ? './status.cjs' : './status.js')
      }
      expect(types).not.toMatch(/\/\/\/ <reference|\bimport\(/)
      expect(types).not.toContain('@internal')
    },
  )
})

describe('the installed package', () => {
  const PROGRAM = `
    const bytes = Buffer.from('GET /a HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n')
    console.log(parse(bytes).messages[0].head.target, reasonPhrase(404), statusCode('OK'))
  `

  test('can be imported', async () => {
    const imports = `
      import { parse } from 'httpwire'
      import { reasonPhrase, statusCode } from 'httpwire/status'
    `
    const outcome = await node('--input-type=module', '--eval', imports + PROGRAM)
    expect(outcome).toEqual({ code: 0, stdout: '/a Not Found 200\n', stderr: '' })
  })

  test('can be required', async () => {
    const requires = `
      const { parse } = require('httpwire')
      const { reasonPhrase, statusCode } = require('httpwire/status')
    `
    const outcome = await node('--input-type=commonjs', '--eval', requires + PROGRAM)
    expect(outcome).toEqual({ code: 0, stdout: '/a Not Found 200\n', stderr: '' })
  })

  test('serializes heads that its other build parsed, and refuses to spread them', async () => {
    const program = `
      import { createRequire } from 'node:module'
      import { serialize } from 'httpwire'
      const { parse } = createRequire(process.cwd() + '/')('httpwire')
      const [{ head }] = parse(Buffer.from('GET /a HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n')).messages
      console.log(JSON.stringify(Buffer.from(serialize({ head })).toString()))
      try {
        serialize({ head: { ...head, method: 'PUT' } })
      } catch (error) {
        console.log(error.message.slice(0, 30))
      }
    `
    const outcome = await node('--input-type=module', '--eval', program)
    expect(outcome).toEqual({
      code: 0,
      stdout: '"GET /a HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n"\na parsed head cannot be spread\n',
      stderr: '',
    })
  })

  test('declares exactly the values that it exports', async () => {
    for (const entry of ['index', 'status']) await expectDeclared(installed, entry)
  })

  test('has the command httpwire', async () => {
    const command = join('node_modules', '.bin', 'httpwire')
    const { version } = JSON.parse(await read('package.json'))
    expect(await execute(command, ['--version'], installed.folder)).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    })
    const session = join(repository, 'test/fixtures/sessions/keep-alive.http')
    const { code, stdout } = await execute(command, ['parse', session], installed.folder)
    expect(code).toBe(0)
    expect(stdout).toContain('\n8 messages in ')
  })

  test('runs the example', async () => {
    await copyFile(join(repository, 'examples/parse.mjs'), join(installed.folder, 'parse.mjs'))
    expect(await node('parse.mjs')).toEqual({
      code: 0,
      stdout: 'POST /items example.com\n5 bytes of body\ncomplete\n',
      stderr: '',
    })
  })
})

const CONSUMER = `
import {
  DEFAULT_LIMITS,
  Fields,
  HttpError,
  parse,
  RequestParser,
  ResponseParser,
  safeParse,
  serialize,
  STATUS_CODES,
  type ErrorCode,
  type Leniency,
  type Limits,
  type Message,
  type ParserOptions,
  type RequestEvent,
  type RequestHead,
  type ResponseHead,
} from 'httpwire'
import { reasonPhrase, statusClass, type StatusCode } from 'httpwire/status'

const bytes: Uint8Array = Uint8Array.of(71, 69, 84)

export const requests: Message<RequestHead>[] = parse(bytes, { kind: 'request' }).messages
export const responses: ResponseHead[] = parse(bytes, {
  kind: 'response',
  requestMethods: ['HEAD'],
}).messages.map(({ head }) => head)

const limits: Partial<Limits> = { maxHead: DEFAULT_LIMITS.maxHead * 2 }
const leniency: Partial<Leniency> = { allowBareLf: true }
const options: ParserOptions = { limits, leniency, copy: true }

const parser = new RequestParser(options)
for (const event of parser.push(bytes)) {
  switch (event.type) {
    case 'request': {
      const method: string = event.method
      const form: 'origin' | 'absolute' | 'authority' | 'asterisk' = event.targetForm
      const host: string | undefined = event.headers.get('host')
      console(method, form, host, event.detach().bytes.length)
      break
    }
    case 'chunk':
      for (const { name, value } of event.extensions) console(name, value ?? '')
      break
    case 'data':
      console(event.bytes.length)
      break
    case 'end':
      for (const [name, value] of event.trailers) console(name, value)
      break
    default:
      console(event satisfies never)
  }
}
export const next: RequestEvent | null = parser.finish().read()
export const rest: Uint8Array = new ResponseParser().respondsTo('CONNECT').takeRest()

const result = safeParse(bytes)
if (!result.ok) {
  const code: ErrorCode = result.error.code
  console(code, result.error.offset, result.error instanceof HttpError)
}
export const fields: Fields = Fields.from({ Host: 'h' }).append('X', '1')

// What takes a head can be tested without a parser.
export const head: RequestHead = {
  ...({ type: 'request', method: 'GET', target: '/', targetForm: 'origin', version: '1.1' } as const),
  ...({ headers: fields, framing: 'none', contentLength: null, keepAlive: true } as const),
  ...{ upgrades: false, expectsContinue: false, contentCodings: [], transferCodings: [] },
  ...{ anomalies: [], bytes, offset: 0 },
  detach() {
    return this
  },
  toJSON: () => {
    throw new Error('not asked for')
  },
}
// Options may be passed on as they are, undefined or not.
new RequestParser({ limits: undefined, copy: undefined })
new RequestParser({ limits: { maxHead: undefined }, leniency: { allowBareLf: undefined } })
serialize({ head: { status: 200, reason: undefined, headers: undefined }, body: undefined }, { requestMethod: undefined })
export const phrase: string = reasonPhrase(404)
export const known: StatusCode = 200
console(statusClass(known), STATUS_CODES[200])

// @ts-expect-error there is no such option
parse(bytes, { knid: 'request' })
// @ts-expect-error nor such a limit
new RequestParser({ limits: { maxHeads: 1 } })
// @ts-expect-error a parser keeps its rules to itself
parser.rules
// @ts-expect-error text is not bytes
parser.push('GET')
// @ts-expect-error a head cannot be changed
export const change = (head: RequestHead) => { head.framing = 'none' }
// @ts-expect-error the codes are known
export const wrong: ErrorCode = 'NO_SUCH_CODE'

function console(...values: unknown[]): void {
  values.length = 0
}
`

describe('the types', () => {
  test('compile with node16 resolution, in a module and in a CommonJS file', async () => {
    const files = { 'module.mts': CONSUMER, 'common.cts': CONSUMER }
    const outcome = await compile(installed, 'node16', 'node16', 'node16', files)
    expect(outcome).toEqual(WELL)
  })

  test('compile with bundler resolution', async () => {
    const outcome = await compile(installed, 'bundler', 'ESNext', 'bundler', {
      'program.ts': CONSUMER,
    })
    expect(outcome).toEqual(WELL)
  })
})
