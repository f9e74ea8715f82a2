/**
 * Detects parsed heads that were spread: `{ ...head, status: 200 }`. The members of a head are getters of
 * its class, which a spread does not copy, so the header fields would be lost silently.
 *
 * Sections are recognized by a registered symbol, not by their class: a program may have loaded the
 * library twice, as ESM and as CommonJS, and `httpwire/node` is a separate bundle.
 */

/** The member that identifies a section of any copy of the library. */
export const IS_SECTION: unique symbol = Symbol.for('httpwire.section') as never

/** @throws TypeError if `value` was made by spreading a parsed head. */
export function refuseSpreadHead(value: object): void {
  if (!Object.hasOwn(value, 'section') || Object.getPrototypeOf(value) !== Object.prototype) return
  const { section } = value as { section: unknown }
  if (typeof section === 'object' && section !== null && IS_SECTION in section) {
    throw new TypeError(
      'a parsed head cannot be spread: name the members you need, as in { status, headers: head.headers }',
    )
  }
}
