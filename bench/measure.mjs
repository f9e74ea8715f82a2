/**
 * Interleaved rounds of several programs in one process: whatever else the machine is doing, it does
 * it to all of them.
 */

const ROUNDS = 15
const ROUND_MS = 60
const WARM_UP = 20_000

function time(run, calls) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < calls; i++) run()
  return Number(process.hrtime.bigint() - start) / calls
}

function median(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1]
}

function spread(times) {
  return (Math.max(...times) - Math.min(...times)) / median(times)
}

/** Shows `text` in place of what was shown before, where somebody is looking. */
export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/**
 * Runs each of `contestants` (functions by name) again and again. Gives the median nanoseconds of one
 * call by name, and the widest spread of any, as a text.
 */
export function measure(title, contestants) {
  const times = {}
  const calls = {}
  for (const [name, run] of Object.entries(contestants)) {
    for (let i = 0; i < WARM_UP; i++) run()
    calls[name] = Math.max(1, Math.round((ROUND_MS * 1e6) / time(run, 5_000)))
    times[name] = []
  }
  for (let i = 0; i < ROUNDS; i++) {
    progress(`${title}: round ${i + 1} of ${ROUNDS}`)
    for (const [name, run] of Object.entries(contestants)) times[name].push(time(run, calls[name]))
  }
  progress('')
  return {
    ns: Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)])),
    noise: `${Math.round(100 * Math.max(...Object.values(times).map(spread)))} %`,
  }
}
