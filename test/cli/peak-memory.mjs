/**
 * Loaded into a process before its program: at exit, writes the peak memory of the process to standard error.
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
