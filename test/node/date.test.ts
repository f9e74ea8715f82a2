/**
 * The value of Date is computed once per second, and no response may carry that of an earlier second.
 */

import { afterEach, expect, test, vi } from 'vitest'
import { dateValue } from '../../src/node/date.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('dateValue returns the current second, both during it and right after the next one begins', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 23, 59, 58, 400) })
  expect(dateValue()).toBe('Sat, 21 Nov 2026 23:59:58 GMT')
  await vi.advanceTimersByTimeAsync(599)
  expect(dateValue()).toBe('Sat, 21 Nov 2026 23:59:58 GMT')
  await vi.advanceTimersByTimeAsync(1)
  expect(dateValue()).toBe('Sat, 21 Nov 2026 23:59:59 GMT')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(dateValue()).toBe('Sun, 22 Nov 2026 00:00:59 GMT')
  await vi.advanceTimersByTimeAsync(1_000)
})
