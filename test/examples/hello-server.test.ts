/** The ten-line server, with clients of all kinds that speak HTTP/1.x. */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { requestOver } from '../../src/node.ts'
import { curl, exchange, open, start } from './program.ts'

test('the hello server has at most ten lines of code', () => {
  const text = readFileSync(new URL('../../examples/hello-server.mjs', import.meta.url), 'utf8')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('//'))
  expect(lines.length).toBeLessThanOrEqual(10)
})

test('the hello server answers requestOver several times on one connection', async () => {
  const { port } = await start('hello-server', '0')
  const socket = await open(port)
  for (const target of ['/a', '/b', '/c']) {
    const { head, body, reusable } = await requestOver(socket, { target, headers: { Host: 'a' } })
    expect([head.status, await body.text(), reusable]).toEqual([200, `Hello, ${target}!\n`, true])
  }
})

test('the hello server answers fetch', async () => {
  const { url } = await start('hello-server', '0')
  const response = await fetch(`${url}fetch`)
  expect([response.status, await response.text()]).toEqual([200, 'Hello, /fetch!\n'])
})

test("the hello server answers Node's http client over one connection", async () => {
  const { url } = await start('hello-server', '0')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ports = await Promise.all(['a', 'b', 'c'].map((path) => portUsed(agent, `${url}${path}`)))
  expect(new Set(ports).size).toBe(1)
  agent.destroy()
})

test('the hello server answers curl twice on one connection', async () => {
  const { url } = await start('hello-server', '0')
  const format = ['--write-out', '%{http_code} %{http_version} %{num_connects}\n']
  expect(await curl(...format, `${url}one`, `${url}two`)).toBe(
    'Hello, /one!\n200 1.1 1\nHello, /two!\n200 1.1 0\n',
  )
})

test('the hello server answers pipelined requests in order, and ends after Connection: close', async () => {
  const { port } = await start('hello-server', '0')
  const output = await exchange(
    port,
    ...['GET /1 HTTP/1.1', 'Host: a', '', ''],
    ...['HEAD /2 HTTP/1.1', 'Host: a', '', ''],
    ...['GET /3 HTTP/1.1', 'Host: a', 'Connection: close', '', ''],
  )
  expect(output.match(/HTTP\/1.1 200 OK/g)).toHaveLength(3)
  expect(output.match(/Hello, \/\d/g)).toEqual(['Hello, /1', 'Hello, /3'])
})

test('the hello server answers the example client that pipelines over ClientConnection', async () => {
  const { port } = await start('hello-server', '0')
  const example = fileURLToPath(new URL('../../examples/pipelining-client.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [example, `${port}`])
  expect(stdout).toBe(['/1', '/2', '/3'].map((target) => `200 OK\nHello, ${target}!\n`).join(''))
})

test('the hello server answers an HTTP/1.0 request, and ends the connection', async () => {
  const { port } = await start('hello-server', '0')
  const output = await exchange(port, 'GET /old HTTP/1.0', '', '')
  expect(output).toMatch(/^HTTP\/1.1 200 OK\r\n.*\r\n\r\nHello, \/old!\n$/s)
})

test('the hello server refuses a request with both Content-Length and Transfer-Encoding', async () => {
  const { port } = await start('hello-server', '0')
  const output = await exchange(
    port,
    ...[
      'POST / HTTP/1.1',
      'Host: a',
      'Content-Length: 3',
      'Transfer-Encoding: chunked',
      '',
      '0\r\n\r\n',
    ],
  )
  expect(output).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
  expect(output).toMatch(/^Connection: close\r$/m)
})

/** Requests `url`, and returns the local port that the request was sent from. */
function portUsed(agent: Agent, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      const port = request.socket?.localPort
      response.resume().on('end', () => resolve(port))
    })
    request.on('error', reject)
  })
}
