/**
 * Loaded into a process before its program: says at its end, on standard error, how much memory it
 * had at most.
 */

let peak = 0
const sample = () => {
  peak = Math.max(peak, process.memoryUsage.rss())
}

setInterval(sample, 5).unref()
process.on('exit', () => {
  sample()
  process.stderr.write(`peak ${peak}\n`)
})
