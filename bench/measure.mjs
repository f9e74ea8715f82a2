/**
 * Interleaved rounds of several contestants in one process: whatever else the machine is doing, it
 * does it to all of them. They begin each round with another one, so that what one leaves behind
 * (garbage, heat) does not always meet the same.
 *
 * Ratios are what counts, and how far they can be trusted is how much they differ from round to round.
 */

/**
 * In each process, rounds of so many milliseconds for each contestant, and what comes before them. Short ones, so that
 * what comes in between spoils few of them; but long enough to have their share of collected garbage.
 */
export const PLANS = {
  full: { rounds: 15, roundMs: 12, warmUpMs: 80 },
  quick: { rounds: 9, roundMs: 5, warmUpMs: 25 },
}

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} [mode]
 * @property {() => void} [run] Does it once; or
 * @property {(times: number) => Promise<void>} [runMany] does it so often.
 */

let shown = 0

/** Shows `text` in place of what was shown before, where somebody is looking. */
export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  // Into a file: a line now and then, so that a long run does not look dead.
  else if (text !== '' && Date.now() - shown > 10_000) {
    shown = Date.now()
    process.stderr.write(`${text}\n`)
  }
}

/**
 * Nanoseconds for one of `calls`: processor time of the process, with the threads that collect its
 * garbage. Of the time on the wall, whoever else is at work on the machine takes a part: beside some
 * five others on two cores, the spread in the middle of the rows was 70 % by the wall, and 16 % so.
 */
async function time({ run, runMany }, calls) {
  const start = process.cpuUsage()
  if (runMany === undefined) for (let i = 0; i < calls; i++) run()
  else await runMany(calls)
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1e3) / calls
}

/** Runs it for about so many milliseconds; gives the nanoseconds of one call towards the end. */
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
 * @returns {Promise<number[][]>} For each of them the nanoseconds of one call in each round.
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
 * Nanoseconds of a fixed piece of arithmetic, the median of eleven: it has nothing to do with what is
 * measured, so when it changes in the course of a run, the machine did.
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

/** The range that holds the middle half of `values`, as a share of their median. */
export const spread = (values) => (quantile(values, 0.75) - quantile(values, 0.25)) / median(values)

/** How many times as fast `ours` is as `theirs`, and the spread of that between rounds. */
export function ratioOf(ours, theirs) {
  return {
    ratio: median(theirs) / median(ours),
    spread: spread(ours.map((time, round) => theirs[round] / time)),
  }
}
