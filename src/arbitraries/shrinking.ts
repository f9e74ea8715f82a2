/**
 * Arbitraries that say themselves how their values shrink, where those of fast-check leave more than a
 * failure needs. `fc.array` with a minimum length, for one, never leaves out its last items.
 */

import * as fc from 'fast-check'

/** What an arbitrary draws values with: the parameters of its method `generate`. */
type Source = Parameters<fc.Arbitrary<unknown>['generate']>

class Shrinking<T> extends fc.Arbitrary<T> {
  readonly #draw: (...source: Source) => T
  readonly #simpler: (value: T) => Generator<T>

  constructor(draw: (...source: Source) => T, simpler: (value: T) => Generator<T>) {
    super()
    this.#draw = draw
    this.#simpler = simpler
  }

  generate(...source: Source): fc.Value<T> {
    return new fc.Value(this.#draw(...source), undefined)
  }

  /** Asked for values that no arbitrary generated. */
  canShrinkWithoutContext(_value: unknown): _value is T {
    return false
  }

  shrink(value: T): fc.Stream<fc.Value<T>> {
    return fc.stream(this.#simpler(value)).map((simpler) => new fc.Value(simpler, undefined))
  }
}

/** The values of `arbitrary`, which shrink to those that `simpler` gives, tried in this order. */
export function shrinking<T>(
  arbitrary: fc.Arbitrary<T>,
  simpler: (value: T) => Generator<T>,
): fc.Arbitrary<T> {
  return new Shrinking((...source) => arbitrary.generate(...source).value, simpler)
}

/**
 * `list` without all of its items, without each half, each quarter, and so on down to each item; without
 * the last ones first, so that the first of equals stays.
 */
export function* fewer<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
    for (let end = list.length; end > 0; end -= size) {
      yield [...list.slice(0, Math.max(0, end - size)), ...list.slice(end)]
    }
  }
}

/** A value, and the values to which its own arbitrary shrinks it. */
interface Item<T> {
  readonly value: T
  readonly simpler: () => Iterable<Item<T>>
}

function drawItem<T>(arbitrary: fc.Arbitrary<T>, source: Source): Item<T> {
  const itemOf = ({ value, context }: fc.Value<T>): Item<T> => ({
    value,
    simpler: () => arbitrary.shrink(value, context).map(itemOf),
  })
  return itemOf(arbitrary.generate(...source))
}

/** How many values a {@link sequence} has, and whether the last one must not be left out. */
export interface SequenceShape {
  readonly min: number
  readonly max: number
  readonly lastStays: boolean
}

/**
 * Several values of `before`, then one of `last`. Shrinking leaves out any of them, the last one
 * included, and then simplifies each.
 */
export function sequence<T>(
  before: fc.Arbitrary<T>,
  last: fc.Arbitrary<T>,
  { min, max, lastStays }: SequenceShape,
): fc.Arbitrary<T[]> {
  const count = fc.integer({ min, max })
  const draw = (...source: Source) => {
    const others = count.generate(...source).value - 1
    const items = Array.from({ length: others }, () => drawItem(before, source))
    return [...items, drawItem(last, source)]
  }
  function* simpler(items: readonly Item<T>[]): Generator<readonly Item<T>[]> {
    for (const some of fewer(items)) {
      if (some.length >= min && (!lastStays || some.at(-1) === items.at(-1))) yield some
    }
    for (const [i, item] of items.entries()) {
      for (const one of item.simpler()) yield [...items.slice(0, i), one, ...items.slice(i + 1)]
    }
  }
  return new Shrinking(draw, simpler).map((items) => items.map(({ value }) => value))
}
