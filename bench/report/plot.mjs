/**
 * The parser's ratios as SVG, for the README: a bar for each mode that starts at one (as fast as the
 * reference) on a logarithmic scale, and below the bars the peers as dots. Colours follow the reader's
 * colour scheme; there is no background.
 */

import { MODES } from '../modes.mjs'
import { against, OURS, others, ours, times } from './figures.mjs'

const WIDTH = 885
const LEFT = 195
const RIGHT = 60
const TOP = 100
const BAR = 10
const GROUP = 56
const BOTTOM = 46

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .quiet { fill: #57606a; font-size: 11px }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #8c959f; stroke-opacity: .25 }
  .one { stroke: #57606a }
  .demand { fill: #0a58ca } .values { fill: #4a90e2 } .all { fill: #9cc4f2 }
  .peer0 { fill: #cf222e } .peer1 { fill: #bf8700 } .peer2 { fill: #8250df } .peer3 { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #9da7b1 }
    .one { stroke: #9da7b1 }
    .demand { fill: #58a6ff } .values { fill: #2f73c9 } .all { fill: #1f4f8c }
    .peer0 { fill: #ff7b72 } .peer1 { fill: #e3b341 } .peer2 { fill: #d2a8ff } .peer3 { fill: #56d364 }
  }`

const encode = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const round = (number) => Number(number.toFixed(1))

export function plot(result) {
  const workloads = result.workloads.filter(
    (workload) => workload.suite === 'parser' && others(workload).includes(workload.reference),
  )
  if (workloads.length === 0) throw new RangeError('there is no parser beside ours to plot')
  const { reference } = workloads[0]
  const peers = [...new Set(workloads.flatMap(others))].filter((name) => name !== reference)
  const groups = workloads.map((workload) => figures(workload, reference, peers))

  const ratios = groups.flatMap(({ bars, dots }) => [...bars, ...dots].map(({ ratio }) => ratio))
  const low = Math.min(...ratios, 0.5) / 1.2
  const high = Math.max(...ratios, 2) * 1.1
  const scale = (WIDTH - LEFT - RIGHT) / Math.log(high / low)
  const x = (ratio) => round(LEFT + scale * Math.log(ratio / low))

  const height = TOP + groups.length * GROUP + BOTTOM
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>How many times as fast as ${encode(reference)}</title>`,
    `<style>${STYLE}\n</style>`,
    text(16, 24, `Parsing: how many times as fast as ${reference}`, 'title'),
    ...legend(peers),
    ...grid(low, high, x, height),
  ]
  for (const [i, { name, bars, dots }] of groups.entries()) {
    const y = TOP + i * GROUP
    parts.push(text(LEFT - 12, y + 20, name, '', 'end'))
    for (const [j, { mode, ratio }] of bars.entries()) {
      const [from, to] = [x(Math.min(1, ratio)), x(Math.max(1, ratio))]
      const top = y + j * (BAR + 1)
      parts.push(
        `<rect class="${mode}" x="${from}" y="${top}" width="${round(to - from)}" height="${BAR}" rx="1"/>`,
        text(to + 5, top + BAR - 1, times(ratio), 'quiet'),
      )
    }
    const line = y + bars.length * (BAR + 1) + 6
    for (const { peer, ratio } of dots) {
      parts.push(`<circle class="peer${peer}" cx="${x(ratio)}" cy="${line}" r="4"/>`)
    }
  }
  const setting = `httpwire ${result.httpwire}, ${result.runtime}, ${result.arch}, ${result.date.slice(0, 10)}; npm run bench`
  parts.push(text(16, height - 10, setting, 'quiet'), '</svg>')
  return `${parts.join('\n')}\n`
}

/** The ratios of httpwire in each mode, and those of the peers with all strings. */
function figures(workload, reference, peers) {
  const bars = ours(workload).map((row) => ({
    mode: row.mode,
    ratio: against(workload, row, reference).ratio,
  }))
  const all = ours(workload).find(({ mode }) => mode === 'all')
  const dots = peers.flatMap((name, peer) => {
    const found = against(workload, all, name)
    if (found === undefined) return []
    return [{ peer, ratio: against(workload, all, reference).ratio / found.ratio }]
  })
  return { name: workload.name, bars, dots }
}

function text(x, y, content, kind = '', anchor = 'start') {
  const attributes = kind === '' ? '' : ` class="${kind}"`
  return `<text x="${x}" y="${y}"${attributes} text-anchor="${anchor}">${encode(content)}</text>`
}

/** A line for the bars of httpwire, and one for the dots of the peers. */
function legend(peers) {
  const bars = Object.entries(MODES).map(([mode, name]) => ({
    label: `${OURS}, ${name}`,
    mark: (x, y) =>
      `<rect class="${mode}" x="${x}" y="${y - 9}" width="${BAR}" height="${BAR}" rx="1"/>`,
  }))
  const dots = peers.map((name, i) => ({
    label: name,
    mark: (x, y) => `<circle class="peer${i}" cx="${x + 5}" cy="${y - 4}" r="4"/>`,
  }))
  return [...legendLine(46, '', bars), ...legendLine(66, 'all strings:', dots)]
}

function legendLine(y, title, entries) {
  const parts = title === '' ? [] : [text(16, y, title, 'quiet')]
  let x = title === '' ? 16 : 84
  for (const { label, mark } of entries) {
    parts.push(mark(x, y), text(x + 15, y, label, 'quiet'))
    x += 30 + label.length * 6
  }
  return parts
}

function grid(low, high, x, height) {
  const ratios = [0.01, 0.1, 1, 10, 100].flatMap((decade) => [decade, 2 * decade, 5 * decade])
  return ratios
    .filter((ratio) => ratio >= low && ratio <= high)
    .flatMap((ratio) => [
      `<line class="${ratio === 1 ? 'one' : 'grid'}" x1="${x(ratio)}" y1="${TOP - 10}" x2="${x(ratio)}" y2="${height - BOTTOM + 4}"/>`,
      text(x(ratio), TOP - 15, String(ratio), 'quiet', 'middle'),
    ])
}
