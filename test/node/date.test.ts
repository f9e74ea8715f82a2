/**
 * The value of Date is made once a second, and no response may carry the one of a second gone by.
 */

import { afterEach, expect, test, vi } from 'vitest'
import { dateValue } from '../../src/node/date.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('is that of the second, in the middle of it and when the next one has begun', async () => {
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
