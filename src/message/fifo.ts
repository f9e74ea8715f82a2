/**
 * A queue: first in, first out, in constant time and without holding on to what has left it.
 *
 * The first item has a place of its own, and nearly every queue never has another: an array that is
 * emptied and filled again takes new memory each time.
 */
export class Fifo<T> {
  private first: T | undefined = undefined
  /** The items after the first one, from `head` on; what stood before has left. */
  private rest: (T | undefined)[] | undefined = undefined
  private head = 0

  push(item: T): void {
    if (this.first === undefined) this.first = item
    else {
      this.rest ??= []
      this.rest.push(item)
    }
  }

  /** The first item, which stays; `undefined` where there is none. */
  peek(): T | undefined {
    return this.first
  }

  /** How many items there are. */
  get size(): number {
    if (this.first === undefined) return 0
    return 1 + (this.rest === undefined ? 0 : this.rest.length - this.head)
  }

  /** The last item; `undefined` where there is none. */
  get last(): T | undefined {
    return this.rest?.at(-1) ?? this.first
  }

  /** The items, the first one first. */
  toArray(): T[] {
    if (this.first === undefined) return []
    return [this.first, ...((this.rest?.slice(this.head) ?? []) as T[])]
  }

  /** Takes the first item out; `undefined` where there is none. */
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
      // Moving the rest only when it is the smaller half keeps this constant, item by item.
      rest.splice(0, this.head)
      this.head = 0
    }
  }
}
