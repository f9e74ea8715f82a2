/**
 * Examples as what they are: programs. Each test starts those that it needs, on a port that the system
 * picks, talks to them with whatever speaks HTTP, and ends them.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Program {
  /** The first line that it printed: where it listens. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** What it has printed after that, and complained of. */
  readonly lines: readonly string[]
  errors(): string
  /** Asks it to end as a system does, and tells how it ended. */
  end(): Promise<{ code: number | null; signal: string | null }>
  /** Ends it without a chance to do anything about it. */
  kill(): Promise<unknown>
}

/** Starts `node examples/<name>.mjs`; ends with the test, or with `end`. */
export async function start(name: string, ...argv: string[]): Promise<Program> {
  const child = spawn(process.execPath, [`examples/${name}.mjs`, ...argv], { cwd: root })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
  const kill = () => {
    child.kill('SIGKILL')
    return ended
  }
  onTestFinished(async () => {
    await kill()
  })
  const [first, lines, errors] = await firstLine(child)
  return {
    url: first,
    pid: Number(child.pid),
    port: Number(/:(\d+)\/$/.exec(first)?.[1]),
    lines,
    errors,
    end() {
      child.kill('SIGTERM')
      return ended
    },
    kill,
  }
}

/** What an example prints that ends by itself. */
export async function output(name: string, ...argv: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [`examples/${name}.mjs`, ...argv], { cwd: root })
  return stdout
}

async function firstLine({ stdout, stderr, pid }: ChildProcess) {
  if (stdout === null || stderr === null) throw new Error(`process ${pid} has no output`)
  let errors = ''
  stderr.on('data', (chunk) => {
    errors += chunk
  })
  const lines: string[] = []
  const first = await new Promise<string>((resolve, reject) => {
    const reader = createInterface({ input: stdout })
    reader.once('line', (line) => {
      resolve(line)
      reader.on('line', (line) => lines.push(line))
    })
    reader.once('close', () => reject(new Error(`it has printed no address: ${errors}`)))
  })
  return [first, lines, () => errors] as const
}

/** A connection, ended with the test. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return socket
}

/** Everything that comes until the other side ends. */
export async function readAll(socket: Socket): Promise<string> {
  let text = ''
  // Our side may have something to say still.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += (chunk as Buffer).toString('latin1')
  }
  return text
}

/** Sends bytes as they stand, and gives everything that comes. */
export async function exchange(port: number, ...wire: string[]): Promise<string> {
  const socket = await open(port)
  socket.write(wire.join('\r\n'), 'latin1')
  return readAll(socket)
}

/** What curl prints; it has to be there, in CI as well. */
export async function curl(...argv: string[]): Promise<string> {
  // Nobody's settings, and no proxy that the environment names.
  const args = ['--disable', '--silent', '--show-error', '--max-time', '30', ...argv]
  const options = { encoding: 'latin1' as const, env: { PATH: process.env['PATH'] } }
  const { stdout } = await run('curl', args, options).catch((error) => {
    throw error.code === 'ENOENT' ? new Error('these tests need curl: install it') : error
  })
  return stdout
}
