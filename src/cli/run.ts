/**
 * The `httpwire` command, apart from the process it runs in: what to do, and the exit code.
 *
 * Input is read chunk by chunk, and the next one only when the report of the last has been written:
 * a slow reader holds the input back, and nothing piles up.
 */

import { getSystemErrorMap } from 'node:util'
import { readArguments, type ParseCommand, UsageError } from './arguments.ts'
import { HELP } from './help.ts'
import { type Io, OutputClosed } from './io.ts'
import { kindOf } from './kind.ts'
import { printableUnicode } from './printable.ts'
import { Progress } from './progress.ts'
import { jsonReporter } from './report-json.ts'
import { textReporter } from './report-text.ts'
import { COLORS, PLAIN } from './style.ts'
import { Transcript } from './transcript.ts'

/** What the process ends with. */
export const EXIT = { OK: 0, INVALID_INPUT: 1, TROUBLE: 2 } as const

/** Follows the command line `argv`. Returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await follow(argv, io)
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT.OK
    const trouble = describeTrouble(error)
    if (trouble === undefined) throw error
    await io.stderr.write(trouble)
    return EXIT.TROUBLE
  }
}

async function follow(argv: readonly string[], io: Io): Promise<number> {
  const command = readArguments(argv)
  switch (command.name) {
    case 'help':
      await io.stdout.write(HELP)
      return EXIT.OK
    case 'version':
      await io.stdout.write(`${io.version}\n`)
      return EXIT.OK
    case 'parse':
      return parse(command, io)
  }
}

async function parse(command: ParseCommand, io: Io): Promise<number> {
  const { stdout, stderr } = io
  const reporter = command.json
    ? jsonReporter
    : textReporter(stdout.colors ? COLORS : PLAIN, stderr.colors ? COLORS : PLAIN)
  const transcribe = (kind: Kind) => new Transcript(kind, command, reporter)
  const progress = new Progress(stderr)
  ...
}
