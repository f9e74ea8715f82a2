/**
 * The runtime of this program, and how to start it in others.
 */

import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url))

const { versions } = process
const name = versions.bun ? 'bun' : versions.deno ? 'deno' : 'node'

export const runtime = {
  name,
  title: `${name} ${versions[name]}`,
}

/** The arguments that make a runtime start this program. */
export const commandFor = (kind) => (kind === 'deno' ? ['run', '--allow-all', MAIN] : [MAIN])

/** The file name of a result. */
export const fileOf = ({ runtime }) => `${runtime.replace(' ', '-')}.json`
