/**
 * Rules of the code base that the compiler does not check: imports point downward, without cycles;
 * the core needs no platform and no package; the public entry exports the promised names.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type {
  Chunk,
  Data,
  End,
  Leniency,
  Limits,
  Message,
  ParserOptions,
  RequestEvent,
  RequestHead,
  ResponseEvent,
  ResponseHead,
} from '../src/index.ts'
import * as httpwire from '../src/index.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Folders and single files of src/, and what each may import besides itself. */
const LAYERS: Record<string, readonly string[]> = {
  grammar: [],
  status: ['grammar'],
  'status.ts': ['status'],
  'errors.ts': ['grammar'],
  'checks.ts': [],
  'limits.ts': ['checks.ts'],
  'spread-head.ts': [],
  message: ['grammar', 'status', 'errors.ts', 'checks.ts', 'limits.ts', 'spread-head.ts'],
  parser: ['grammar', 'message', 'errors.ts', 'checks.ts', 'limits.ts'],
  serializer: [
    ...['grammar', 'status', 'message', 'errors.ts', 'checks.ts', 'limits.ts', 'spread-head.ts'],
  ],
  connection: [
    ...['grammar', 'status', 'message', 'parser', 'serializer', 'errors.ts', 'checks.ts'],
  ],
  'index.ts': [
    ...['status.ts', 'message', 'parser', 'serializer', 'connection', 'errors.ts', 'limits.ts'],
  ],
  arbitraries: [],
  'arbitraries.ts': ['arbitraries'],
  codings: ['grammar', 'checks.ts'],
  'codings-web.ts': ['codings'],
  'codings.ts': ['codings', 'codings-web.ts'],
  node: ['grammar', 'status', 'checks.ts', 'spread-head.ts'],
  'node.ts': ['node'],
  cli: ['index.ts', 'grammar', 'codings.ts', 'limits.ts'],
}

/** Where `node:` modules may be imported: layers, and files of the codings. */
const PLATFORM = ['node', 'cli', 'codings/node-zlib.ts']

/** Entries that are published beside the core and import it by its public name. */
const BY_PUBLIC_NAME = ['arbitraries', 'codings', 'node']

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort()

function layerOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file
}

/** Every module that `file` names in an import or export, types included. */
function specifiers(file: string): string[] {
  const source = readFileSync(join(ROOT, 'src', file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  const statements = source.matchAll(/^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm)
  const bare = source.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)
  const dynamic = source.matchAll(/\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g)
  return [...statements, ...bare, ...dynamic].map(([, specifier]) => specifier ?? '')
}

/** The files of src/ that `file` imports. */
function imports(file: string): string[] {
  return specifiers(file)
    .filter((specifier) => specifier.startsWith('.') && specifier.endsWith('.ts'))
    .map((specifier) => relative('src', join('src', dirname(file), specifier)))
}

describe('imports', () => {
  test('are found by the functions of this test', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(imports('parser/parse.ts')).toContain('parser/request-parser.ts')
    expect(imports('index.ts')).toContain('message/fields.ts')
    expect(imports('message/fields.ts')).toContain('message/wire-section.ts')
  })

  test('name files that exist in src/', () => {
    for (const file of files) expect(files, file).toEqual(expect.arrayContaining(imports(file)))
  })

  test('come from files whose layer has a rule', () => {
    expect(Object.keys(LAYERS)).toEqual(expect.arrayContaining([...new Set(files.map(layerOf))]))
  })

  test.each(files)('of %s name only layers that LAYERS allows', (file) => {
    const layer = layerOf(file)
    const allowed = [layer, ...(LAYERS[layer] ?? [])]
    expect(imports(file).filter((target) => !allowed.includes(layerOf(target)))).toEqual([])
  })

  test.each(Object.entries(LAYERS))(
    'of %s use every layer that LAYERS allows',
    (layer, allowed) => {
      const used = files
        .filter((file) => layerOf(file) === layer)
        .flatMap(imports)
        .map(layerOf)
      expect(allowed.filter((target) => !used.includes(target))).toEqual([])
    },
  )

  test('form no cycle', () => {
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      const start = path.indexOf(file)
      if (start >= 0) expect.fail(`a cycle: ${[...path.slice(start), file].join(' -> ')}`)
      if (done.has(file)) return
      for (const target of imports(file)) visit(target, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(done.size).toBe(files.length)
  })

  test('name files with the extension .ts, except package.json in the command', () => {
    // The one file that is not code: the command reads its version from it.
    const others = files.flatMap((file) => {
      const inner = specifiers(file).filter((specifier) => specifier.startsWith('.'))
      return inner.filter((specifier) => !specifier.endsWith('.ts')).map((to) => `${file}: ${to}`)
    })
    expect(others).toEqual(['cli/main.ts: ../../package.json'])
  })

  test('outside the arbitraries name no package, and Node modules only where PLATFORM allows', () => {
    for (const file of files.filter((file) => layerOf(file) !== 'arbitraries')) {
      const foreign = specifiers(file).filter((specifier) => !/^\.|^httpwire$/.test(specifier))
      const allowed = [file, layerOf(file)].some((where) => PLATFORM.includes(where))
        ? foreign.filter((specifier) => specifier.startsWith('node:'))
        : []
      expect(foreign, file).toEqual(allowed)
    }
  })

  test.each(PLATFORM)('of %s name a Node module, which PLATFORM allows', (where) => {
    const own = files.filter((file) => [file, layerOf(file)].includes(where))
    expect(own.flatMap(specifiers).filter((name) => name.startsWith('node:'))).not.toEqual([])
  })

  test('of the arbitraries name only fast-check and httpwire outside themselves', () => {
    const own = files.filter((file) => layerOf(file) === 'arbitraries')
    const foreign = own.flatMap((file) => specifiers(file).filter((name) => !name.startsWith('.')))
    expect([...new Set(foreign)].sort()).toEqual(['fast-check', 'httpwire'])
  })

  test('of httpwire by name are in BY_PUBLIC_NAME only, and in the arbitraries import types only', () => {
    const named = files.filter((file) => specifiers(file).includes('httpwire'))
    expect(new Set(named.map(layerOf))).toEqual(new Set(BY_PUBLIC_NAME))
    for (const file of named.filter((file) => layerOf(file) === 'arbitraries')) {
      // The arbitraries know nothing of the parser and do not load it.
      const source = readFileSync(join(ROOT, 'src', file), 'utf8')
      const ofTheCore = source.match(/^import [^'`]*'httpwire'$/gm) ?? []
      expect(ofTheCore, file).toEqual(ofTheCore.filter((line) => line.startsWith('import type ')))
    }
  })

  test('are not allowed between parser and serializer', () => {
    expect(LAYERS['parser']).not.toContain('serializer')
    expect(LAYERS['serializer']).not.toContain('parser')
  })

  test('of the core do not reach the arbitraries, codings, bindings or command', () => {
    const reached = new Set<string>()
    const visit = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      for (const target of imports(file)) visit(target)
    }
    visit('index.ts')
    visit('status.ts')
    const outside = [
      ...['arbitraries', 'arbitraries.ts', 'codings', 'codings.ts', 'codings-web.ts'],
      ...['node', 'node.ts', 'cli'],
    ]
    expect([...reached].filter((file) => outside.includes(layerOf(file)))).toEqual([])
    expect(reached.size).toBeGreaterThan(20)
  })
})

describe('package.json', () => {
  const manifest: Record<string, unknown> = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  )

  test.each(['dependencies', 'optionalDependencies', 'bundledDependencies'])('has no %s', (key) => {
    expect(manifest[key]).toBeUndefined()
  })

  test('has fast-check as its only peer dependency, and as an optional one', () => {
    expect(manifest['peerDependencies']).toEqual({ 'fast-check': '^4.0.0' })
    expect(manifest['peerDependenciesMeta']).toEqual({ 'fast-check': { optional: true } })
  })

  test('has no install scripts', () => {
    const scripts = Object.keys((manifest['scripts'] ?? {}) as object)
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((name) => /^(pre|post)?install$/.test(name))).toEqual([])
  })
})

describe('the public entry', () => {
  // The names that section 2 of the design fixes, as far as they are implemented.
  test.each([
    ['parse', 'function'],
    ['safeParse', 'function'],
    ['RequestParser', 'function'],
    ['ResponseParser', 'function'],
    ['serialize', 'function'],
    ['RequestSerializer', 'function'],
    ['ResponseSerializer', 'function'],
    ['Fields', 'function'],
    ['HttpError', 'function'],
    ['DEFAULT_LIMITS', 'object'],
    ['reasonPhrase', 'function'],
    ['STATUS_CODES', 'object'],
    ['METHODS', 'object'],
  ])('exports %s', (name, type) => {
    expect(typeof Object.entries(httpwire).find(([known]) => known === name)?.[1]).toBe(type)
  })

  test('exports the types of section 2 of the design, with their members', () => {
    // The test is that this compiles: `satisfies` fails if a member is missing.
    const request = (head: RequestHead) =>
      head satisfies {
        type: 'request'
        method: string
        target: string
        targetForm: 'origin' | 'absolute' | 'authority' | 'asterisk'
        version: '1.0' | '1.1'
        headers: httpwire.Fields
        framing: 'none' | 'length' | 'chunked' | 'until-close'
        contentLength: number | null
        keepAlive: boolean
        upgrades: boolean
        expectsContinue: boolean
        contentCodings: readonly string[]
        transferCodings: readonly string[]
        anomalies: readonly string[]
        bytes: Uint8Array
        offset: number
      }
    const response = (head: ResponseHead) =>
      head satisfies {
        type: 'response'
        status: number
        reason: string
        version: '1.0' | '1.1'
        headers: httpwire.Fields
        framing: 'none' | 'length' | 'chunked' | 'until-close'
        contentLength: number | null
        keepAlive: boolean
        informational: boolean
        upgrades: boolean
        contentCodings: readonly string[]
        transferCodings: readonly string[]
        anomalies: readonly string[]
        bytes: Uint8Array
        offset: number
      }
    const events = (event: RequestEvent | ResponseEvent) =>
      event satisfies RequestHead | ResponseHead | Data | Chunk | End
    const message = ({ head, body, trailers }: Message) =>
      [head, body, trailers] satisfies [RequestHead | ResponseHead, Uint8Array, httpwire.Fields]
    const options = {
      limits: {} satisfies Partial<Limits>,
      leniency: {} satisfies Partial<Leniency>,
      copy: true,
      chunkBoundaries: true,
    } satisfies ParserOptions

    const bytes = Uint8Array.from('GET / HTTP/1.0\r\n\r\n', (char) => char.charCodeAt(0))
    const [one] = httpwire.parse(bytes, { kind: 'request' }).messages
    if (one === undefined) throw new Error('no message')
    expect(request(one.head)).toBe(one.head)
    expect(message(one)[0]).toBe(one.head)
    expect(events(one.head).type).toBe('request')
    expect(new httpwire.RequestParser(options).read()).toBeNull()
    expect(response).toBeTypeOf('function')
  })
})
