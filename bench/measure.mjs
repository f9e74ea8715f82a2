/**
 * Interleaved rounds of several contestants in one process, so that other load on the machine affects
 * all of them alike. Each round begins with another contestant, so that what one leaves behind
 * (garbage, heat) does not always affect the same one.
 *
 * Only ratios are meaningful; how much they vary between rounds shows how reliable they are.
 */

/**
 * In each process: the number of rounds, milliseconds of a round for each contestant, and milliseconds
 * of its warm-up. Rounds are short, so that an interruption spoils few of them, but long enough to
 * include their share of garbage collection.
 */
export const PLANS = {
  full: { rounds: 15, roundMs: 12, warmUpMs: 80 },
  quick: { rounds: 9, roundMs: 5, warmUpMs: 25 },
}

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} [mode]
 * @property {() => void} [run] Does the work once; or
 * @property {(times: number) => Promise<void>} [runMany] does it `times` times.
 */

let shown = 0

/** Shows `text` in place of the previous text if standard error is a terminal. */
export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  // In a log: a line every ten seconds, to show that a long run is still active.
  else if (text !== '' && Date.now() - shown > 10_000) {
    shown = Date.now()
    process.stderr.write(`${text}\n`)
  }
}

/**
 * Nanoseconds per call, over `calls` calls: processor time of the process, including its garbage
 * collector threads. Wall-clock time depends on other processes: beside some five of them on two cores,
 * the median spread of the rows was 70 % by wall-clock time, and 16 % by processor time.
 */
async function time({ run, runMany }, calls) {
  const start = process.cpuUsage()
  if (runMany === undefined) for (let i = 0; i < calls; i++) run()
  else await runMany(calls)
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1e3) / calls
}

/** Runs it for about `milliseconds`; returns the nanoseconds per call of the last batch. */
export async function warmUp(contestant, milliseconds) {
  let calls = 1
  for (let left = milliseconds * 1e6; ; calls *= 2) {
    const ns = await time(contestant, calls)
    left -= ns * calls
    if (left <= 0) return ns
  }
}

/**
 * @param {Contestant[]} contestants
 * @returns {Promise<number[][]>} For each contestant, the nanoseconds per call in each round.
 */
export async function measure(title, contestants, { rounds, roundMs, warmUpMs }) {
  const calls = []
  for (const contestant of contestants) {
    progress(`${title}: ${contestant.name} warms up`)
    const ns = await warmUp(contestant, warmUpMs)
    calls.push(Math.max(1, Math.round((roundMs * 1e6) / ns)))
  }
  const times = contestants.map(() => [])
  for (let round = 0; round < rounds; round++) {
    progress(`${title}: round ${round + 1} of ${rounds}`)
    for (let i = 0; i < contestants.length; i++) {
      const which = (i + round) % contestants.length
      times[which].push(await time(contestants[which], calls[which]))
    }
  }
  return times
}

const WORDS = new Uint32Array(2 ** 14)

/**
 * Nanoseconds of a fixed piece of arithmetic, the median of eleven. It is independent of the
 * contestants, so if it changes during a run, the machine has changed.
 */
export async function calibrate() {
  const run = () => {
    let x = 1
    for (let i = 0; i < WORDS.length; i++) {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      WORDS[i] = x
    }
  }
  await warmUp({ run }, 30)
  const times = []
  for (let i = 0; i < 11; i++) times.push(await time({ run }, 100))
  return median(times)
}

export function quantile(values, at) {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * at
  const low = sorted[Math.floor(place)]
  return low + (sorted[Math.ceil(place)] - low) * (place % 1)
}

export const median = (values) => quantile(values, 0.5)

/** The range of the middle half of `values`, as a share of their median. */
export const spread = (values) => (quantile(values, 0.75) - quantile(values, 0.25)) / median(values)

/** How many times as fast `ours` is as `theirs`, and the spread of this ratio between rounds. */
export function ratioOf(ours, theirs) {
  return {
    ratio: median(theirs) / median(ours),
    spread: spread(ours.map((time, round) => theirs[round] / time)),
  }
}
