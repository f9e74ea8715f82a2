/**
 * The registry as programs use it: full entries, and phrases by code. Built from the table once, when
 * the module is loaded, and frozen.
 */

import { forbidsContent, type StatusClass, statusClass } from './classes.ts'
import { type Row, type StatusCode, type StatusNote, TABLE } from './table.ts'

/** An entry of the registry. */
export interface StatusCodeEntry {
  readonly code: StatusCode
  /** The recommended reason phrase; empty for an unused code. */
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

// The annotations let a bundler drop these tables from programs that do not use them.

/** Every registered status code, in ascending order. Frozen, including its entries. */
export const STATUS_REGISTRY: readonly StatusCodeEntry[] = /* @__PURE__ */ readTable(TABLE)

/**
 * The reason phrase of every registered status code that is in use, like the object of the same name in
 * `node:http`, but with the registry's wording: 413 is Content Too Large, 422 Unprocessable Content,
 * and 418 and 509 are absent. Frozen, without a prototype.
 */
export const STATUS_CODES: Readonly<Record<number, string>> =
  /* @__PURE__ */ phrases(STATUS_REGISTRY)
