/**
 * A queue: first in, first out, in constant time and without holding on to what has left it.
 */
export class Fifo<T> {
  private items: (T | undefined)[] = []
  /** Where the first item is; what stood before it has left. */
  private head = 0

  push(item: T): void {
    this.items.push(item)
  }

  /** The first item, which stays; `undefined` where there is none. */
  peek(): T | undefined {
    return this.items[this.head]
  }

  /** How many items there are. */
  get size(): number {
    return this.items.length - this.head
  }

  /** The last item; `undefined` where there is none. */
  get last(): T | undefined {
    return this.items.at(-1)
  }

  /** The items, the first one first. */
  toArray(): T[] {
    return this.items.slice(this.head) as T[]
  }

  /** Takes the first item out; `undefined` where there is none. */
  shift(): T | undefined {
    const { items } = this
    if (this.head === items.length) return undefined
    // The usual queue: one item, which leaves.
    if (items.length === 1) return items.pop()
    const item = items[this.head]
    items[this.head++] = undefined
    // Moving the rest only when it is the smaller half keeps this constant, item by item.
    if (2 * this.head >= items.length) {
      items.splice(0, this.head)
      this.head = 0
    }
    return item
  }
}
