/**
 * The built command in its own process: streams, exit codes and memory. `npm test` builds it.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'

const cli = pathOf('../../dist/cli.js')
const session = pathOf('../fixtures/sessions/keep-alive.http')
const peakMemory = new URL('peak-memory.mjs', import.meta.url).href

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}

beforeAll(() => {
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: npm run build makes it')
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}

/** Runs the command with `input` as its standard input, written as fast as the command reads it. */
async function command(argv: string[], input: Iterable<Uint8Array> = []): Promise<Ended> {
  const child = spawn(process.execPath, argv)
  const [outcome] = await Promise.all([
    ended(child),
    // The command may exit before it has read everything.
    pipeline(Readable.from(input), child.stdin).catch(() => {}),
  ])
  return outcome
}

describe('the httpwire process', () => {
  test('shows the captured session', async () => {
    const { code, stdout, stderr } = await command([cli, 'parse', session])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout.match(/^request \d+, at offset/gm)).toHaveLength(8)
    expect(stdout).toContain('\n  POST /items?draft=1 HTTP/1.1\n')
    expect(stdout).toMatch(/\n8 messages in 1\d{3} bytes\n$/)
  })

  test('reports the same for a file and for standard input written byte by byte', async () => {
    const bytes = readFileSync(session)
    const fromFile = await command([cli, 'parse', '--json', session])
    const fromInput = await command(
      [cli, 'parse', '--json', '-'],
      Array.from(bytes, (byte) => new Uint8Array([byte])),
    )
    expect(fromInput).toEqual(fromFile)
    expect(fromInput.stdout.split('\n')).toHaveLength(9)
  })

  test('exits with 2 for a directory, as a file or as standard input', async () => {
    const folder = openSync('.', 'r')
    onTestFinished(() => closeSync(folder))
    const child = spawn(process.execPath, [cli, 'parse'], { stdio: [folder, 'pipe', 'pipe'] })
    for (const outcome of [await ended(child), await command([cli, 'parse', '.'])]) {
      expect(outcome).toMatchObject({ code: 2, stdout: '' })
      expect(outcome.stderr).toMatch(/^httpwire: cannot read .*directory/)
    }
  })

  test('reports a message while its input is still open', async () => {
    const child = spawn(process.execPath, [cli, 'parse', '--json'])
    const outcome = ended(child)
    child.stdin.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const [line] = await once(child.stdout, 'data')
    expect(JSON.parse(String(line))).toMatchObject({ type: 'request', target: '/' })
    child.stdin.end()
    expect((await outcome).code).toBe(0)
  })

  test('exits with 1 when a message breaks a rule, although its input is still open', async () => {
    const child = spawn(process.execPath, [cli, 'parse'])
    child.stdin.on('error', () => {})
    child.stdin.write('GET / HTTP/1.1\r\nHost: h\r\n\r\nGET  /\r\n')
    const { code, stdout, stderr } = await ended(child)
    expect(code).toBe(1)
    expect(stdout).toContain('request 1,')
    expect(stderr).toContain('error: INVALID_TARGET, after 1 message\n')
  })

  test.each([
    ['that is not there', 'no-such-file.http', 'no such file or directory'],
    ['that is a folder', pathOf('.'), 'illegal operation on a directory'],
  ])('exits with 2 for a file %s, and states the reason', async (_which, file, reason) => {
    const { code, stdout, stderr } = await command([cli, 'parse', file])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(`httpwire: cannot read '${file}': ${reason}\n`)
  })

  test('exits with 2 for a wrong command line', async () => {
    const { code, stderr } = await command([cli, 'parse', '--colour'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^httpwire: Unknown option '--colour'\n/)
  })

  test('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(pathOf('../../package.json'), 'utf8'))
    expect(await command([cli, '--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
  })

  test('exits with 0 and without an error when the reader closes its output', async () => {
    const request = Buffer.from('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    const chunk = Buffer.concat(Array.from({ length: 1000 }, () => request))
    const withoutEnd = (function* () {
      for (;;) yield chunk
    })()
    const child = spawn(process.execPath, [cli, 'parse'])
    const writing = pipeline(Readable.from(withoutEnd), child.stdin).catch(() => {})
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit'), writing])
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  test('buffers no bodies: 128 MiB need less than 64 MiB more memory than 1 MiB', async () => {
    const MIB = 2 ** 20
    const chunk = new Uint8Array(MIB)
    const peak = async (mebibytes: number) => {
      const head = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${mebibytes * MIB}\r\n\r\n`
      const body = Array.from({ length: mebibytes }, () => chunk)
      const argv = ['--import', peakMemory, cli, 'parse']
      const { code, stdout, stderr } = await command(argv, [Buffer.from(head), ...body])
      expect(code).toBe(0)
      expect(stdout).toContain(`\n  body        ${mebibytes * MIB} bytes\n`)
      return Number(/^peak (\d+)\n$/.exec(stderr)?.[1])
    }
    expect((await peak(128)) - (await peak(1))).toBeLessThan(64 * MIB)
  })
})
