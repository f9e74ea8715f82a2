/**
 * How Node's `console.log` is told what to show: a well-known symbol, so that nothing of Node has
 * to be imported.
 */

export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never

/** Node's `util.inspect`, as it hands itself over. */
export type Inspect = (value: unknown, options: object) => string
