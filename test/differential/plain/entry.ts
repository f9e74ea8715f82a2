/**
 * The entry point that `run.mjs` bundles into one file, because its child processes cannot load TypeScript.
 */

export { compareInput, describeDifference } from './compare.ts'
export { makeSamples } from './samples.ts'
