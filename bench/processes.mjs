/**
 * The same run in several processes, one after the other, with their rounds combined. An engine
 * compiles code differently in each process (the tiny GET was 2.5 times as fast as Node's parser in
 * one, 3.6 times in the next), which no number of rounds in one process shows. So the spread of a ratio
 * is that between all rounds of all processes.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readResult, summarize } from './run.mjs'
import { commandFor } from './runtime.mjs'

/**
 * @param {string} command The executable of a runtime.
 * @param {string} kind The runtime: `node`, `bun` or `deno`.
 * @param {string[]} options
 * @returns {Promise<object | undefined>} The result; `undefined` if the process failed.
 */
export async function runProcess(command, kind, options) {
  const folder = await mkdtemp(join(tmpdir(), 'httpwire-bench-'))
  const file = join(folder, 'result.json')
  try {
    const child = spawn(command, [...commandFor(kind), ...options, '--json', file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = await once(child, 'exit')
    return code === 0 ? await readResult(file) : undefined
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** @throws RangeError if a process fails; it has printed the reason. */
export async function runProcesses(count, command, kind, options) {
  const results = []
  for (let i = 0; i < count; i++) {
    if (count > 1) console.error(`process ${i + 1} of ${count}`)
    const result = await runProcess(command, kind, [...options, '--processes', '1'])
    if (result === undefined) throw new RangeError('a process of the benchmark failed')
    results.push(result)
  }
  return merge(results)
}

function merge(results) {
  const [first] = results
  const together = (pick) => results.flatMap(pick)
  return {
    ...first,
    processes: results.length,
    rounds: first.rounds * results.length,
    load: [first.load[0], results.at(-1).load[1]],
    calibration: together(({ calibration }) => calibration),
    workloads: first.workloads.map((workload, i) => ({
      ...workload,
      results: workload.results.flatMap(({ name, mode }) => {
        const same = results.map(({ workloads }) =>
          workloads[i].results.find((one) => one.name === name && one.mode === mode),
        )
        // A contestant left out of one process has no rounds there to pair with those of the others.
        return same.includes(undefined)
          ? []
          : [
              summarize(
                name,
                mode,
                same.flatMap(({ times }) => times),
              ),
            ]
      }),
    })),
  }
}
