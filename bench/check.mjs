/**
 * Checks, before anything is measured, that all contestants get the same result. One that does not, or
 * cannot read a workload at all, is left out of it, with the reason.
 */

import { counted } from './tally.mjs'

/**
 * @param {{ contestants: object[], variants: number }} workload The first contestant is the reference.
 */
export function excludeDiffering({ contestants, variants }) {
  const present = []
  const leftOut = []
  const right = {}
  for (const contestant of contestants) {
    const { name, mode, run, lossy } = contestant
    try {
      const result = counted(() => {
        for (let i = 0; i < variants; i++) run()
      })
      right[mode] ??= result
      const wrong = Object.keys(result).filter(
        (key) => result[key] !== right[mode][key] && !(lossy && key === 'text'),
      )
      if (wrong.length > 0) {
        const what = wrong.map((key) => `${key} ${result[key]} instead of ${right[mode][key]}`)
        throw new Error(what.join(', '))
      }
      present.push(contestant)
    } catch (error) {
      if (!leftOut.some((one) => one.name === name)) leftOut.push({ name, why: error.message })
    }
  }
  return { present, leftOut }
}
