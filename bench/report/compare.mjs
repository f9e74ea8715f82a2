/**
 * Shows what changed since an earlier run. Since a machine's speed varies from hour to hour, the ratios
 * to the reference peer are compared, each within its own run. A change counts if it is larger than
 * both spreads combined (as independent errors: the root of the sum of squares).
 */

import { MODES } from '../modes.mjs'
import { against, ours, percent, times } from './figures.mjs'
import { alignColumns } from './table.mjs'

export function compare(base, result) {
  const rows = [['', '', 'before', 'now', 'change', 'noise', '']]
  const missing = []
  for (const workload of result.workloads) {
    const old = base.workloads.find(
      ({ suite, name }) => suite === workload.suite && name === workload.name,
    )
    for (const row of ours(workload)) {
      const oldRow = old && ours(old).find(({ mode }) => mode === row.mode)
      const now = against(workload, row, workload.reference)
      const before = oldRow && against(old, oldRow, workload.reference)
      if (now === undefined || before === undefined) {
        missing.push(`${workload.name}, ${MODES[row.mode] ?? row.mode}`)
        continue
      }
      const change = now.ratio / before.ratio - 1
      const noise = Math.hypot(now.spread, before.spread)
      rows.push([
        `${workload.suite}: ${workload.name}`,
        MODES[row.mode] ?? row.mode,
        times(before.ratio),
        times(now.ratio),
        `${change < 0 ? '' : '+'}${percent(change)}`,
        percent(noise),
        Math.abs(change) <= noise ? '' : change > 0 ? 'FASTER' : 'SLOWER',
      ])
    }
  }
  const changed = rows.filter((row) => /FASTER|SLOWER/.test(row.at(-1))).length
  return [
    `Compared with the run of ${base.date} (httpwire ${base.httpwire}, ${base.runtime}, ${base.plan}); times as fast as the reference:`,
    alignColumns(rows, 2),
    `${changed} of ${rows.length - 1} rows changed by more than the noise of both runs.`,
    ...(base.runtime === result.runtime && base.plan === result.plan
      ? []
      : ['The runs differ in runtime or plan, which may explain a change.']),
    ...(missing.length > 0 ? [`Only in one of the runs: ${missing.join('; ')}.`] : []),
  ].join('\n')
}
