/**
 * Checks of constraints, as fast-check calls the options of a generator. Each error names the constraint
 * and shows its value. A constraint that is `undefined` counts as not given.
 */

import * as fc from 'fast-check'

/** @throws TypeError or RangeError naming the constraint `name` unless its value is valid. */
export type Check = (name: string, value: unknown) => void

/**
 * @throws TypeError if `given` is not an object, or has a member that `checks` does not have.
 * @throws whatever the check of a member throws.
 */
export function checkConstraints<T extends object>(
  given: T,
  checks: Readonly<Record<keyof T, Check>>,
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`constraints must be an object, not ${fc.stringify(given)}`)
  }
  const known = new Map<string, Check>(Object.entries(checks))
  for (const [name, value] of Object.entries(given)) {
    const check = known.get(name)
    if (check === undefined) {
      throw new TypeError(`unknown constraint ${name}; known: ${[...known.keys()].join(', ')}`)
    }
    if (value !== undefined) check(name, value)
  }
}

export function oneOfThese(...allowed: readonly string[]): Check {
  return (name, value) => {
    if (allowed.some((one) => one === value)) return
    const list = allowed.map((one) => `'${one}'`).join(', ')
    throw new TypeError(`${name} must be one of ${list}, not ${fc.stringify(value)}`)
  }
}

export const trueOrFalse: Check = (name, value) => {
  if (typeof value === 'boolean') return
  throw new TypeError(`${name} must be true or false, not ${fc.stringify(value)}`)
}

export const anyText: Check = (name, value) => {
  if (typeof value === 'string') return
  throw new TypeError(`${name} must be a string, not ${fc.stringify(value)}`)
}

export function atLeast(least: number): Check {
  return (name, value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return
    throw new RangeError(
      `${name} must be an integer of at least ${least}, not ${fc.stringify(value)}`,
    )
  }
}

/** The minimum and maximum length, as for fast-check's `fc.array`. */
export interface LengthConstraints {
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
}

/**
 * Both lengths, where `least` is the smallest minimum and the default one, and `most` the default
 * maximum.
 *
 * @throws RangeError if `maxLength` is less than `minLength`.
 */
export function completeLengths(
  given: LengthConstraints,
  least: number,
  most: number,
): { readonly min: number; readonly max: number } {
  const { minLength: min = least, maxLength: max = Math.max(most, min) } = given
  atLeast(min)('maxLength', max)
  return { min, max }
}
