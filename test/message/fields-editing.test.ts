/**
 * Editing `Fields` while they are iterated, and the cost of many lines with one name.
 */

import { describe, expect, test } from 'vitest'
import { Fields, parse } from '../../src/index.ts'

const PAIRS: [string, string][] = [
  ['Host', 'a'],
  ['Keep-Alive', 'x'],
  ['TE', 'trailers'],
]

const HEAD = `GET / HTTP/1.1\r\n${PAIRS.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`

describe.each([
  ['made', () => Fields.from(PAIRS)],
  ['parsed', () => parse(Buffer.from(HEAD)).messages[0]?.head.headers ?? new Fields()],
])('iteration over fields that were %s', (_, make) => {
  test('visits every line when each one is deleted during the iteration', () => {
    const fields = make()
    for (const [name] of fields) fields.delete(name)
    expect(fields.size).toBe(0)
  })

  test('does not visit lines that are appended during the iteration', () => {
    const fields = make()
    for (const [name, value] of fields) fields.append(name, value)
    expect(fields.size).toBe(2 * PAIRS.length)
  })
})

test('toObject does linear work for many lines with one name', () => {
  const time = (lines: number): number => {
    const fields = Fields.from(Array.from({ length: lines }, () => ['Set-Cookie', 'a=b'] as const))
    const start = performance.now()
    expect(fields.toObject()['set-cookie']).toHaveLength(lines)
    return performance.now() - start
  }
  const least = (lines: number) => Math.min(time(lines), time(lines), time(lines))
  time(4_000)
  // 16 times the lines take 16 times the work, whereas quadratic work would take 256 times as much.
  expect(least(64_000) / least(4_000)).toBeLessThan(100)
})
