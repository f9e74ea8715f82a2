/**
 * The result as text, for people.
 */

import { MODE_TEXTS, MODES } from '../modes.mjs'
import {
  against,
  fastest,
  find,
  nanoseconds,
  OURS,
  others,
  ours,
  percent,
  times,
} from './figures.mjs'

/** Pads columns to their widest cell: the first `left` are aligned left, the others, figures, right. */
export function alignColumns(rows, left) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function showResult(result) {
  return [
    showSetting(result),
    showParser(result),
    ...['one shot', 'serializer', 'connection'].map((suite) => showOthers(result, suite)),
    showLeftOut(result),
    showNoise(result),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function showSetting({ runtime, arch, httpwire, processes, rounds, plan }) {
  const where = processes === 1 ? 'one process' : `${processes} processes`
  return `httpwire ${httpwire}, ${runtime}, ${arch}: processor time, medians of ${rounds} interleaved rounds in ${where} (${plan})`
}

function showParser({ workloads, peers }) {
  const parsed = workloads.filter(({ suite }) => suite === 'parser')
  if (parsed.length === 0) return ''
  const names = peers.map(({ name }) => name).filter((name) => name !== OURS)
  const rows = [['parser', '', 'bytes', OURS, 'spread', ...names, 'fastest peer']]
  for (const workload of parsed) {
    for (const [i, row] of ours(workload).entries()) {
      const best = fastest(workload, row)
      rows.push([
        i === 0 ? workload.name : '',
        MODES[row.mode],
        i === 0 ? String(workload.bytes) : '',
        nanoseconds(row.ns),
        percent(against(workload, row, workload.reference)?.spread ?? row.spread),
        ...names.map((name) => {
          const found = against(workload, row, name)
          return found === undefined ? '-' : times(found.ratio)
        }),
        best === undefined ? '-' : `${best.name} ${times(best.ratio)}${verdict(best)}`,
      ])
    }
  }
  const all = ours(parsed[0]).find(({ mode }) => mode === 'all')
  const absolute = names
    .map((name) => ({ name, peer: find(parsed[0], name, 'all') }))
    .filter(({ peer }) => peer !== undefined)
    .map(({ name, peer }) => `${name} ${nanoseconds(peer.ns)}`)
  return [
    alignColumns(rows, 2),
    '',
    'Columns of peers: how many times as fast httpwire is. "spread" is the variation of the ratio to the',
    `first peer between rounds. For scale: ${parsed[0].name}, all strings: ${OURS} ${nanoseconds(all.ns)}, ${absolute.join(', ')}.`,
    ...Object.entries(MODES).map(([mode, name]) => `  ${name}: ${MODE_TEXTS[mode]}`),
    'The work is the same: all contestants report the same messages, body bytes and numbers of names and',
    'values, which is checked first. The exceptions, for each peer:',
    ...peers
      .filter(({ name }) => name !== OURS)
      .flatMap(({ name, version, exceptions }) => [
        `  ${name} (${version})`,
        ...exceptions.map((what) => `    ${what}`),
      ]),
    'The inputs:',
    ...parsed.filter(({ about }) => about !== '').map(({ name, about }) => `  ${name}: ${about}`),
  ].join('\n')
}

function verdict({ ratio, spread }) {
  if (ratio > 1 + spread / 2) return ''
  return ratio < 1 - spread / 2 ? ', BEHIND' : ', level'
}

function showOthers({ workloads }, suite) {
  const blocks = workloads
    .filter((workload) => workload.suite === suite)
    .map((workload) => {
      const rows = workload.results.map((row) => {
        const cells = others(workload).map((name) => against(workload, row, name))
        return [
          `  ${row.name}, ${MODES[row.mode] ?? row.mode}`,
          nanoseconds(row.ns),
          percent(row.spread),
          ...cells.map((found) => (row.name !== OURS || !found ? '' : times(found.ratio))),
        ]
      })
      const title = `${suite}: ${workload.name}, ${workload.bytes} bytes; ${workload.about}`
      const head = [title, '', 'spread', ...others(workload)]
      const [first, ...rest] = alignColumns([['', ...head.slice(1)], ...rows], 1).split('\n')
      return [title, first, ...rest].join('\n')
    })
  return blocks.join('\n\n')
}

export function showLeftOut({ leftOut, workloads }) {
  const lines = leftOut.map(({ name, why }) => `  ${name}, everywhere: ${why}`)
  for (const workload of workloads) {
    for (const { name, why } of workload.leftOut) {
      lines.push(`  ${name}, in ${workload.suite} ${workload.name}: ${why}`)
    }
  }
  return lines.length === 0 ? '' : ['Left out:', ...lines].join('\n')
}

/** How reliable the run is. */
export function showNoise({ workloads, calibration, load }) {
  const spreads = workloads
    .flatMap((workload) =>
      ours(workload).map((row) => ({
        where: `${workload.name}, ${MODES[row.mode] ?? row.mode}`,
        spread: against(workload, row, workload.reference)?.spread ?? row.spread,
      })),
    )
    .sort((a, b) => a.spread - b.spread)
  const worst = spreads.at(-1)
  const middle = spreads[spreads.length >> 1].spread
  const slowest = Math.max(...calibration) / Math.min(...calibration)
  return [
    `Noise: the interquartile range of a ratio is ${percent(middle)} in the median row and ${percent(worst.spread)} in the worst one`,
    `(${worst.where}). A fixed loop took up to ${times(slowest)} times its shortest time`,
    `(start, middle and end of each process: ${calibration.map((ns) => nanoseconds(ns)).join(', ')}).`,
    `Load average ${load[0].toFixed(1)} before, ${load[1].toFixed(1)} after, of which this program causes 1.0.`,
    ...(middle > MOST_SPREAD || slowest > MOST_DRIFT
      ? ['NOISY: other programs seem to have been running; measure again.']
      : []),
  ].join('\n')
}

/** The largest median spread of ratios, and the largest drift of the machine, of a reliable run. */
const MOST_SPREAD = 0.2
const MOST_DRIFT = 1.25
