/**
 * `httpwire parse --decode`: coded bodies in both reports.
 */

import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { byteByByte, command } from './command.ts'

const TEXT = 'one line\nand another\n'

function response(coding: string, body: Uint8Array): Uint8Array {
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

function chunked(body: Uint8Array): Uint8Array {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'
  const size = `${body.length.toString(16)}\r\n`
  return Buffer.concat([Buffer.from(head + size), body, Buffer.from('\r\n0\r\n\r\n')])
}

const decode = (...messages: Uint8Array[]) =>
  command(['parse', '--decode'], { input: [Buffer.concat(messages)] })

describe('--decode', () => {
  test('shows a decoded body and its length', async () => {
    const gzip = gzipSync(TEXT)
    const { code, stdout } = await decode(response('gzip', gzip))
    expect(code).toBe(0)
    expect(stdout).toContain('  content     gzip\n')
    expect(stdout).toContain(`  body        ${gzip.length} bytes\n`)
    expect(stdout).toContain('  decoded     21 bytes\n    | one line\n    | and another\n')
  })

  test('decodes lists of codings and transfer codings', async () => {
    const twice = brotliCompressSync(gzipSync(TEXT))
    const { stdout } = await decode(response('gzip, br', twice), chunked(gzipSync(TEXT)))
    expect(stdout.match(/ {2}decoded {5}21 bytes\n {4}\| one line\n/g)).toHaveLength(2)
  })

  test('gives the same report when the input arrives byte by byte', async () => {
    const message = response('br', brotliCompressSync(TEXT))
    const whole = await decode(message)
    const split = await command(['parse', '--decode'], { input: byteByByte(message) })
    expect(split.stdout).toBe(whole.stdout)
  })

  test('does not change the report of a body without codings', async () => {
    const message = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
    const plain = await command(['parse'], { input: [message] })
    expect((await decode(message)).stdout).toBe(plain.stdout)
  })

  test('shows the length and the error of a truncated coded body, and the next message', async () => {
    const damaged = gzipSync(TEXT.repeat(9000)).subarray(0, -8)
    const { code, stdout, stderr } = await decode(
      response('gzip', damaged),
      response('gzip', gzipSync(TEXT)),
    )
    expect(code).toBe(1)
    expect(stdout).toContain(
      'bytes, then CODED_DATA_TRUNCATED: the coded data ends too early: gzip\n',
    )
    expect(stdout).toContain('  decoded     21 bytes\n')
    expect(stdout).toContain('2 messages in ')
    expect(stderr).toBe('')
  })

  test('names a coding that it does not know', async () => {
    const { code, stdout } = await decode(response('compress', Buffer.from('x')))
    expect(code).toBe(1)
    expect(stdout).toContain(
      '  decoded     0 bytes, then UNSUPPORTED_CODING: a coding that cannot be decoded here: content coding "compress"\n',
    )
  })

  test('shows what was decoded when the input ends inside the body', async () => {
    const message = response('gzip', gzipSync(TEXT))
    const { code, stdout } = await decode(message.subarray(0, -4))
    expect(code).toBe(1)
    expect(stdout).toContain('  decoded     21 bytes so far\n    | one line\n')
  })

  test('adds "decoded" to the JSON report, with the error that ended it', async () => {
    const messages = [
      response('gzip', gzipSync(TEXT)),
      response('gzip', Buffer.from('plain')),
      response('identity', Buffer.from('plain')),
    ]
    const { stdout } = await command(['parse', '--decode', '--json'], { input: messages })
    const decoded = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).decoded)
    expect(decoded).toEqual([
      { length: 21, encoding: 'utf-8', preview: TEXT, error: null },
      {
        length: 0,
        encoding: 'utf-8',
        preview: '',
        error: {
          code: 'CODED_DATA_MISLABELLED',
          message: 'the data does not begin as its coding does: gzip',
          offset: 5,
        },
      },
      { length: 5, encoding: 'utf-8', preview: 'plain', error: null },
    ])
  })
})
