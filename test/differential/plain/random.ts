/**
 * A repeatable random number generator: the same seed always gives the same numbers, on any machine.
 *
 * Mulberry32 is fast enough for millions of inputs, and random enough for them.
 */

export class Random {
  private state: number

  /** The numbers for input `index` of a run with `seed`, independent of those for other inputs. */
  constructor(seed: number, index: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b)) | 0
    // Without this, inputs with neighbouring indices would begin alike.
    this.next()
    this.next()
  }

  /** An integer from 0 to 2^32 - 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }

  /** An integer from 0 to `n - 1`. */
  below(n: number): number {
    return this.next() % n
  }

  /** An integer from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(1000) < percent * 10
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }
}
