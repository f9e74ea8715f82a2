/**
 * The benchmark: the built httpwire against what people use.
 *
 *   npm run bench [-- OPTIONS]
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installPeers } from './install-peers.mjs'
import { runProcesses } from './processes.mjs'
import { compare } from './report/compare.mjs'
import { plot } from './report/plot.mjs'
import { showResult } from './report/table.mjs'
import { readResult, run } from './run.mjs'
import { fileOf, runtime } from './runtime.mjs'
import { runAll, showRuntimes } from './runtimes.mjs'

const HELP = `npm run bench [-- OPTIONS]

Compares the built parser, serializer and connection with the alternatives. All contestants do the same
work in interleaved rounds in one process; three processes, one after the other, take about three minutes.

  --only NAME      measure only workloads whose name contains NAME ("npm run bench -- --only chunked");
                   may be repeated
  --quick          short rounds in one process: checks that the benchmark works; not for comparisons
  --processes N    the number of processes; with 1, everything runs in this process (for profilers)
  --compare BASE   show what changed since an earlier run, whose JSON file is BASE
  --json FILE      write the figures of every round to FILE (default: bench/results/RUNTIME.json)
  --svg FILE       plot the parser's ratios
  --from FILE      report on the JSON file of an earlier run instead of measuring
  --runtimes       run in Node, Bun and Deno and show one table; NODE_BIN, BUN and DENO set the commands
                   (several separated by commas); allows --only, --quick, --processes and --dist
  --dist FOLDER    measure another build: the dist folder of a checkout
  --help           show this text
`

const RESULTS = fileURLToPath(new URL('results', import.meta.url))

const OPTIONS = {
  only: { type: 'string', multiple: true, default: [] },
  quick: { type: 'boolean', default: false },
  compare: { type: 'string' },
  processes: { type: 'string' },
  json: { type: 'string' },
  svg: { type: 'string' },
  from: { type: 'string' },
  runtimes: { type: 'boolean', default: false },
  dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
  help: { type: 'boolean', default: false },
}

try {
  await main(readOptions())
} catch (error) {
  // A bad option or missing file needs only its message; anything else is a bug, and needs its stack.
  const expected = error instanceof RangeError || error.code === 'ENOENT'
  console.error(expected ? error.message : error)
  process.exitCode = 1
}

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch (error) {
    throw new RangeError(`${error.message.split('. ')[0]}; --help lists the options`)
  }
}

async function main(options) {
  if (options.help) {
    console.log(HELP)
    return
  }
  const processes = readCount(options.processes ?? (options.quick ? '1' : '3'))
  // Read before measuring, so that a mistyped name does not cost minutes.
  const base = options.compare === undefined ? undefined : await readResult(options.compare)
  if (options.from === undefined) await installPeers()
  if (options.runtimes) {
    const results = await runAll(processes, handedOn(options))
    for (const result of results) await writeResult(result)
    console.log(showRuntimes(results))
    return
  }
  const result = await resultFor(options, processes)
  console.log(showResult(result))
  if (options.from === undefined) await writeResult(result, options.json)
  if (options.svg !== undefined) await write(options.svg, plot(result))
  if (base !== undefined) console.log(`\n${compare(base, result)}`)
}

function resultFor(options, processes) {
  if (options.from !== undefined) return readResult(options.from)
  if (processes === 1) return run({ ...options, dist: resolve(options.dist) })
  return runProcesses(processes, process.execPath, runtime.name, handedOn(options))
}

function readCount(text) {
  if (!/^[1-9]\d?$/.test(text))
    throw new RangeError(`--processes takes a number from 1 to 99, not ${text}`)
  return Number(text)
}

/** The options passed on to each process. */
function handedOn({ only, quick, dist }) {
  return [
    ...only.flatMap((name) => ['--only', name]),
    ...(quick ? ['--quick'] : []),
    '--dist',
    dist,
  ]
}

/** Writes to `file`, by default the one for the result's runtime. */
async function writeResult(result, file = join(RESULTS, fileOf(result))) {
  await write(file, `${JSON.stringify(result)}\n`)
}

async function write(file, content) {
  await mkdir(dirname(resolve(file)), { recursive: true })
  await writeFile(file, content)
}
