/**
 * Invalid messages, unreadable input and closed output: the reports and the exit codes.
 */

import { describe, expect, test } from 'vitest'
import { byteByByte, bytesOf, command } from './command.ts'

const GOOD = 'GET /good HTTP/1.1\r\nHost: example.test\r\n\r\n'
const BAD = 'GET /bad HTTP/1.1\r\nHost : example.test\r\n\r\n'

describe('a message that breaks a rule', () => {
  test('makes the command exit with 1, after the report of the messages before it', async () => {
    const { code, stdout } = await command(['parse'], { input: [GOOD + GOOD + BAD] })
    const good = await command(['parse'], { input: [GOOD + GOOD] })
    expect(code).toBe(1)
    expect(stdout).toBe(good.stdout.replace(/2 messages in .*\n$/, ''))
    expect(stdout).toContain('request 2, at offset 42,')
  })

  test('is reported with code, offset, rule and the bytes around the error', async () => {
    const { stderr } = await command(['parse'], { input: [GOOD + BAD] })
    // The error is at 42 + 19 + 4: the space after "Host".
    expect(stderr).toBe(`error: SPACE_BEFORE_COLON, after 1 message
  offset      65 (0x41)
  rule        RFC 9112 s. 5.1: whitespace after the field name, where its colon should be
  answer      400

  00000020     2e 74 65 73 74 0d 0a 0d 0a 47 45 54 20 2f 62   .test....GET /b
  00000030  61 64 20 48 54 54 50 2f 31 2e 31 0d 0a 48 6f 73  ad HTTP/1.1..Hos
  00000040  74 20 3a 20 65 78 61 6d 70 6c 65 2e 74 65 73 74  t : example.test
               ^^                                             ^
  00000050  0d 0a 0d 0a                                      ....
`)
  })

  test('is reported the same way byte by byte, except for bytes not yet read', async () => {
    const whole = await command(['parse'], { input: [GOOD + BAD] })
    const split = await command(['parse'], { input: byteByByte(bytesOf(GOOD + BAD)) })
    const upToCaret = (text: string) => text.slice(0, text.indexOf('^^'))
    expect(split.code).toBe(1)
    expect(split.stdout).toBe(whole.stdout)
    expect(split.stderr.split('\n').slice(0, 7)).toEqual(whole.stderr.split('\n').slice(0, 7))
    expect(upToCaret(split.stderr)).toMatch(/\n {2}00000040 {2}74 20 .*\n {15}$/)
  })

  test('stops the reading of input', async () => {
    const { taken } = await command(['parse'], { input: [`${BAD}`, GOOD, GOOD] })
    expect(taken).toBe(1)
  })

  test('is shown at the error offset, even at the start of a long head', async () => {
    const head = `GET / HTTP/1.1\r\n${'X-Long: value\r\n'.repeat(100)}\r\n`
    const { code, stderr } = await command(['parse'], { input: byteByByte(bytesOf(head)) })
    expect(code).toBe(1)
    expect(stderr).toContain('error: MISSING_HOST, in the first message\n')
    expect(stderr).toContain('\n  offset      0 (0x0)\n')
    expect(stderr).toContain(
      '\n  00000000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..\n' +
        '            ^^                                               ^\n',
    )
  })

  test('is shown with the part of its body before the error', async () => {
    const input = ['POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX']
    const { code, stdout, stderr } = await command(['parse'], { input })
    expect(code).toBe(1)
    expect(stdout).toMatch(/\n {2}body {8}3 bytes so far in 1 chunk\n {4}\| abc\n\n$/)
    expect(stderr).toContain('error: MISSING_CHUNK_END, in the first message\n')
  })

  test('is reported with the status 502 if it is a response', async () => {
    const { stderr } = await command(['parse'], { input: ['HTTP/1.1 20 OK\r\n\r\n'] })
    expect(stderr).toContain('error: INVALID_STATUS,')
    expect(stderr).toContain('\n  answer      502\n')
  })

  test.each([
    ['in a start-line', 'GET / HT', 8],
    ['in a head', 'GET / HTTP/1.1\r\nHost: h\r\n', 25],
    ['in a body with Content-Length', 'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n', 46],
  ])('is reported as TRUNCATED if the input ends %s', async (part, input, offset) => {
    const { code, stderr } = await command(['parse'], { input: [input] })
    expect(code).toBe(1)
    expect(stderr).toContain('error: TRUNCATED,')
    expect(stderr).toContain(`\n  offset      ${offset} (0x${offset.toString(16)})\n`)
    expect(stderr).toContain(`: the input ended inside a message: ${part}\n`)
  })

  test('is shown without control characters', async () => {
    const { stderr } = await command(['parse'], { input: ['GET /\x1b[2J\x9b2J\x7f HTTP/1.1\r\n'] })
    expect(stderr).toMatch(/^[\n -~]*$/)
    expect(stderr).toContain('1b 5b 32 4a 9b 32 4a 7f')
  })

  test('is reported in red if colours are allowed', async () => {
    const { stderr } = await command(['parse'], { input: [BAD], colors: true })
    expect(stderr).toContain('\x1b[31merror: SPACE_BEFORE_COLON\x1b[39m')
  })
})

describe('input that cannot be read', () => {
  const failure = (code: string, errno: number) =>
    Object.assign(new Error(`${code}: words of Node, open 'x'`), { code, errno })

  test('is named with the reason, and makes the command exit with 2', async () => {
    const world = { failure: failure('ENOENT', -2) }
    expect(await command(['parse', 'no\nsuch.http'], world)).toEqual({
      code: 2,
      stdout: '',
      stderr: "httpwire: cannot read 'no\\nsuch.http': no such file or directory\n",
      files: ['no\nsuch.http'],
      taken: 0,
    })
  })

  test('does not remove the report of the messages before the failure', async () => {
    const world = { input: [GOOD], failure: failure('EIO', -5) }
    const { code, stdout, stderr } = await command(['parse'], world)
    expect(code).toBe(2)
    expect(stdout).toContain('GET /good HTTP/1.1')
    expect(stderr).toBe('httpwire: cannot read standard input: i/o error\n')
  })
})

describe('output that cannot be written', () => {
  test('makes the command exit with 0, silently and without reading more input', async () => {
    const world = { input: [GOOD, GOOD, GOOD], closedAfter: 1 }
    const { code, stdout, stderr, taken } = await command(['parse'], world)
    expect(code).toBe(0)
    expect(stdout).toContain('request 1,')
    expect(stdout).not.toContain('request 2,')
    expect(stderr).toBe('')
    expect(taken).toBe(2)
  })
})
