/**
 * Installs the peers. They are not dependencies of the package: this folder has its own package.json and
 * lock file for them, and they are installed only before a measurement.
 */

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const COMMAND = 'npm ci --prefix bench'

async function installed() {
  const { dependencies } = await packageOf('package.json')
  const found = await Promise.all(
    Object.entries(dependencies).map(async ([name, version]) => {
      const there = await packageOf(`node_modules/${name}/package.json`).catch(() => undefined)
      return there?.version === version
    }),
  )
  return found.every(Boolean)
}

const packageOf = async (file) => JSON.parse(await readFile(`${FOLDER}${file}`, 'utf8'))

/** Installs missing peers. If that fails, reports it and how to install them, and continues without. */
export async function installPeers() {
  if (await installed()) return
  console.error(`installing the peers: ${COMMAND}`)
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  try {
    await promisify(execFile)('npm', ['ci', ...quiet], { cwd: FOLDER })
  } catch (error) {
    console.error((error.stderr || error.message).trim())
    console.error(`Continuing without the missing peers. To install them: ${COMMAND}\n`)
  }
}
