/**
 * npm run bench:instructions -- SHAPE [MODE]
 *
 * Counts the machine instructions of one message with valgrind (Debian: valgrind): the same to within
 * one per cent in every run, however noisy the machine. They are not a time, but for one shape and one
 * engine they predict it: saving a tenth of the instructions saves about a tenth of the time.
 *
 * Two counts, over different numbers of messages, exclude start-up and compilation: their difference is
 * the cost of messages. MODE is demand (the default), values or all. --dist FOLDER counts another
 * build.
 */

import { execFile } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
    messages: { type: 'string', default: '200000' },
    /** In the counted process: the number of messages to parse. */
    run: { type: 'string' },
  },
})
const [shape = 'tiny GET', mode = 'demand'] = positionals

if (values.run === undefined) await count(Number(values.messages))
else await parse(Number(values.run))

async function count(messages) {
  const few = instructions(messages)
  const more = instructions(2 * messages)
  const each = ((await more) - (await few)) / messages
  console.log(`${shape}, ${mode}: ${Math.round(each)} instructions`)
}

async function instructions(messages) {
  const own = [fileURLToPath(import.meta.url), shape, mode, '--dist', values.dist]
  const { stderr } = await promisify(execFile)('valgrind', [
    ...['--tool=callgrind', '--callgrind-out-file=/dev/null', '--smc-check=all-non-file'],
    ...[process.execPath, '--single-threaded', '--predictable-gc-schedule'],
    ...[...own, '--run', `${messages}`],
  ])
  const collected = /Collected : (\d+)/.exec(stderr)
  if (collected === null) throw new Error(stderr)
  return Number(collected[1])
}

async function parse(messages) {
  const wire = await import(pathToFileURL(`${values.dist}/index.js`).href)
  const { load } = await import('./peers/httpwire.mjs')
  const { shapes } = await import('./shapes.mjs')
  const workload = shapes().find(({ name }) => name === shape)
  if (workload === undefined) {
    throw new Error(
      `no shape ${shape}; there are ${shapes()
        .map(({ name }) => name)
        .join(', ')}`,
    )
  }
  const { kind, variants } = workload
  const parser = (await load({ wire })).open(kind, mode)
  // As in nearly every process, make V8 check whether the memory of arrays is still there.
  const memory = new ArrayBuffer(8)
  structuredClone(memory, { transfer: [memory] })
  for (let i = 0; i < messages; i++) {
    const [chunks] = variants[i % variants.length]
    for (const chunk of chunks) parser.feed(chunk)
  }
}
