/**
 * A sample of a chunk, by which a chunk that the caller has overwritten is recognized. It does not cover all
 * bytes: comparing them would take longer than joining the chunks of a head.
 */

import { shown, windowView } from './window.ts'

/** The number of words in a sample. */
const SAMPLES = 8

/** Some words of the window, in which the chunk is alone, as one small integer. */
export function takeSample(): number {
  const step = (shown.end / SAMPLES) | 0
  let sample = 0
  for (let i = 0; i < SAMPLES; i++) {
    sample = (Math.imul(sample, 31) + windowView.getInt32(i * step)) & 0x3fffffff
  }
  return sample
}
