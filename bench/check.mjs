/**
 * Before anything is measured: does every contestant come to the same result? Who does not, or cannot
 * read a workload at all, does not take part in it, and it is said why.
 */

import { counted } from './tally.mjs'

/**
 * @param {{ contestants: object[], variants: number }} workload The first contestant is right.
 */
export function leaveOutWhoDiffers({ contestants, variants }) {
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
