/**
 * The report of `httpwire parse --json`: one object per line for each message or error.
 */

import { describe, expect, test } from 'vitest'
import { byteByByte, bytesOf, command } from './command.ts'

/** The objects of the report, one per line. */
async function objects(input: readonly (string | Uint8Array)[], ...options: string[]) {
  const { code, stdout, stderr } = await command(['parse', '--json', ...options], { input })
  const lines = stdout.split('\n')
  expect(lines.pop()).toBe('')
  return { code, stdout, stderr, objects: lines.map((line): unknown => JSON.parse(line)) }
}

const HEAD = 'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n'

describe('the JSON report', () => {
  test('has all properties of a message in one line', async () => {
    const { code, objects: report } = await objects([`${HEAD}hello`])
    expect(code).toBe(0)
    expect(report).toEqual([
      {
        type: 'request',
        method: 'POST',
        target: '/a',
        targetForm: 'origin',
        version: '1.1',
        headers: [
          ['Host', 'h'],
          ['Content-Length', '5'],
        ],
        framing: 'length',
        contentLength: 5,
        keepAlive: true,
        upgrades: false,
        expectsContinue: false,
        contentCodings: [],
        transferCodings: [],
        anomalies: [],
        offset: 0,
        body: { length: 5, chunks: null, encoding: 'utf-8', preview: 'hello' },
        trailers: [],
        end: 53,
      },
    ])
  })

  test('has one line per message, and is the same byte by byte', async () => {
    const input = `${HEAD}hello${HEAD}\x00\x01\x02\xff\xfe`
    const whole = await objects([input])
    expect(whole.objects).toMatchObject([
      { offset: 0, end: 53 },
      { offset: 53, end: 106, body: { encoding: 'hex', preview: '000102fffe' } },
    ])
    expect(await objects(byteByByte(bytesOf(input)))).toEqual(whole)
  })

  test('has the number of chunks and the trailers of a response', async () => {
    const { objects: report } = await objects([
      'HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-T: 1\r\n\r\n',
    ])
    expect(report).toMatchObject([
      {
        type: 'response',
        status: 200,
        reason: 'Fine',
        informational: false,
        framing: 'chunked',
        body: { length: 2, chunks: 1, preview: 'ab' },
        trailers: [['X-T', '1']],
      },
    ])
  })

  test('has a preview of a long body, and not all of it', async () => {
    const { objects: report } = await objects([
      `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000\r\n\r\n`,
      'a'.repeat(1000),
      'b'.repeat(2000),
    ])
    expect(report).toMatchObject([{ body: { length: 3000, preview: 'a'.repeat(256) } }])
  })

  test('is ASCII, and preserves every byte of a field value', async () => {
    const { stdout, objects: report } = await objects([
      'GET / HTTP/1.1\r\nHost: h\r\nX: \x9b31m\xe9\xff\r\n\r\n',
    ])
    expect(stdout).toMatch(/^[\n -~]*$/)
    expect(report).toMatchObject([
      {
        headers: [
          ['Host', 'h'],
          ['X', '\x9b31m\xe9\xff'],
        ],
      },
    ])
  })

  test('is ASCII, and preserves the characters of a UTF-8 body', async () => {
    const body = Buffer.from('日\u2028本').toString('latin1')
    const { stdout, objects: report } = await objects([
      `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    ])
    expect(stdout).toMatch(/^[\n -~]*$/)
    expect(report).toMatchObject([{ body: { encoding: 'utf-8', preview: '日\u2028本' } }])
  })

  test('has the bytes that follow a switch of protocols', async () => {
    const { code, objects: report } = await objects(['HTTP/1.1 101 S\r\n\r\n', 'raw', ' bytes'])
    expect(code).toBe(0)
    expect(report).toMatchObject([
      { type: 'response', upgrades: true, end: 18 },
      { type: 'rest', offset: 18, length: 9, encoding: 'utf-8', preview: 'raw bytes' },
    ])
  })

  test('ends with the error, after the messages before it', async () => {
    const { code, stderr, objects: report } = await objects([`${HEAD}hello`, 'GET  / HTTP/1.1\r\n'])
    expect(code).toBe(1)
    expect(stderr).toBe('')
    expect(report).toMatchObject([
      { type: 'request', body: { preview: 'hello' } },
      {
        type: 'error',
        code: 'INVALID_TARGET',
        offset: 57,
        status: 400,
        rfc: 'RFC 9112 s. 3.2',
        side: 'remote',
        incomplete: null,
      },
    ])
    const [, { context }] = report as [unknown, { context: { offset: number; hex: string } }]
    expect(context.offset).toBe(25)
    expect(Buffer.from(context.hex, 'hex').toString()).toBe(
      `${HEAD}helloGET  / HTTP/1.1\r\n`.slice(25),
    )
  })

  test('has an incomplete message inside the error object, not in a line of its own', async () => {
    const { code, objects: report } = await objects([`${HEAD}hel`])
    expect(code).toBe(1)
    expect(report).toHaveLength(1)
    expect(report).toMatchObject([
      {
        type: 'error',
        code: 'TRUNCATED',
        offset: 51,
        incomplete: { type: 'request', target: '/a', body: { length: 3, preview: 'hel' } },
      },
    ])
  })

  test('is empty for empty input', async () => {
    expect(await objects([])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })
})
