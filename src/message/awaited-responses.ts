/**
 * The methods of the requests that await a final response, in order. Where a response ends depends on
 * the method it answers (RFC 9112 s. 6.3), and the response itself does not name that method.
 */

import { requireString } from '../checks.ts'
import { isInterim } from '../status/classes.ts'
import { Fifo } from './fifo.ts'

export class AwaitedResponses {
  private readonly methods = new Fifo<string>()

  /** @throws TypeError unless `method` is a string. */
  add(method: string): void {
    requireString('a method', method)
    this.methods.push(method)
  }

  /** The method that the next response answers; `undefined` if it is not known. */
  get method(): string | undefined {
    return this.methods.peek()
  }

  /** Records a response with `status`; an interim one (1xx but not 101) leaves the request waiting. */
  answer(status: number): void {
    if (!isInterim(status)) this.methods.shift()
  }
}
