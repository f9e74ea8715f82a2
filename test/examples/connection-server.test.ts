/** The server on ServerConnection alone, with clients that need each of its branches. */

import { expect, test } from 'vitest'
import { requestOver } from '../../src/node.ts'
import { curl, exchange, open, start } from './program.ts'

const GET = (target: string) => [`GET ${target} HTTP/1.1`, 'Host: a', '', '']

test('the connection server answers several requests on one connection', async () => {
  const { port } = await start('connection-server', '0')
  const socket = await open(port)
  for (const target of ['/a', '/b']) {
    const { head, body, reusable } = await requestOver(socket, { target, headers: { Host: 'a' } })
    expect([head.status, await body.text(), reusable]).toEqual([200, `Hello, ${target}!\n`, true])
  }
})

test('the connection server answers pipelined requests, and says what is wrong with the last', async () => {
  const { port } = await start('connection-server', '0')
  const wire = [...GET('/1').slice(0, -1), ...GET('/2').slice(0, -1), 'GET /3 HTTP/1.1', '', '']
  const output = await exchange(port, ...wire)
  expect(output.match(/^HTTP\/1.1 \d+|^Hello.*/gm)).toEqual([
    ...['HTTP/1.1 200', 'Hello, /1!', 'HTTP/1.1 200', 'Hello, /2!', 'HTTP/1.1 400'],
  ])
  expect(output).toMatch(/\r\nConnection: close\r\n\r\nan HTTP\/1.1 request without Host\n$/)
})

test('the connection server asks curl for content that waits for a 100', async () => {
  const { url } = await start('connection-server', '0')
  const output = await curl('--header', 'Expect: 100-continue', '--data', 'abc', '-i', `${url}up`)
  expect(output).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n.*Hello, \/up!\n$/s)
})
