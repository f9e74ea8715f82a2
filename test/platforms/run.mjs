/**
 * Runs the checks of `test/codings` on the packed package, installed into an empty folder, in every
 * platform that is installed: this Node, Bun, Deno and headless Chromium, each with the build that
 * package.json gives it.
 *
 *   npm run test:platforms [-- NAME...]
 *
 * Bun and Deno are looked for in PATH (`npm install --global bun deno`), Chromium as Debian calls it
 * (`apt-get install chromium`). NODE_BIN (not NODE, which npm sets itself), BUN, DENO and CHROMIUM name
 * other ones. What is not there is named; the exit code is 1 if a check fails anywhere.
 */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const TIMEOUT = 300_000

const {
  NODE_BIN = process.execPath,
  BUN = 'bun',
  DENO = 'deno',
  CHROMIUM = 'chromium',
} = process.env

const PLATFORMS = {
  node: (folder) => runProgram(NODE_BIN, ['--version'], ['program.mjs'], folder),
  bun: (folder) => runProgram(BUN, ['--version'], ['program.mjs'], folder),
  deno: (folder) => runProgram(DENO, ['--version'], ['run', '--allow-env', 'program.mjs'], folder),
  chromium: (folder) => runBrowser(CHROMIUM, folder),
}

const execute = promisify(execFile)

const root = await mkdtemp(join(tmpdir(), 'httpwire-platforms-'))
try {
  await install(root)
  const wanted = process.argv.slice(2)
  for (const [name, run] of Object.entries(PLATFORMS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const outcome = await run(root)
    if (outcome === undefined) {
      console.log(`${name}: not installed`)
      continue
    }
    const { version, codings, passed, failed } = outcome
    console.log(`${name} ${version}: ${codings}: ${passed} checks passed, ${failed.length} failed`)
    for (const failure of failed) console.log(`  ${failure}`)
    if (failed.length > 0 || passed === 0) process.exitCode = 1
  }
} finally {
  await rm(root, { recursive: true })
}

/** The package as it is published, and two programs of the checks, for a console and for a page. */
async function install(folder) {
  const quiet = ['--offline', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']
  const pack = ['pack', '--json', `--pack-destination=${folder}`, ...quiet]
  const { stdout } = await execute('npm', pack, { cwd: REPOSITORY })
  const [{ filename }] = JSON.parse(stdout)
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  await execute('npm', ['install', join(folder, filename), ...quiet], { cwd: folder })

  const checks = JSON.stringify(join(REPOSITORY, 'test/codings/checks.ts'))
  const program = (report) => `
    import * as codings from 'httpwire/codings'
    import { checks } from ${checks}
    const failed = []
    let passed = 0
    for (const { name, run } of checks(codings)) {
      try {
        await run()
        passed++
      } catch (error) {
        failed.push(name + ': ' + error)
      }
    }
    const outcome = JSON.stringify({ codings: codings.CODINGS.join(' '), passed, failed })
    ${report}
  `
  const common = {
    bundle: true,
    format: 'esm',
    target: 'es2022',
    nodePaths: [join(REPOSITORY, 'node_modules')],
    logLevel: 'error',
  }
  const stdin = (contents) => ({ contents, resolveDir: folder, loader: 'ts' })
  await build({
    ...common,
    stdin: stdin(program('console.log(outcome)')),
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['httpwire', 'httpwire/codings'],
    outfile: join(folder, 'program.mjs'),
  })
  await build({
    ...common,
    stdin: stdin(program(`await fetch('/outcome', { method: 'POST', body: outcome })`)),
    platform: 'browser',
    outfile: join(folder, 'page.js'),
  })
}

async function runProgram(command, versionArguments, programArguments, cwd) {
  try {
    const { stdout: version } = await execute(command, versionArguments)
    const { stdout } = await execute(command, programArguments, { cwd, timeout: TIMEOUT })
    return { version: firstWords(version), ...JSON.parse(stdout) }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Serves the page, and takes the outcome that it posts. */
async function runBrowser(command, folder) {
  let version
  try {
    version = (await execute(command, ['--version'])).stdout
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
  const page = await readFile(join(folder, 'page.js'))
  let settle
  const outcome = new Promise((resolve, reject) => {
    settle = resolve
    setTimeout(() => reject(new Error('the browser did not finish')), TIMEOUT).unref()
  })
  const server = createServer(async (request, response) => {
    if (request.url === '/page.js') response.setHeader('Content-Type', 'text/javascript').end(page)
    else if (request.method === 'POST') {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      response.end()
      settle(JSON.parse(body))
    } else {
      response.setHeader('Content-Type', 'text/html')
      response.end('<!doctype html><script type="module" src="/page.js"></script>')
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = spawn(
    command,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      `--user-data-dir=${join(folder, 'profile')}`,
      `http://127.0.0.1:${server.address().port}/`,
    ],
    { stdio: 'ignore' },
  )
  try {
    return { version: firstWords(version), ...(await outcome) }
  } finally {
    browser.kill()
    await once(browser, 'exit')
    server.closeAllConnections()
    server.close()
  }
}

/** The version, without what a program is built of. */
function firstWords(text) {
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? text
}
