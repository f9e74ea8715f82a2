/** The example that serves and sends requests over a Unix socket. */

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { curl, output, start } from './program.ts'

async function path(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'httpwire-unix-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'hello.sock')
}

test('the Unix socket server answers the client of the same example', async () => {
  const { url } = await start('unix-socket', 'serve', await path())
  expect(await output('unix-socket', 'get', url, '/a/path')).toBe('200\nHello, /a/path!\n')
})

test('the Unix socket server answers curl', async () => {
  const { url } = await start('unix-socket', 'serve', await path())
  expect(await curl('--unix-socket', url, 'http://localhost/curl')).toBe('Hello, /curl!\n')
})

test("the Unix socket server answers Node's http client", async () => {
  const { url } = await start('unix-socket', 'serve', await path())
  const answer = await new Promise<string>((resolve, reject) => {
    const request = get({ socketPath: url, path: '/node', agent: false }, (response) => {
      resolve(text(response))
    })
    request.on('error', reject)
  })
  expect(answer).toBe('Hello, /node!\n')
})

test('the Unix socket client prints the response of another server', async () => {
  const socket = await path()
  const server = createServer((connection) => {
    connection.end('HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n')
  }).listen(socket)
  onTestFinished(() => {
    server.close()
  })
  expect(await output('unix-socket', 'get', socket)).toBe('404\nno\n')
})

test('the Unix socket server removes its socket file on SIGTERM', async () => {
  const { url, end } = await start('unix-socket', 'serve', await path())
  expect(existsSync(url)).toBe(true)
  expect(await end()).toEqual({ code: 0, signal: null })
  expect(existsSync(url)).toBe(false)
})

test('the Unix socket server replaces the socket file of a killed server, but not of a running one', async () => {
  const socket = await path()
  const { kill } = await start('unix-socket', 'serve', socket)
  await expect(start('unix-socket', 'serve', socket)).rejects.toThrow('EADDRINUSE')
  await kill()
  expect(existsSync(socket)).toBe(true)
  await start('unix-socket', 'serve', socket)
  expect(await output('unix-socket', 'get', socket)).toBe('200\nHello, /!\n')
})
