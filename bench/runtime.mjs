/**
 * What this program runs in, and how it is started in others.
 */

import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url))

const { versions } = process
const name = versions.bun ? 'bun' : versions.deno ? 'deno' : 'node'

export const runtime = {
  name,
  title: `${name} ${versions[name]}`,
}

/** The arguments with which a runtime starts this program. */
export const commandFor = (kind) => (kind === 'deno' ? ['run', '--allow-all', MAIN] : [MAIN])

/** The name of the file of a result. */
export const fileOf = ({ runtime }) => `${runtime.replace(' ', '-')}.json`
