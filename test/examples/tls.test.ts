/** The hello server over TLS, with a key and a certificate that are generated for the tests. */

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestOver } from '../../src/node.ts'
import { curl, exchange, start } from './program.ts'

let folder: string
let key: string
let cert: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'httpwire-tls-'))
  key = join(folder, 'key.pem')
  cert = join(folder, 'cert.pem')
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const argv = ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert]
  await promisify(execFile)('openssl', argv).catch((error) => {
    throw error.code === 'ENOENT' ? new Error('these tests need openssl: install it') : error
  })
})

afterAll(() => rm(folder, { recursive: true }))

test('the TLS server answers requestOver several times on one connection', async () => {
  const { port } = await start('tls', '0', key, cert)
  const ca = await readFile(cert)
  const socket = connect({ port, host: '127.0.0.1', ca, ALPNProtocols: ['h2', 'http/1.1'] })
  await once(socket, 'secureConnect')
  expect(socket.alpnProtocol).toBe('http/1.1')
  for (const target of ['/a', '/b']) {
    const { body } = await requestOver(socket, { target, headers: { Host: 'localhost' } })
    expect(await body.text()).toBe(`Hello, ${target}!\n`)
  }
  socket.destroy()
})

test('the TLS server answers curl, which offers HTTP/2, with HTTP/1.1', async () => {
  const { url } = await start('tls', '0', key, cert)
  const format = ['--write-out', '%{http_version}\n']
  expect(await curl('--cacert', cert, '--http2', ...format, `${url}a`)).toBe('Hello, /a!\n1.1\n')
})

test("the TLS server answers Node's https client", async () => {
  const { url } = await start('tls', '0', key, cert)
  const agent = new Agent({ ca: await readFile(cert) })
  const answer = await new Promise<string>((resolve, reject) => {
    get(`${url}node`, { agent }, (response) => resolve(text(response))).on('error', reject)
  })
  expect(answer).toBe('Hello, /node!\n')
})

test('the TLS server survives a client that does not speak TLS, and exits on SIGTERM', async () => {
  const { url, port, end, errors } = await start('tls', '0', key, cert)
  await exchange(port, 'GET / HTTP/1.1', 'Host: a', '', '').catch(() => '')
  expect(await curl('--cacert', cert, url)).toBe('Hello, /!\n')
  expect(await end()).toEqual({ code: 0, signal: null })
  expect(errors()).toBe('')
})
