/**
 * One run: prepares and checks all workloads, warms all of them up (even those that are not wanted),
 * then measures each wanted one. So no figure is that of code that an engine has compiled for one
 * shape: alone in a process, the tiny GET takes some three quarters of the time that it takes here. The
 * reports are made from the result, which is also the content of the JSON file.
 */

import { readFile } from 'node:fs/promises'
import { arch, loadavg } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as exchanging from './exchanging.mjs'
import { calibrate, measure, median, PLANS, progress, spread, warmUp } from './measure.mjs'
import * as oneShot from './one-shot.mjs'
import * as parsing from './parsing.mjs'
import { loadPeers } from './peers/load-peers.mjs'
import { runtime } from './runtime.mjs'
import * as serializing from './serializing.mjs'

const SUITES = [parsing, oneShot, serializing, exchanging]
const FORMAT = 2

/**
 * @param {object} options
 * @param {string} options.dist The folder of the built package.
 * @param {string[]} options.only Parts of the names of suites and workloads; empty for all.
 * @param {boolean} options.quick
 */
export async function run({ dist, only, quick }) {
  const load = async (file) => import(pathToFileURL(join(dist, file)).href)
  const wire = await load('index.js')
  const node = await load('node.js')
  const { version } = JSON.parse(await readFile(join(dist, '..', 'package.json'), 'utf8'))
  const { present, leftOut } = await loadPeers(wire, version)

  const before = loadavg()[0]
  const calibration = [await calibrate()]
  const all = await prepare({ wire, node, peers: present })
  const wanted = all.filter(({ suite, name }) => matches(`${suite} ${name}`, only))
  if (wanted.length === 0) {
    const names = all.map(({ suite, name }) => `  ${suite} ${name}`).join('\n')
    throw new RangeError(
      `no workload's name contains ${only.join(' or ')}; the workloads are\n${names}`,
    )
  }
  const plan = PLANS[quick ? 'quick' : 'full']
  for (const { name, contestants } of all) {
    progress(`${name}: warming up`)
    for (const contestant of contestants) await warmUp(contestant, plan.warmUpMs / 2)
  }
  const results = []
  for (const [i, workload] of wanted.entries()) {
    if (i === wanted.length >> 1) calibration.push(await calibrate())
    const title = `${i + 1}/${wanted.length} ${workload.name}`
    const times = await measure(title, workload.contestants, plan)
    results.push(resultOf(workload, times))
  }
  for (const { close } of all) close?.()
  calibration.push(await calibrate())
  progress('')
  return {
    format: FORMAT,
    runtime: runtime.title,
    arch: arch(),
    httpwire: version,
    date: new Date().toISOString(),
    plan: quick ? 'quick' : 'full',
    processes: 1,
    rounds: plan.rounds,
    load: [before, loadavg()[0]],
    calibration,
    peers: present.map(({ name, version, modes, exceptions }) => ({
      name,
      version,
      modes,
      exceptions,
    })),
    leftOut,
    workloads: results,
  }
}

async function prepare(context) {
  const all = []
  for (const { suite, prepare } of SUITES) {
    progress(`the ${suite}'s workloads are checked`)
    all.push(...(await prepare(context)))
  }
  return all
}

const matches = (name, parts) => parts.length === 0 || parts.some((part) => name.includes(part))

function resultOf({ contestants, unit, close, ...workload }, rounds) {
  return {
    ...workload,
    results: contestants.map(({ name, mode }, i) =>
      summarize(
        name,
        mode,
        rounds[i].map((time) => Number((time / unit).toPrecision(5))),
      ),
    ),
  }
}

/** The figures of one contestant: nanoseconds in each round, their median and spread. */
export function summarize(name, mode, times) {
  return { name, mode, ns: median(times), spread: Number(spread(times).toFixed(3)), times }
}

/** @throws Error if another version of this program wrote the file, or it is not a result at all. */
export async function readResult(file) {
  const result = JSON.parse(await readFile(file, 'utf8'))
  if (result.format !== FORMAT)
    throw new Error(`${file} is not a result of this version of the benchmark`)
  return result
}
