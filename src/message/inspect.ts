/**
 * Customizes what Node's `console.log` shows. The symbol is in the global registry, so nothing has to be
 * imported from Node.
 */

export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never

/** Node's `util.inspect`, as Node passes it to a custom inspection method. */
export type Inspect = (value: unknown, options: object) => string
