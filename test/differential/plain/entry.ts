/**
 * What `run.mjs` bundles: all of it in one file, since a process of its own cannot load TypeScript.
 */

export { compareInput, describeDifference } from './compare.ts'
export { makeSamples } from './samples.ts'
