/**
 * The registry as programs look at it: entries in full, and phrases by code. Made once from the
 * table, when the module is loaded, and frozen.
 */

import { forbidsContent, type StatusClass, statusClass } from './classes.ts'
import { type Row, type StatusCode, type StatusNote, TABLE } from './table.ts'

/** A line of the registry. */
export interface StatusCodeEntry {
  readonly code: StatusCode
  /** The recommended reason phrase; empty for a code that is unused. */
  readonly phrase: string
  readonly class: Exclude<StatusClass, 'unknown'>
  /** Whether the response never has content; see {@link forbidsContent}. */
  readonly forbidsContent: boolean
  /** The clause that defines it, for example `'RFC 9110 s. 15.5.5'`. */
  readonly reference: string
  readonly note: StatusNote
}

function readTable(table: Readonly<Record<string, Row>>): readonly StatusCodeEntry[] {
  const entries: StatusCodeEntry[] = []
  for (const [key, [phrase, reference, note = 'current']] of Object.entries(table)) {
    const code = Number(key) as StatusCode
    const entry: StatusCodeEntry = {
      code,
      phrase,
      class: statusClass(code) as StatusCodeEntry['class'],
      forbidsContent: forbidsContent(code),
      reference,
      note,
    }
    entries.push(Object.freeze(entry))
  }
  return Object.freeze(entries)
}

function phrases(entries: readonly StatusCodeEntry[]): Readonly<Record<number, string>> {
  const byCode = Object.create(null) as Record<number, string>
  for (const { code, phrase } of entries) if (phrase !== '') byCode[code] = phrase
  return Object.freeze(byCode)
}

// The annotations let a bundler leave out the tables of those who do not look at them.

/** Every registered status code, in ascending order. Frozen, its entries too. */
export const STATUS_REGISTRY: readonly StatusCodeEntry[] = /* @__PURE__ */ readTable(TABLE)

/**
 * The reason phrase of every registered status code that is in use, as `node:http` has it under
 * the same name, but by the registry's words: 413 is Content Too Large, 422 Unprocessable Content,
 * and neither 418 nor 509 is there. Frozen, without prototype.
 */
export const STATUS_CODES: Readonly<Record<number, string>> =
  /* @__PURE__ */ phrases(STATUS_REGISTRY)
