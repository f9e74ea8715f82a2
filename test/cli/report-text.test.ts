/**
 * The report of `httpwire parse` for people: messages, body previews and switches of protocols.
 */

import { describe, expect, test } from 'vitest'
import { byteByByte, bytesOf, command } from './command.ts'

const POST =
  'POST /items HTTP/1.1\r\nHost: example.test\r\nContent-Type: application/json\r\n' +
  'Content-Length: 13\r\n\r\n{"name":"hi"}'

const POST_TEXT = `request 1, at offset 0, with a head of 96 bytes
  POST /items HTTP/1.1
  Host:            example.test
  Content-Type:    application/json
  Content-Length:  13

  framing     length: the body ends by Content-Length
  keep-alive  yes
  body        13 bytes
    | {"name":"hi"}

`

async function text(input: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(['parse', ...options], { input: [input] })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

describe('the text report', () => {
  test('shows a message as sent, with aligned fields, and then its framing and its body', async () => {
    expect(await text(POST)).toBe(`${POST_TEXT}1 message in 109 bytes\n`)
  })

  test('is the same when the input arrives byte by byte', async () => {
    const input = byteByByte(bytesOf(POST + POST))
    const { stdout } = await command(['parse'], { input })
    expect(stdout).toBe(await text(POST + POST))
    expect(stdout).toContain('request 2, at offset 109,')
  })

  test('shows a head before its body has arrived', async () => {
    const world = { input: [POST.slice(0, 100), POST.slice(100)], closedAfter: 1 }
    const { stdout } = await command(['parse'], world)
    expect(stdout).toMatch(/^request 1, .*keep-alive {2}yes\n$/s)
  })

  test('shows the start-line as sent, not as interpreted', async () => {
    const report = await text('HTTP/1.3 200\r\nContent-Length: 0\r\n\r\n')
    expect(report).toContain('\n  HTTP/1.3 200\n')
    expect(report).toContain('\n  anomalies   higher-minor-version, missing-space-after-status\n')
  })

  test('shows field names in their own case, repeated fields and empty values', async () => {
    const report = await text('HTTP/1.1 204 No\r\nset-COOKIE: a=1\r\nset-COOKIE: b=2\r\nX:\r\n\r\n')
    expect(report).toContain('\n  set-COOKIE:  a=1\n  set-COOKIE:  b=2\n  X:\n')
  })

  test('does not align all values to one very long field name', async () => {
    const long = 'X'.repeat(40)
    const report = await text(`GET / HTTP/1.1\r\nHost: h\r\n${long}: 1\r\n\r\n`)
    expect(report).toContain(`\n  Host:  h\n  ${long}:  1\n`)
  })

  test('counts the chunks with data and shows the trailer section', async () => {
    const report = await text(
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '3\r\none\r\n3;x=y\r\ntwo\r\n0\r\nX-Sum: 6\r\nX-Checked: yes\r\n\r\n',
    )
    expect(report).toContain('\n  framing     chunked: the body ends with its last chunk\n')
    expect(report).toContain('\n  body        6 bytes in 2 chunks\n    | onetwo\n')
    expect(report).toContain(
      '\n  trailers    2 field lines\n    X-Sum:      6\n    X-Checked:  yes\n',
    )
  })

  test('names the codings of a body and does not decode them', async () => {
    const report = await text(
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: br\r\n' +
        'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    )
    expect(report).toContain('\n  transfer    gzip, chunked (not decoded)\n')
    expect(report).toContain('\n  content     br (not decoded)\n')
    expect(report).toContain('\n  body        0 bytes in 0 chunks\n')
  })

  test('says that the client waits for 100 (Continue)', async () => {
    const report = await text(
      'PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n1',
    )
    expect(report).toContain('\n  expects     100 (Continue) before it sends the body\n')
    expect(report).toContain('\n  body        1 byte\n')
  })

  test('marks interim responses, and bodies that end with the connection', async () => {
    const report = await text('HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody')
    expect(report).toContain('\n  interim     the final response is to follow\n')
    expect(report.match(/interim/g)).toHaveLength(1)
    expect(report).toContain('\n  framing     until-close: the body ends with the connection\n')
    expect(report).toContain('\n  keep-alive  no\n')
  })

  test('reports 0 messages for empty input and for empty lines', async () => {
    expect(await text('')).toBe('0 messages in 0 bytes\n')
    expect(await text('\r\n')).toBe('0 messages in 2 bytes\n')
  })

  test('has colours only if they are allowed', async () => {
    const world = { input: [POST], terminal: true }
    const plain = await command(['parse'], { ...world, colors: false })
    const colored = await command(['parse'], { ...world, colors: true })
    expect(plain.stdout).not.toContain('\x1b')
    expect(colored.stdout).toContain('\x1b[1mPOST /items HTTP/1.1\x1b[22m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test removes escape sequences
    expect(colored.stdout.replace(/\x1b\[\d+m/g, '')).toBe(plain.stdout)
  })
})

describe('the preview of a body', () => {
  const preview = async (body: string) => {
    const report = await text(
      `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    return report.split('\n').filter((line) => line.startsWith('    |'))
  }

  test('shows each line on its own, whether CRLF or LF ends it', async () => {
    expect(await preview('one\r\ntwo\n\nfour\n')).toEqual([
      '    | one',
      '    | two',
      '    |',
      '    | four',
    ])
  })

  test('shows UTF-8 as text', async () => {
    const body = Buffer.from('naïve 日本').toString('latin1')
    expect(await preview(body)).toEqual(['    | naïve 日本'])
  })

  test('is limited to 256 bytes of text, without a character that the limit cuts', async () => {
    const long = await preview(`${'a'.repeat(255)}${Buffer.from('é').toString('latin1')}`)
    expect(long).toEqual([`    | ${'a'.repeat(255)}`, '    | ...'])
    expect(await preview('a'.repeat(256))).toEqual([`    | ${'a'.repeat(256)}`])
  })

  test('is limited to eight lines', async () => {
    expect(await preview('x\n'.repeat(8))).toHaveLength(8)
    const lines = await preview('x\n'.repeat(9))
    expect(lines).toHaveLength(9)
    expect(lines.at(-1)).toBe('    | ...')
  })

  test.each([
    ['a control', 'text\x00text', '74 65 78 74 00 74 65 78 74                       text.text'],
    ['an escape', '\x1b[2J', '1b 5b 32 4a                                      .[2J'],
    ['no UTF-8', 'caf\xe9!', '63 61 66 e9 21                                   caf.!'],
  ])('shows a body with %s in hexadecimal', async (_what, body, row) => {
    expect(await preview(body)).toEqual([`    | 00000000  ${row}`])
  })

  test('is limited to 64 bytes in hexadecimal', async () => {
    const rows = await preview('\x00'.repeat(65))
    expect(rows).toHaveLength(5)
    expect(rows[3]).toMatch(/^ {4}\| 00000030 {2}00 /)
    expect(rows[4]).toBe('    | ...')
    expect(await preview('\x00'.repeat(64))).toHaveLength(4)
  })
})

describe('a switch of protocols', () => {
  test('is possible after a request with Upgrade: the rest is counted, shown and not parsed', async () => {
    const report = await text(
      'GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n' +
        'GET /not-parsed HTTP/1.1\r\n\r\n',
    )
    expect(report).toContain(
      '\n\nthe connection may switch protocols to websocket: 28 bytes follow at offset 72, not parsed:\n' +
        '    | GET /not-parsed HTTP/1.1\n    |\n\n1 message in 100 bytes\n',
    )
  })

  test('is possible after CONNECT', async () => {
    const report = await text('CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n\x16\x03\x01')
    expect(report).toContain(
      '\nthe connection may switch protocols: 3 bytes follow at offset 39, not parsed:\n',
    )
    expect(report).toContain('\n    | 00000000  16 03 01  ')
  })

  test('has happened after a 101, even if no bytes follow', async () => {
    const report = await text('HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n')
    expect(report).toContain('\nthe connection has switched protocols to h2c: 0 bytes follow\n')
  })

  test('has happened after a 2xx to CONNECT, with input byte by byte', async () => {
    const input = byteByByte(bytesOf('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nS'))
    const argv = ['parse', '--request-method', 'CONNECT']
    const { code, stdout } = await command(argv, { input })
    expect(code).toBe(0)
    expect(stdout).toContain(
      '\nthe connection has switched protocols: 1 byte follows at offset 38, not parsed:\n    | S\n',
    )
    expect(stdout).toContain('\n  anomalies   ignored-framing-field\n')
  })
})
