/**
 * The `httpwire` command, independent of its process: what to do, and the exit code.
 *
 * Input is read chunk by chunk, and the next chunk only after the report of the last one has been
 * written: a slow reader slows the input down, and nothing accumulates.
 */

import { getSystemErrorMap } from 'node:util'
import { kindOf, type MessageKind } from '../grammar/kind.ts'
import { type ParseCommand, readArguments, UsageError } from './arguments.ts'
import { HELP } from './help.ts'
import { type Io, OutputClosed } from './io.ts'
import { printableUnicode } from './printable.ts'
import { Progress } from './progress.ts'
import { jsonReporter } from './report-json.ts'
import { textReporter } from './report-text.ts'
import { COLORS, PLAIN } from './style.ts'
import { Transcript } from './transcript.ts'

/** Exit codes, which `help.ts` documents. */
const OK = 0
const INVALID_INPUT = 1
const TROUBLE = 2

class InputError extends Error {}

/** Executes the command line `argv` and returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const command = readArguments(argv)
    if (command.name === 'parse') return await parse(command, io)
    await io.stdout.write(command.name === 'help' ? HELP : `${io.version}\n`)
    return OK
  } catch (error) {
    if (error instanceof OutputClosed) return OK
    const trouble = describeTrouble(error)
    if (trouble === undefined) throw error
    await io.stderr.write(`httpwire: ${trouble}\n`)
    return TROUBLE
  }
}

async function parse(command: ParseCommand, io: Io): Promise<number> {
  const { stdout, stderr } = io
  const reporter = command.json
    ? jsonReporter
    : textReporter(stdout.colors ? COLORS : PLAIN, stderr.colors ? COLORS : PLAIN)
  const transcribe = (kind: MessageKind) => new Transcript(kind, command, reporter)

  const progress = new Progress(stderr)
  const print = async (text: string) => {
    if (text === '') return
    await progress.erase()
    await stdout.write(text)
  }

  let transcript = command.kind && transcribe(command.kind)
  let early: Uint8Array = new Uint8Array(0)
  try {
    for await (const chunk of readChunks(command.file, io)) {
      await progress.advance(chunk.length)
      let bytes = chunk
      if (transcript === undefined) {
        early = early.length === 0 ? chunk : Buffer.concat([early, chunk])
        const kind = kindOf(early, 2 * command.limits.maxEmptyLines)
        if (kind === undefined) continue
        transcript = transcribe(kind)
        bytes = early
      }
      await print(await transcript.push(bytes))
      if (transcript.error !== undefined) break
    }
    if (transcript === undefined) {
      // Too little input to infer the kind: part of a method, perhaps, or nothing.
      transcript = transcribe('request')
      await print(await transcript.push(early))
    }
    if (transcript.error === undefined) await print(await transcript.finish())
  } finally {
    await progress.erase()
  }

  if (transcript.error === undefined) return transcript.undecoded === 0 ? OK : INVALID_INPUT
  await stderr.write(reporter.failure(transcript.error))
  return INVALID_INPUT
}

async function* readChunks(file: string | undefined, io: Io): AsyncIterable<Uint8Array> {
  try {
    yield* io.read(file)
  } catch (error) {
    const name = file === undefined ? 'standard input' : `'${printableUnicode(file)}'`
    throw new InputError(`cannot read ${name}: ${reasonOf(error)}`)
  }
}

function describeTrouble(error: unknown): string | undefined {
  if (error instanceof UsageError) return `${error.message}\nsee httpwire --help`
  if (error instanceof InputError) return error.message
  if (isSystemError(error)) return `cannot write: ${reasonOf(error)}`
  return undefined
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error
}

/** The system's description of the error, without the path and the call that Node adds. */
function reasonOf(error: unknown): string {
  const known = isSystemError(error) && getSystemErrorMap().get(error.errno ?? 0)
  return known ? known[1] : String(error)
}
