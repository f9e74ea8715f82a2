/**
 * Runs the benchmark in each installed runtime, one after the other, and shows all results in one table.
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runProcesses } from './processes.mjs'
import { against, fastest, nanoseconds, OURS, ours, times } from './report/figures.mjs'
import { alignColumns, showLeftOut, showNoise } from './report/table.mjs'

const { NODE_BIN = process.execPath, BUN = 'bun', DENO = 'deno' } = process.env

/** Each may list several, separated by commas. `NODE` is not used, because npm sets it. */
const COMMANDS = { node: NODE_BIN, bun: BUN, deno: DENO }

/**
 * @param {number} processes The number of processes in each runtime.
 * @param {string[]} options Options to pass on to each process.
 * @returns {Promise<object[]>} The results.
 */
export async function runAll(processes, options) {
  const results = []
  for (const [kind, commands] of Object.entries(COMMANDS)) {
    for (const command of commands.split(',')) {
      const version = await versionOf(command)
      if (version === undefined) console.error(`${kind}: ${command} is not installed`)
      else {
        console.error(`${kind} ${version}`)
        results.push(await runProcesses(processes, command, kind, options))
      }
    }
  }
  return results
}

async function versionOf(command) {
  try {
    const { stdout } = await promisify(execFile)(command, ['--version'])
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'unknown'
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

export function showRuntimes(results) {
  const rows = [['', '', OURS, 'ratio to the reference', 'ratio to the fastest peer']]
  for (const { suite, name } of results[0]?.workloads ?? []) {
    for (const [i, result] of results.entries()) {
      const workload = result.workloads.find((one) => one.suite === suite && one.name === name)
      const all = ours(workload)
      rows.push([
        i === 0 ? `${suite}: ${name}` : '',
        result.runtime,
        all.map(({ ns }) => nanoseconds(ns)).join(' / '),
        all.map((row) => show(against(workload, row, workload.reference))).join(' / '),
        showFastest(all.map((row) => fastest(workload, row))),
      ])
    }
  }
  const parts = results.map((result) =>
    [result.runtime, showLeftOut(result), showNoise(result)].filter(Boolean).join('\n'),
  )
  return [alignColumns(rows, 2), KEY, ...parts].join('\n\n')
}

/** The ratios, each with the peer's name unless it is the same as before. */
function showFastest(all) {
  return all
    .map((found, i) => {
      if (found === undefined) return '-'
      return `${found.name === all[i - 1]?.name ? '' : `${found.name} `}${times(found.ratio)}`
    })
    .join(' / ')
}

const KEY = `Parser rows: strings on demand / three values read / all strings; the reference is Node's parser, in
Bun and Deno their own implementation of it. The other rows and their reference are those of "npm run bench".`

const show = (found) => (found === undefined ? '-' : times(found.ratio))
