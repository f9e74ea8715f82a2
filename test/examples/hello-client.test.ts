/** The ten-line client: it prints a response, and exits by itself, as docs/node.md says. */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { output, start } from './program.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the hello client prints the response of the hello server, and exits at once', async () => {
  const { port } = await start('hello-server', '0')
  const began = performance.now()
  expect(await output('hello-client', `${port}`)).toBe('200 Hello, /!\n\n')
  // The server would end the idle connection after 10 s.
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('the hello client exits with an error if nobody listens', async () => {
  const { port, kill } = await start('hello-server', '0')
  await kill()
  const exited = promisify(execFile)(process.execPath, ['examples/hello-client.mjs', `${port}`])
  await expect(exited).rejects.toMatchObject({ code: 1 })
})

test('docs/node.md quotes examples/hello-client.mjs exactly', () => {
  const shown = `\`\`\`js\n${read('examples/hello-client.mjs')}\`\`\``
  expect(read('docs/node.md')).toContain(shown)
})
