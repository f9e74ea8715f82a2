/**
 * The registry as programs use it: full entries, and phrases by code. Built from the tables once, when
 * the module is loaded, and frozen.
 */

import { forbidsContent, type StatusClass, statusClass } from './classes.ts'
import { REFERENCES, type StatusNote } from './references.ts'
import { PHRASES, type StatusCode } from './table.ts'

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

function makeEntries(): readonly StatusCodeEntry[] {
  const entries: StatusCodeEntry[] = []
  for (const [key, [reference, note = 'current']] of Object.entries(REFERENCES)) {
    const code = Number(key) as StatusCode
    const entry: StatusCodeEntry = {
      code,
      phrase: STATUS_CODES[code] ?? '',
      class: statusClass(code) as StatusCodeEntry['class'],
      forbidsContent: forbidsContent(code),
      reference,
      note,
    }
    entries.push(Object.freeze(entry))
  }
  return Object.freeze(entries)
}

// The annotations let a bundler drop these from programs that do not use them.

/**
 * The reason phrase of every registered status code that is in use, like the object of the same name in
 * `node:http`, but with the registry's wording: 413 is Content Too Large, 422 Unprocessable Content,
 * and 418 and 509 are absent. Frozen, without a prototype.
 */
export const STATUS_CODES: Readonly<Record<number, string>> = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.assign(/* @__PURE__ */ Object.create(null), PHRASES),
)

/** Every registered status code, in ascending order. Frozen, including its entries. */
export const STATUS_REGISTRY: readonly StatusCodeEntry[] = /* @__PURE__ */ makeEntries()
