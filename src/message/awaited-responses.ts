/**
 * The requests that wait for their final response, in order: what a response answers decides where
 * it ends (RFC 9112 s. 6.3), and nothing in the response says it.
 */

import { show } from '../checks.ts'
import { isInterim } from '../status/classes.ts'
import { Fifo } from './fifo.ts'

export class AwaitedResponses {
  private readonly methods = new Fifo<string>()

  /** @throws TypeError unless `method` is a string. */
  add(method: string): void {
    if (typeof method !== 'string') {
      throw new TypeError(`respondsTo takes a method, not ${show(method)}`)
    }
    this.methods.push(method)
  }

  /** The method that the next response answers, if it is known. */
  get method(): string | undefined {
    return this.methods.peek()
  }

  /** Notes that a response with `status` has come; an interim (1xx) one answers nothing yet. */
  answer(status: number): void {
    if (!isInterim(status)) this.methods.shift()
  }
}
