/**
 * The progress line on standard error for long input.
 */

import { expect, test } from 'vitest'
import { command } from './command.ts'

const MIB = 2 ** 20
const HEAD = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${40 * MIB}\r\n\r\n`
const chunk = new Uint8Array(8 * MIB)
const input = [HEAD, chunk, chunk, chunk, chunk, chunk]

test('progress is one line on standard error, which is erased at the end', async () => {
  const { stdout, stderr } = await command(['parse'], { input, terminal: true })
  expect(stderr).toBe('\r\x1b[K16 MiB read\r\x1b[K32 MiB read\r\x1b[K')
  expect(stdout).not.toContain('MiB')
})

test('progress is erased before an error is written', async () => {
  const messages = [HEAD, ...input.slice(1), HEAD]
  const { stderr } = await command(['parse'], { input: messages, terminal: true })
  expect(stderr).toContain('\r\x1b[K32 MiB read\r\x1b[Kerror: TRUNCATED')
})

test('progress is not shown for short input, nor without a terminal', async () => {
  const short = { input: ['GET / HTTP/1.1\r\nHost: h\r\n\r\n'], terminal: true }
  expect((await command(['parse'], short)).stderr).toBe('')
  expect((await command(['parse'], { input })).stderr).toBe('')
})
