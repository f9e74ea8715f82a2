/**
 * Runs the command in the process of the test: the input is a list of chunks, the output is strings.
 */

import { type Output, OutputClosed } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'

export interface World {
  /** The chunks of standard input, and of any file. */
  readonly input?: readonly (Uint8Array | string)[]
  /** The error that reading throws after the input. */
  readonly failure?: Error
  readonly terminal?: boolean
  readonly colors?: boolean
  /** The number of writes after which the reader closes standard output. */
  readonly closedAfter?: number
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The files that the command opened: `undefined` is standard input. */
  readonly files: readonly (string | undefined)[]
  /** The number of chunks that were read. */
  readonly taken: number
}

/** The bytes of latin1 text: one per code unit. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** `bytes` as chunks of one byte each. */
export function byteByByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => new Uint8Array([byte]))
}

export async function command(argv: readonly string[], world: World = {}): Promise<Outcome> {
  const { input = [], failure, terminal = false, colors = false } = world
  const { closedAfter = Number.POSITIVE_INFINITY } = world
  const files: (string | undefined)[] = []
  let taken = 0
  let stdout = ''
  let stderr = ''
  let writes = 0

  const output = (write: (text: string) => void): Output => ({
    terminal,
    colors,
    write: async (text) => write(text),
  })
  const code = await run(argv, {
    version: '1.2.3',
    async *read(file) {
      files.push(file)
      for (const chunk of input) {
        taken++
        yield typeof chunk === 'string' ? bytesOf(chunk) : chunk
      }
      if (failure !== undefined) throw failure
    },
    stdout: output((text) => {
      if (++writes > closedAfter) throw new OutputClosed()
      stdout += text
    }),
    stderr: output((text) => {
      stderr += text
    }),
  })
  return { code, stdout, stderr, files, taken }
}
