/**
 * The captured messages of `test/fixtures/captures`, with what their manifest says of them.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

/** One entry of the manifest, with the bytes of its file. */
export interface Capture {
  readonly file: string
  readonly direction: 'request' | 'response'
  /** A head only, a whole message, or only the content that a head belongs to. */
  readonly holds: 'head' | 'message' | 'content'
  /** `null` where the capture does not tell, as for the three members behind it. */
  readonly program: string | null
  readonly version: string | null
  readonly platform: string | null
  readonly captured: string
  readonly added: readonly string[]
  readonly masked: readonly string[]
  readonly sha256: string
  readonly bytes: Uint8Array
}

const FOLDER = new URL('../fixtures/captures/', import.meta.url)

/**
 * All captures, in the order of the manifest.
 *
 * @throws Error where a file is not what the manifest says, or one of the two lacks the other.
 */
export function loadCaptures(): Capture[] {
  const entries: Omit<Capture, 'bytes'>[] = JSON.parse(
    readFileSync(new URL('manifest.json', FOLDER), 'utf8'),
  )
  const listed = new Set(entries.map(({ file }) => file))
  for (const file of readdirSync(FOLDER)) {
    if (file !== 'manifest.json' && file !== 'README.md' && !listed.has(file)) {
      throw new Error(`the manifest of captures does not list ${file}`)
    }
  }
  return entries.map((entry) => {
    const bytes = new Uint8Array(readFileSync(new URL(entry.file, FOLDER)))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (sha256 !== entry.sha256) {
      throw new Error(`${entry.file} has SHA-256 ${sha256}, not the one in the manifest`)
    }
    return { ...entry, bytes }
  })
}

/** The capture in `file`. */
export function loadCapture(file: string): Capture {
  const capture = loadCaptures().find((one) => one.file === file)
  if (capture === undefined) throw new Error(`no capture ${file}`)
  return capture
}
