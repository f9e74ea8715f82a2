/**
 * Runs the examples as programs. Each test starts the ones that it needs, on a port that the system picks,
 * uses them with various HTTP clients, and ends them.
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
  /** The first line that it printed: the address at which it listens. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** The lines that it has printed after that. */
  readonly lines: readonly string[]
  errors(): string
  /** Sends it SIGTERM, and resolves with the way in which it ended. */
  end(): Promise<{ code: number | null; signal: string | null }>
  /** Sends it SIGKILL. */
  kill(): Promise<unknown>
}

/** Starts `node examples/<name>.mjs`, which ends with the test or with `end`. */
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

/** The output of an example that ends by itself. */
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

/** A connection that is destroyed when the test ends. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return socket
}

/** Everything received until the other side ends, as latin1. */
export async function readAll(socket: Socket): Promise<string> {
  let text = ''
  // This side may still have something to send.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += (chunk as Buffer).toString('latin1')
  }
  return text
}

/** Sends the lines as they are, and returns everything received. */
export async function exchange(port: number, ...wire: string[]): Promise<string> {
  const socket = await open(port)
  socket.write(wire.join('\r\n'), 'latin1')
  return readAll(socket)
}

/** The output of curl, which has to be installed, in CI as well. */
export async function curl(...argv: string[]): Promise<string> {
  // Without user settings, and without a proxy from the environment.
  const args = ['--disable', '--silent', '--show-error', '--max-time', '30', ...argv]
  const options = { encoding: 'latin1' as const, env: { PATH: process.env['PATH'] } }
  const { stdout } = await run('curl', args, options).catch((error) => {
    throw error.code === 'ENOENT' ? new Error('these tests need curl: install it') : error
  })
  return stdout
}
