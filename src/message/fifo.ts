/**
 * A first-in, first-out queue in amortized constant time, which does not keep removed items alive.
 *
 * The first item is stored outside the array, since nearly every queue holds at most one: an array that
 * is emptied and refilled allocates memory each time.
 */
export class Fifo<T> {
  private first: T | undefined = undefined
  /** The items after the first one begin at index `head`; those before it have left the queue. */
  private rest: (T | undefined)[] | undefined = undefined
  private head = 0

  push(item: T): void {
    if (this.first === undefined) this.first = item
    else {
      this.rest ??= []
      this.rest.push(item)
    }
  }

  /** The first item, without removing it; `undefined` if the queue is empty. */
  peek(): T | undefined {
    return this.first
  }

  /** The number of items. */
  get size(): number {
    if (this.first === undefined) return 0
    return 1 + (this.rest === undefined ? 0 : this.rest.length - this.head)
  }

  /** The last item; `undefined` if the queue is empty. */
  get last(): T | undefined {
    return this.rest?.at(-1) ?? this.first
  }

  /** The items in order. */
  toArray(): T[] {
    if (this.first === undefined) return []
    return [this.first, ...((this.rest?.slice(this.head) ?? []) as T[])]
  }

  /** Removes and returns the first item; `undefined` if the queue is empty. */
  shift(): T | undefined {
    const { first, rest } = this
    this.first = undefined
    if (rest !== undefined) this.refill(rest)
    return first
  }

  private refill(rest: (T | undefined)[]): void {
    this.first = rest[this.head]
    rest[this.head++] = undefined
    if (this.head >= rest.length) {
      this.rest = undefined
      this.head = 0
    } else if (2 * this.head >= rest.length) {
      // Moving items only when at most half of the array is left keeps `shift` amortized constant.
      rest.splice(0, this.head)
      this.head = 0
    }
  }
}
