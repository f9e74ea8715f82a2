/**
 * The package as its users get it: packed, and installed into an empty folder. It contains `dist` as it is:
 * `npm test` builds it first.
 */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface InstalledPackage {
  /** The folder of a program with this package, and no other, in its `node_modules`. */
  readonly folder: string
  /** The paths in the tarball, sorted. */
  readonly files: readonly string[]
  remove(): Promise<void>
}

/** Runs a program to its end, whatever its exit code. */
export function execute(file: string, argv: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(file, argv, { cwd }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'number') resolve({ code, stdout, stderr })
      else reject(error)
    })
  })
}

/** Runs npm offline, with its own cache. */
async function npm(argv: readonly string[], cwd: string, cache: string): Promise<string> {
  const quiet = ['--offline', '--no-audit', '--no-fund', '--loglevel=error', `--cache=${cache}`]
  const { code, stdout, stderr } = await execute('npm', [...argv, ...quiet], cwd)
  if (code !== 0) throw new Error(`npm ${argv[0]} ended with ${code}: ${stderr}`)
  return stdout
}

export async function installPackage(): Promise<InstalledPackage> {
  if (!existsSync(join(repository, 'dist/index.js'))) {
    throw new Error('dist is missing: npm run build makes it')
  }
  const root = await mkdtemp(join(tmpdir(), 'httpwire-'))
  const cache = join(root, 'cache')
  const folder = join(root, 'program')
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')

  const pack = ['pack', '--ignore-scripts', '--json', `--pack-destination=${root}`]
  const [packed] = JSON.parse(await npm(pack, repository, cache))
  await npm(['install', join(root, packed.filename)], folder, cache)
  return {
    folder,
    files: packed.files.map(({ path }: { path: string }) => path).sort(),
    remove: () => rm(root, { recursive: true }),
  }
}
