/**
 * Compares the parsers over as many inputs as one likes:
 *
 *   npm run fuzz:plain [-- COUNT [SEED [FIRST]]]
 *
 * Input n of a seed is always the same, so a difference is seen again by its number:
 * `npm run fuzz:plain -- 1 SEED NUMBER`. Two processes share the inputs where there are two cores;
 * FUZZ_PROCESSES says how many otherwise. What runs is the present `src/`, bundled for the purpose.
 */

import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadCaptures } from '../../fixtures/captures/load-captures.mjs'

const PROCESSES = Number(process.env.FUZZ_PROCESSES ?? Math.min(2, availableParallelism()))

/** Differences after which a process gives up. */
const ENOUGH = 3

/** Inputs between two words of a process to its parent. */
const STRIDE = 5_000

if (process.send === undefined) await lead()
else await work()

/** The parent: bundles, starts the others, and adds up what they say. */
async function lead() {
  const [count, seed, first] = readArguments(process.argv.slice(2))
  const folder = mkdtempSync(join(tmpdir(), 'httpwire-plain-'))
  try {
    const bundle = join(folder, 'compare.mjs')
    await build(bundle)
    const started = performance.now()
    const outcomes = new Map()
    let done = 0
    let differences = 0
    const say = () => {
      const seconds = (performance.now() - started) / 1000
      return `${done} of ${count} inputs, ${Math.round(done / seconds)} a second, ${differences} differences`
    }
    const children = Array.from({ length: Math.min(PROCESSES, count) }, (_, n) => {
      const range = { first: first + n, step: PROCESSES, end: first + count, seed, bundle }
      const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(range)])
      child.on('message', (message) => {
        done += message.done
        for (const [outcome, times] of message.outcomes) {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times)
        }
        for (const text of message.differences) {
          differences++
          process.stdout.write(`\n${text}\n`)
        }
        if (process.stdout.isTTY) process.stdout.write(`\r${say()} `)
      })
      return new Promise((resolve) => child.on('close', (code) => resolve(code)))
    })
    const codes = await Promise.all(children)
    console.log(`\nseed ${seed}, from input ${first}: ${say()}\n`)
    const byTimes = [...outcomes].sort(([, a], [, b]) => b - a)
    for (const [outcome, times] of byTimes) console.log(`${String(times).padStart(10)} ${outcome}`)
    process.exitCode =
      codes.every((code) => code === 0) && done === count ? Math.sign(differences) : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readArguments(given) {
  const numbers = [given[0] ?? '1000000', given[1] ?? '1', given[2] ?? '0'].map(Number)
  const fit = numbers.every((number) => Number.isSafeInteger(number) && number >= 0)
  if (given.length > 3 || !fit || numbers[0] === 0) {
    console.error('npm run fuzz:plain [-- COUNT [SEED [FIRST]]], each of them an integer')
    process.exit(2)
  }
  return numbers
}

/** Imported here: a process that works needs no bundler. */
async function build(outfile) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [fileURLToPath(new URL('entry.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    outfile,
  })
}

/** A child: compares its part of the inputs. */
async function work() {
  // The fast parser throws by the million, and nobody reads the stacks.
  Error.stackTraceLimit = 0
  const { first, step, end, seed, bundle } = JSON.parse(process.argv[2])
  const { compareInput, describeDifference, makeSamples } = await import(pathToFileURL(bundle).href)
  const samples = makeSamples(loadCaptures())
  let found = 0
  let report = { done: 0, outcomes: new Map(), differences: [] }
  // Waits until it is sent: what is under way when the process disconnects is lost.
  const send = () => {
    const message = { ...report, outcomes: [...report.outcomes] }
    report = { done: 0, outcomes: new Map(), differences: [] }
    // Nobody is there any more who wants to know: the work ends, too.
    return new Promise((resolve) => {
      process.send(message, (error) => (error ? process.exit(1) : resolve()))
    })
  }
  const compare = (index) => {
    try {
      return compareInput(seed, index, samples)
    } catch (cause) {
      throw new Error(`input ${index} of seed ${seed} cannot be compared`, { cause })
    }
  }
  for (let index = first; index < end && found < ENOUGH; index += step) {
    const { outcome, difference } = compare(index)
    report.done++
    report.outcomes.set(outcome, (report.outcomes.get(outcome) ?? 0) + 1)
    if (difference !== null) {
      found++
      report.differences.push(describeDifference(seed, difference))
    }
    if (report.done === STRIDE || difference !== null) await send()
  }
  await send()
  process.disconnect()
}
