/**
 * Requests that can be told apart by every part of them.
 */

import { expect } from 'vitest'
import type { RequestHead } from '../../src/index.ts'

/** A unique request: its target, its host and the `fields` lines after that all contain `n`. */
export function request(n: number, fields = n % 12): string {
  const lines = Array.from({ length: fields }, (_, i) => `X-${n}-${i}: value ${n}.${i}\r\n`)
  return `GET /${n} HTTP/1.1\r\nHost: host-${n}\r\n${lines.join('')}\r\n`
}

/** Expects that `head` is that of the request with the number `n`. */
export function expectIntact(head: RequestHead, n: number, fields = n % 12): void {
  expect(head.target).toBe(`/${n}`)
  expect(head.headers.get('host')).toBe(`host-${n}`)
  expect(head.headers.size).toBe(fields + 1)
  if (fields > 0) {
    const last = fields - 1
    expect(head.headers.get(`x-${n}-${last}`)).toBe(`value ${n}.${last}`)
    expect([...head.headers].at(-1)).toEqual([`X-${n}-${last}`, `value ${n}.${last}`])
  }
}
