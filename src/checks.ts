/**
 * Validation of arguments and options. Each function throws an error that names the invalid argument and
 * shows its value. Nothing here is specific to HTTP.
 */

/** Options after their defaults have been filled in: all members, none of them `undefined`. */
export type Complete<Options> = { [Name in keyof Options]-?: Exclude<Options[Name], undefined> }

/** Options without the members that are `undefined`. */
export type Given<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> }

/** What checked options inherit from. With `null` in its place V8 would store them in hash tables. */
const NOTHING: object = Object.freeze(Object.create(null))

/**
 * The own members of `given` that are not `undefined`; `known` must have all their names. Inherited
 * members are ignored, so that a polluted `Object.prototype` turns on no option. `option` is the name of
 * the option whose value `given` is, if it is one.
 *
 * @throws TypeError if `given` is not an object or has an unknown member.
 */
export function ownOptions<T extends object>(given: T, known: object, option?: string): Given<T> {
  requireObject(option ?? 'options', given)
  const own: Given<T> = Object.create(NOTHING)
  for (const name of Object.keys(given) as (keyof T & string)[]) {
    if (!Object.hasOwn(known, name)) {
      const full = option === undefined ? name : `${option}.${name}`
      throw new TypeError(`unknown option ${full}; known: ${Object.keys(known).join(', ')}`)
    }
    // Read once: a getter may return a different value each time.
    const value = given[name]
    if (value !== undefined) own[name] = value as Given<T>[keyof T & string]
  }
  return own
}

/** @throws TypeError naming `option` unless `value` is an object and not an array. */
export function requireObject(option: string, value: unknown): asserts value is object {
  if (!isObject(value) || Array.isArray(value)) throw wrongType(option, 'an object', value)
}

/** Returns `value`. @throws TypeError naming `name` unless it is a boolean. */
export function requireBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw wrongType(name, 'true or false', value)
}

/** @throws RangeError naming `name` unless `value` is an integer from `least` to `most`. */
export function requireInteger(
  name: string,
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${show(value)}`)
}

/** @throws TypeError naming `what` unless `value` is a function. */
export function requireFunction(what: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongType(what, 'a function', value)
}

/** @throws TypeError naming `what` unless `value` is a string. */
export function requireString(what: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw wrongType(what, 'a string', value)
}

/** @throws TypeError naming `what` unless `value` is an array of strings. */
export function requireStrings(what: string, value: unknown): asserts value is readonly string[] {
  if (!Array.isArray(value)) throw wrongType(what, 'an array', value)
  for (const item of value) requireString(`each member of ${what}`, item)
}

/** The error for a value of the wrong type. */
export function wrongType(what: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${what} must be ${expected}, not ${show(value)}`)
}

/** Whether `value` has members; arrays do, functions do not count. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A short description of a value for error messages. Never runs the value's own code (`toString`). */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (isObject(value)) return Array.isArray(value) ? 'an array' : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
